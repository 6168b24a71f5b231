"""Names of months, weekdays and units of time in many languages."""

from __future__ import annotations

from datetime import timedelta

_MONTH_NAMES = """
1 ม.ค january jan enero ene janvier janv januar gennaio gen janeiro januari stycznia sty styczeń января
янв январь січня січ січень يناير ژانویهٔ ژانویه ocak oca جنوری tammikuuta tammi tammikuu
ιανουαρίου ιαν ιανουάριοσ ianuarie ian ledna led leden január जनवरी जन॰ জানুয়ারি জানু มกราคม ינואר
ינו׳ януари яну јануар јан siječnja sij siječanj januára sausio saus sausis janvāris jaanuar jaan
gener urtarrila urt xaneiro xan janúar eanáir ean ionawr ion janar јануари yanvar yan қаңтар қаң
იანვარი იან հունվարի հնվ հունվար ஜனவரி ஜன జనవరి జన जानेवारी जाने જાન્યુઆરી જાન્યુ ਜਨਵਰੀ ਜਨ ಜನವರಿ ಜನ
ജനുവരി ജനു දුරුතු ဇန်နဝါရီ ဇန် មករា ມັງກອນ ጃንዋሪ ጃን januarie студзеня сту студзень январ جنوري
jannar جانفي jänner jän јанвар জানুৱাৰী ଜାନୁଆରୀ ינו urtarrilaren בינואר
2 ก.พ february feb febrero février févr februar febbraio fevereiro fev februari lutego lut luty февраля
февр февраль лютого лют лютий فبراير فوریهٔ فوریه şubat şub فروری helmikuuta helmi helmikuu
φεβρουαρίου φεβ φεβρουάριοσ februarie února úno únor február febr شباط फ़रवरी फ़र॰ ফেব্রুয়ারি ফেব
กุมภาพันธ์ פברואר פבר׳ февруари фев фебруар феб veljače velj veljača februára vasario vas vasaris
februāris veebruar veebr febrer otsaila ots febreiro febrúar feabhra feabh chwefror chwef chw
shkurt shk fevral ақпан ақп თებერვალი თებ փետրվարի փտվ փետրվար பிப்ரவரி பிப் ఫిబ్రవరి ఫిబ్ర
फेब्रुवारी फेब्रु ફેબ્રુઆરી ફેબ્રુ ਫ਼ਰਵਰੀ ਫ਼ਰ ಫೆಬ್ರವರಿ ಫೆಬ್ರ ഫെബ്രുവരി ഫെബ്രു නවම් फेब्रुअरी
ဖေဖော်ဝါရီ ဖေ កុម្ភៈ ກຸມພາ ፌብሩዋሪ ፌብ pebrero peb лютага люты феврал فبروري فېبروري frar fra فيفري
ফেব্ৰুৱাৰী ফেব্ৰু ଫେବୃଆରୀ فيبروري feber otsailaren בפברואר
3 มี.ค march mar marzo mars märz mär março maart mrt marca marzec марта мар март березня бер березень
مارس mart مارچ maret machi mac marts maaliskuuta maalis maaliskuu μαρτίου μαρ μάρτιοσ μάρ martie
března bře březen március márc آذار marto मार्च মার্চ มีนาคม מרץ ožujka ožu ožujak marec kovo kov
kovas märts març martxoa márta mawrth maw наурыз нау მარტი მარ մարտի մրտ մարտ மார்ச் மார் మార్చి
માર્ચ ਮਾਰਚ ಮಾರ್ಚ್ മാർച്ച് മാർ මැදින් မတ် មីនា ມີນາ ማርች marso сакавіка сак сакавік mäerz mäe marzu
মাৰ্চ ମାର୍ଚ୍ଚ mrz martxoaren במרץ
4 เม.ย april apr abril abr avril avr aprile kwietnia kwi kwiecień апреля апр апрель квітня квіт квітень
أبريل آوریل nisan nis اپریل aprili huhtikuuta huhti huhtikuu απριλίου απρ απρίλιοσ aprilie dubna
dub duben április ápr نيسان ابريل अप्रैल এপ্রিল এপ্রি เมษายน אפריל אפר׳ април travnja tra travanj
apríla apríl balandžio bal balandis aprīlis aprill apirila api aibreán aib ebrill ebr prill aprel
сәуір сәу აპრილი აპრ ապրիլի ապր ապրիլ ஏப்ரல் ஏப் ఏప్రిల్ ఏప్రి एप्रिल एप्रि એપ્રિલ ਅਪ੍ਰੈਲ ਅਪ੍ਰੈ
ಏಪ್ರಿಲ್ ಏಪ್ರಿ ഏപ്രിൽ ഏപ്രി බක් अप्रिल ဧပြီ មេសា ເມສາ ኤፕሪል ኤፕሪ красавіка кра красавік апрел abrëll
أفريل এপ্ৰিল ଅପ୍ରେଲ اپريل apirilaren באפריל
5 พ.ค may mayo mai maggio mag maio mei maja maj мая май травня трав травень مايو مهٔ mayıs مئی
toukokuuta touko toukokuu μαΐου μαΐ μάιοσ μάι května kvě květen május máj أيار مه मई মে พฤษภาคม
מאי мај svibnja svi svibanj mája gegužės geg gegužė maijs maig maiatza maí bealtaine beal мамыр мам
მაისი მაი մայիսի մյս մայիս மே మే मे મે ਮਈ ಮೇ മേയ് වෙසක් မေ ឧសភា ພຶດສະພາ ሜይ مۍ mee mejju mej ماي মে’
ମଇ مئي maiatzaren במאי
6 มิ.ย june jun junio juin juni giugno giu junho czerwca cze czerwiec июня июн июнь червня черв червень
يونيو ژوئن haziran haz جون kesäkuuta kesä kesäkuu ιουνίου ιουν ιούνιοσ ιούν iunie iun června čvn
červen június jún حزيران जून জুন มิถุนายน יוני юни јун lipnja lipanj junij júna birželio birž
birželis jūnijs jūn juuni juny ekaina eka xuño júní meitheamh meith mehefin meh qershor qer јуни
iyun iyn маусым мау ივნისი ივნ հունիսի հնս հունիս ஜூன் జూన్ જૂન ਜੂਨ ಜೂನ್ ജൂൺ පොසොන් जुन ဇွန် មិថុនា
ມິຖຸນາ ጁን hunyo hun junie чэрвеня чэр чэрвень ġunju ġun جوان ијун ијн ଜୁନ ekainaren ביוני
7 ก.ค july jul julio juillet juil juli luglio lug julho lipca lip lipiec июля июл июль липня лип липень
يوليو ژوئیهٔ ژوئیه temmuz tem جولائی julai heinäkuuta heinä heinäkuu ιουλίου ιουλ ιούλιοσ ιούλ
iulie iul července čvc červenec július júl تموز जुलाई जुल॰ জুলাই জুল กรกฎาคม יולי юли јул srpnja
srpanj julij júla liepos liep liepa jūlijs jūl juuli juliol uztaila uzt xullo xul júlí iúil
gorffennaf gorff gor korrik korr јули iyul iyl шілде шіл ივლისი ივლ հուլիսի հլս հուլիս ஜூலை జులై
जुलै જુલાઈ ਜੁਲਾਈ ਜੁਲਾ ಜುಲೈ ജൂലൈ ඇසළ ဇူလိုင် ဇူ កក្កដា ກໍລະກົດ ጁላይ hulyo hul julie ліпеня ліп ліпень
lul جولای lulju جويلية يوليوز ијул ијл ଜୁଲାଇ جولاءِ uztailaren ביולי
8 ส.ค august aug agosto ago août augustus sierpnia sie sierpień августа авг август серпня серп серпень
أغسطس اوت ağustos ağu اگست agustus agu agosti augusti elokuuta elo elokuu αυγούστου αυγ αύγουστοσ
αύγ srpna srp srpen augusztus آب اغسطس ogos ogo अगस्त अग॰ আগস্ট আগ สิงหาคม אוגוסט אוג׳ kolovoza kol
kolovoz avgust avg augusta rugpjūčio rugp rugpjūtis augusts agost abuztua abu ágúst ágú lúnasa lún
awst gusht gush avqust avq тамыз там აგვისტო აგვ օգոստոսի օգս օգոստոս ஆகஸ்ட் ஆக ఆగస్టు ఆగ ऑगस्ट ऑग
ઑગસ્ટ ਅਗਸਤ ਅਗ ಆಗಸ್ಟ್ ಆಗ ഓഗസ്റ്റ് ഓഗ නිකිණි अगस्ट ဩဂုတ် សីហា ສິງຫາ ኦገስት ኦገስ жніўня жні жнівень اګست
awwissu aww أوت غشت আগষ্ট ଅଗଷ୍ଟ آگسٽ abuztuaren agos באוגוסט
9 ก.ย september sep septiembre sept septembre settembre set setembro września wrz wrzesień сентября
сент сентябрь вересня вер вересень سبتمبر سپتامبر eylül eyl ستمبر septemba syyskuuta syys syyskuu
σεπτεμβρίου σεπ σεπτέμβριοσ septembrie září zář szeptember szept أيلول setiembre सितंबर सित॰
সেপ্টেম্বর সেপ সেপ্ট กันยายน ספטמבר ספט׳ септември сеп септембар rujna ruj rujan septembra rugsėjo
rugs rugsėjis septembris setembre iraila ira mfómh medi shtator sht septembar sentyabr қыркүйек қыр
sentabr სექტემბერი სექ սեպտեմբերի սեպ սեպտեմբեր செப்டம்பர் செப் సెప్టెంబర్ సెప్టెం सप्टेंबर सप्टें
સપ્ટેમ્બર સપ્ટે ਸਤੰਬਰ ਸਤੰ ಸೆಪ್ಟೆಂಬರ್ ಸೆಪ್ಟೆಂ സെപ്റ്റംബർ സെപ്റ്റം බිනර सेप्टेम्बर စက်တင်ဘာ စက် កញ្ញា
ກັນຍາ ሴፕቴምበር ሴፕቴ setyembre верасня верасень сен сентябр سېپتمبر سپتمبر settembru شتنبر сентјабр
ছেপ্তেম্বৰ ছেপ্তে ସେପ୍ଟେମ୍ବର سيپٽمبر irailaren septiem בספטמבר
10 ต.ค october oct octubre octobre oktober okt ottobre ott outubro out października paź październik
октября окт октябрь жовтня жовт жовтень أكتوبر اکتبر ekim eki اکتوبر oktoba lokakuuta loka lokakuu
οκτωβρίου οκτ οκτώβριοσ octombrie října říj říjen október اكتوبر अक्टूबर अक्टू॰ অক্টোবর অক্টো
ตุลาคม אוקטובר אוק׳ октомври октобар októbra spalio spal spalis oktobris oktoober urria urr dfómh
hydref hyd tetor tet oktobar oktyabr қазан қаз oktabr ოქტომბერი ოქტ հոկտեմբերի հոկ հոկտեմբեր
அக்டோபர் அக் అక్టోబర్ అక్టో ऑक्टोबर ऑक्टो ઑક્ટોબર ઑક્ટો ਅਕਤੂਬਰ ਅਕਤੂ ಅಕ್ಟೋಬರ್ ಅಕ್ಟೋ ഒക്‌ടോബർ ഒക്ടോ
වප් अक्टोबर အောက်တိုဘာ အောက် តុលា ຕຸລາ ኦክቶበር ኦክቶ oktubre кастрычніка кас кастрычнік октябр ottubru
октјабр অক্টোবৰ ଅକ୍ଟୋବର آڪٽوبر urriaren באוקטובר
11 พ.ย november nov noviembre novembre novembro listopada lis listopad ноября нояб ноябрь листопада
лист листопад نوفمبر نوامبر kasım kas نومبر novemba marraskuuta marras marraskuu νοεμβρίου νοε
νοέμβριοσ νοέ noiembrie listopadu नवंबर नव॰ নভেম্বর নভে พฤศจิกายน נובמבר נוב׳ ноември ное новембар
нов studenoga stu studeni novembra lapkričio lapkr lapkritis novembris azaroa aza nóvember nóv
samhain samh tachwedd tach nëntor nën novembar noyabr noy қараша қар ნოემბერი ნოე նոյեմբերի նոյ
նոյեմբեր நவம்பர் நவ నవంబర్ నవం नोव्हेंबर नोव्हें નવેમ્બર નવે ਨਵੰਬਰ ਨਵੰ ನವೆಂಬರ್ ನವೆಂ നവംബർ നവം ඉල්
नोभेम्बर နိုဝင်ဘာ နို វិច្ឆិកា ພະຈິກ ኖቬምበር ኖቬም nobyembre nob лістапада ліс лістапад ноя ноябр
novembru نونبر нојабр ној নৱেম্বৰ নৱে ନଭେମ୍ବର azaroaren בנובמבר
12 ธ.ค december dec diciembre dic décembre déc dezember dez dicembre dezembro grudnia gru grudzień
декабря дек декабрь грудня груд грудень ديسمبر دسامبر aralık ara دسمبر desember des desemba
joulukuuta joulu joulukuu δεκεμβρίου δεκ δεκέμβριοσ decembrie prosince pro prosinec disember dis
दिसंबर दिस॰ ডিসেম্বর ডিসে ธันวาคม דצמבר דצמ׳ декември децембар дец prosinca prosinac decembra
gruodžio gruod gruodis decembris detsember dets desembre abendua abe decembro nollaig noll rhagfyr
rhag dhjetor dhj decembar dekabr dek желтоқсан жел დეკემბერი დეკ դեկտեմբերի դեկ դեկտեմբեր டிசம்பர்
டிச డిసెంబర్ డిసెం डिसेंबर डिसें ડિસેમ્બર ડિસે ਦਸੰਬਰ ਦਸੰ ಡಿಸೆಂಬರ್ ಡಿಸೆಂ ഡിസംബർ ഡിസം උඳුවප් डिसेम्बर
ဒီဇင်ဘာ ဒီ ធ្នូ ທັນວາ ዲሴምበር ዲሴም disyembre снежня сне снежань декабр diċembru diċ دجنبر ডিচেম্বৰ
ডিচে ଡିସେମ୍ବର ڊسمبر abenduaren בדצמבר
"""

_WEEKDAY_NAMES = """
0 sunday sun domingo dom dimanche dim sonntag domenica zondag zo niedziela niedz воскресенье вс
неділя нд الأحد یکشنبه pazar paz sunnuntaina su sunnuntai κυριακή κυρ duminică dum neděle ne söndag
sön søndag søn vasárnap minggu min ahad jumapili रविवार रवि রবিবার রবি วันอาทิตย์ อาทิตย์ неделя
недеља нед nedjelja nedelja nedeľa sekmadienis svētdiena svētd pühapäev diumenge igandea sunnudagur
domh недела bazar жексенбі yakshanba კვირა კვი կիրակի կիր ஞாயிறு ஞாயி ఆదివారం ఆది રવિવાર રવિ ਐਤਵਾਰ
ಭಾನುವಾರ ಭಾನು ഞായറാഴ്‌ച ഞായർ ඉරිදා आइतबार आइत اتوار တနင်္ဂနွေ អាទិត្យ ວັນອາທິດ ອາທິດ እሑድ linggo
sondag нядзеля жекшемби жек якшанбе яшб sonndeg il-ħadd базар якшанба якш দেওবাৰ দেও ରବିବାର ରବି آچر
الاحد
1 monday mon lunes lun lundi montag mo lunedì segunda-feira seg maandag ma poniedziałek pon
понедельник пн понеділок الاثنين دوشنبه pazartesi pzt maanantaina maanantai δευτέρα δευ luni
pondělí po måndag mån mandag man hétfő senin sen isnin jumatatu सोमवार सोम সোমবার সোম วันจันทร์
จันทร์ понеделник понедељак пон ponedjeljak ponedeljek pondelok pirmadienis pirmdiena pirmd
esmaspäev dilluns astelehena luns mánudagur luan llun дүйсенбі dushanba dush ორშაბათი ორშ
երկուշաբթի երկ திங்கள் திங் సోమవారం సోమ સોમવાર સોમ ਸੋਮਵਾਰ ਸੋਮ ಸೋಮವಾರ ಸೋಮ തിങ്കളാഴ്‌ച തിങ്കൾ සඳුදා
सोमबार پیر တနင်္လာ ច័ន្ទ ចន្ទ ວັນຈັນ ຈັນ панядзелак дүйшөмбү дүй душанбе дшб ponedeljak méindeg
it-tnejn б.е душанба душ সোমবাৰ ସୋମବାର ସୋମ سومر الإثنين اثنين الإثنین
2 tuesday tue martes mar mardi dienstag di martedì terça-feira ter dinsdag wtorek wt вторник вт
вівторок الثلاثاء سه‌شنبه salı sal tiistaina ti tiistai τρίτη τρί marți úterý út tisdag tis tirsdag
tirs tir tysdag kedd selasa sel jumanne मंगलवार मंगल মঙ্গলবার মঙ্গল วันอังคาร อังคาร уторак уто
utorak torek utorok antradienis otrdiena otrd teisipäev dimarts asteartea þriðjudagur máirt вто
сейсенбі seshanba sesh სამშაბათი სამ երեքշաբթի երք செவ்வாய் செவ் మంగళవారం మంగళ मंगळवार मंगळ મંગળવાર
મંગળ ਮੰਗਲਵਾਰ ਮੰਗਲ ಮಂಗಳವಾರ ಮಂಗಳ ചൊവ്വാഴ്ച ചൊവ്വ ചൊവ്വാഴ്‌ച අඟහරුවාදා අඟහ मङ्गलबार मङ्गल منگل အင်္ဂါ
អង្គារ ວັນອັງຄານ ອັງຄານ ማክሰኞ ማክሰ аўторак шейшемби шейш сешанбе сшб dënschdeg it-tlieta ч.а сешанба
сеш মঙ্গলবাৰ ମଙ୍ଗଳବାର ମଙ୍ଗଳ اڱارو
3 wednesday wed miércoles mié mercredi mer mittwoch mi mercoledì quarta-feira qua woensdag wo środa
śr среда ср середа الأربعاء چهارشنبه çarşamba çar keskiviikkona ke keskiviikko τετάρτη τετ miercuri
mie středa st onsdag ons szerda sze rabu rab jumatano बुधवार बुध বুধবার বুধ วันพุธ พุธ сряда сре
srijeda sreda streda trečiadienis trešdiena trešd kolmapäev dimecres asteazkena mércores
miðvikudagur céad çərşənbə сәрсенбі chorshanba chor ოთხშაბათი ოთხ չորեքշաբթի չրք புதன் புத బుధవారం
బుధ બુધવાર બુધ ਬੁੱਧਵਾਰ ਬੁੱਧ ಬುಧವಾರ ಬುಧ ബുധനാഴ്‌ച ബുധൻ බදාදා बुधबार بدھ ဗုဒ္ဓဟူး ពុធ ວັນພຸດ ພຸດ ረቡዕ
miyerkules серада шаршемби шарш чоршанбе чшб mëttwoch l-erbgħa чәршәнбә чоршанба чор বুধবাৰ ବୁଧବାର
ବୁଧ اربع
4 thursday thu jueves jue jeudi jeu donnerstag do giovedì gio quinta-feira qui donderdag czwartek
czw четверг чт четвер الخميس پنجشنبه perşembe per torstaina to torstai πέμπτη πέμ joi čtvrtek čt
torsdag tors csütörtök cs kamis kam khamis alhamisi गुरुवार गुरु বৃহস্পতিবার বৃহস্পতি วันพฤหัสบดี
พฤหัส четвъртък четвртак чет četvrtak četrtek štvrtok ketvirtadienis ceturtdiena ceturtd neljapäev
dijous osteguna xoves fimmtudagur déardaoin déar четврток бейсенбі payshanba ხუთშაბათი ხუთ
հինգշաբթի հնգ வியாழன் வியா గురువారం గురు ગુરુવાર ગુરુ ਵੀਰਵਾਰ ਵੀਰ ಗುರುವಾರ ಗುರು വ്യാഴാഴ്‌ച വ്യാഴം
බ්‍රහස්පතින්දා බ්‍රහස් बिहिबार बिहि جمعرات ကြာသပတေး ព្រហស្បតិ៍ ព្រហ ວັນພະຫັດ ພະຫັດ ሐሙስ huwebes
чацвер бейшемби бейш панҷшанбе пшб donneschdeg il-ħamis ҹ.а пайшанба пай বৃহস্পতিবাৰ বৃহ ଗୁରୁବାର
ଗୁରୁ خميس
5 friday fri viernes vie vendredi ven freitag fr venerdì sexta-feira sex vrijdag vr piątek pt
пятница пт пʼятниця الجمعة جمعه cuma cum perjantaina pe perjantai παρασκευή παρ vineri vin pátek pá
fredag fre péntek jumat jum jumaat ijumaa शुक्रवार शुक्र শুক্রবার শুক্র วันศุกร์ ศุกร์ петък петак
пет petak petek piatok penktadienis piektdiena piektd reede divendres ostirala venres föstudagur
aoine gwen петок cümə жұма juma პარასკევი პარ ուրբաթ ուր வெள்ளி வெள் శుక్రవారం శుక్ర શુક્રવાર શુક્ર
ਸ਼ੁੱਕਰਵਾਰ ਸ਼ੁੱਕਰ ಶುಕ್ರವಾರ ಶುಕ್ರ വെള്ളിയാഴ്‌ച വെള്ളി සිකුරාදා සිකු शुक्रबार جمعہ သောကြာ សុក្រ ວັນສຸກ
ສຸກ ዓርብ biyernes vrydag пятніца жума ҷумъа ҷмъ freideg il-ġimgħa ҹүмә жум শুক্ৰবাৰ শুক্ৰ ଶୁକ୍ରବାର
ଶୁକ୍ର جمعو
6 saturday sat sábado sáb samedi sam samstag sa sabato sab zaterdag za sobota sob суббота сб субота
السبت شنبه cumartesi cmt lauantaina la lauantai σάββατο σάβ sâmbătă sâm lördag lör lørdag lør
laurdag szombat szo sabtu jumamosi शनिवार शनि শনিবার শনি วันเสาร์ เสาร์ שבת събота суб subota
šeštadienis sestdiena sestd laupäev dissabte larunbata laugardagur sath сабота саб şənbə сенбі
shanba shan შაბათი შაბ շաբաթ շբթ சனி శనివారం శని શનિવાર શનિ ਸ਼ਨੀਵਾਰ ਸ਼ਨੀ ಶನಿವಾರ ಶನಿ ശനിയാഴ്‌ച ശനി
සෙනසුරාදා සෙන शनिबार ہفتہ စနေ សៅរ៍ ວັນເສົາ ເສົາ ቅዳሜ sabado saterdag ишемби ишм шанбе шнб اونۍ
samschdeg is-sibt шәнбә шанба шан শনিবাৰ ଶନିବାର ଶନି ڇنڇر
"""


# Croatian uses the old Slavic names, which name other months in Polish and Czech.
_CROATIAN = """
6 lip lipnja lipanj 7 srp srpnja srpanj 8 kol kolovoza kolovoz 10 lis listopada listopad
11 stu studenoga studeni
"""

_JALALI_NAMES = """
1 فروردین حمل وری 2 اردیبهشت ثور غویی 3 خرداد جوزا غبرګولی 4 تیر سرطان چنګاښ 5 مرداد اسد زمری
6 شهریور سنبله وږی 7 مهر میزان تله 8 آبان عقرب لړم 9 آذر قوس لیندۍ 10 دی جدی مرغومی
11 بهمن دلو سلواغه 12 اسفند حوت کب
1 farvardin 2 ordibehesht 3 khordad 4 tir 5 mordad 6 shahrivar 7 mehr 8 aban 9 azar 10 dey
11 bahman 12 esfand
"""

_NEPALI_NAMES = """
1 बैशाख वैशाख 2 जेठ जेष्ठ ज्येष्ठ 3 असार आषाढ 4 साउन श्रावण 5 भदौ भाद्र 6 असोज आश्विन 7 कात्तिक कार्तिक
8 मंसिर मङ्सिर मार्ग 9 पुस पुष पौष 10 माघ 11 फागुन फाल्गुन फाल्गुण 12 चैत चैत्र
"""


def _numbered(names: str) -> dict[str, int]:
    """Map the words of a table to the number before them."""
    numbered: dict[str, int] = {}
    number = 0
    for word in names.split():
        if word.isdigit():
            number = int(word)
        else:
            numbered[word] = number
    return numbered


MONTHS = _numbered(_MONTH_NAMES)
"""Casefolded name of a month -> its number."""

MONTHS_OF = {"hr": _numbered(_CROATIAN)}
"""Language -> its month names that mean another month in `MONTHS`."""

JALALI_MONTHS = _numbered(_JALALI_NAMES)
"""Persian, Dari or Pashto name of a month of the Solar Hijri calendar -> its number."""

NEPALI_MONTHS = _numbered(_NEPALI_NAMES)
"""Name of a month of the Nepali calendar (Bikram Sambat) -> its number."""

WEEKDAYS = _numbered(_WEEKDAY_NAMES)
"""Casefolded name of a weekday -> its number, Sunday is 0."""

_UNIT_NAMES = {
    timedelta(seconds=1): "second seconds sec secs segundo segundos seconde secondes sekunde "
    "sekunden secondi saniye",
    timedelta(minutes=1): "minute minutes min mins minuto minutos minuten minuti dakika "
    "минут минуты минуту minut minuty minuut minuter minutter دقيقة دقائق",
    timedelta(hours=1): "hour hours hr hrs hora horas heure heures stunde stunden std ora ore saat "
    "час часа часов godzin godziny godzinę uur timme timmar time timer ساعة ساعات",
    timedelta(days=1): "day days día días dia dias jour jours tag tagen tage giorno giorni gün "
    "день дня дней dni dzień dag dagen dagar dage يوم أيام",
    timedelta(weeks=1): "week weeks semana semanas semaine semaines woche wochen settimana "
    "settimane hafta неделю недели недель tydzień tygodnie weken vecka veckor uge uger أسبوع",
    timedelta(days=30): "month months mes meses mois monat monate monaten mese mesi mês ay",
    timedelta(days=365): "year years año años an ans jahr jahre jahren anno anni ano anos yıl",
}

UNITS = {name: span for span, names in _UNIT_NAMES.items() for name in names.split()}
"""Casefolded name of a unit of time -> its length; months and years are rounded."""

AGO = {
    "before": "vor|hace|il y a|há|منذ|قبل|πριν",
    "after": "ago|fa|atrás|atras|önce|назад|тому|temu|geleden|sedan|siden|sitten|yang lalu",
}
"""Patterns of the words before or after a time span that mean "ago"."""
