"""Names of months, days and spans of time, for the readers of printed dates."""

from __future__ import annotations

from datetime import timedelta

_MONTH_NAMES = """
1 january jan enero ene janvier janv januar gennaio gen janeiro januari stycznia sty styczeń
января янв январь січня січ січень يناير ژانویهٔ ژانویه ocak oca جنوری tammikuuta tammi tammikuu
ιανουαρίου ιαν ιανουάριοσ ianuarie ian ledna led leden január
2 february feb febrero février févr februar febbraio fevereiro fev februari lutego lut luty
февраля февр февраль лютого лют лютий فبراير فوریهٔ فوریه şubat şub فروری helmikuuta helmi
helmikuu φεβρουαρίου φεβ φεβρουάριοσ februarie února úno únor február febr شباط
3 march mar marzo mars märz mär março maart mrt marca marzec марта мар март березня бер березень
مارس mart مارچ maret machi mac marts maaliskuuta maalis maaliskuu μαρτίου μαρ μάρτιοσ μάρ martie
března bře březen március márc آذار marto
4 april apr abril abr avril avr aprile kwietnia kwi kwiecień апреля апр апрель квітня квіт квітень
أبريل آوریل nisan nis اپریل aprili huhtikuuta huhti huhtikuu απριλίου απρ απρίλιοσ aprilie dubna
dub duben április ápr نيسان ابريل
5 may mayo mai maggio mag maio mei maja maj мая май травня трав травень مايو مهٔ mayıs مئی
toukokuuta touko toukokuu μαΐου μαΐ μάιοσ μάι května kvě květen május máj أيار
6 june jun junio juin juni giugno giu junho czerwca cze czerwiec июня июн июнь червня черв червень
يونيو ژوئن haziran haz جون kesäkuuta kesä kesäkuu ιουνίου ιουν ιούνιοσ ιούν iunie iun června čvn
červen június jún حزيران
7 july jul julio juillet juil juli luglio lug julho lipca lip lipiec июля июл июль липня лип
липень يوليو ژوئیهٔ ژوئیه temmuz tem جولائی julai heinäkuuta heinä heinäkuu ιουλίου ιουλ ιούλιοσ
ιούλ iulie iul července čvc červenec július júl تموز
8 august aug agosto ago août augustus sierpnia sie sierpień августа авг август серпня серп серпень
أغسطس اوت ağustos ağu اگست agustus agu agosti augusti elokuuta elo elokuu αυγούστου αυγ αύγουστοσ
αύγ srpna srp srpen augusztus آب اغسطس
9 september sep septiembre sept septembre settembre set setembro września wrz wrzesień сентября
сент сентябрь вересня вер вересень سبتمبر سپتامبر eylül eyl ستمبر septemba syyskuuta syys syyskuu
σεπτεμβρίου σεπ σεπτέμβριοσ septembrie září zář szeptember szept أيلول setiembre
10 october oct octubre octobre oktober okt ottobre ott outubro out października paź październik
октября окт октябрь жовтня жовт жовтень أكتوبر اکتبر ekim eki اکتوبر oktoba lokakuuta loka lokakuu
οκτωβρίου οκτ οκτώβριοσ octombrie října říj říjen október اكتوبر
11 november nov noviembre novembre novembro listopada lis listopad ноября нояб ноябрь листопада
лист листопад نوفمبر نوامبر kasım kas نومبر novemba marraskuuta marras marraskuu νοεμβρίου νοε
νοέμβριοσ νοέ noiembrie listopadu
12 december dec diciembre dic décembre déc dezember dez dicembre dezembro grudnia gru grudzień
декабря дек декабрь грудня груд грудень ديسمبر دسامبر aralık ara دسمبر desember des desemba
joulukuuta joulu joulukuu δεκεμβρίου δεκ δεκέμβριοσ decembrie prosince pro prosinec
"""

_WEEKDAY_NAMES = """
sunday monday tuesday wednesday thursday friday saturday sun mon tue wed thu fri sat domingo lunes
martes miércoles jueves viernes sábado dom lun mar mié jue vie sáb dimanche lundi mardi mercredi
jeudi vendredi samedi dim mer jeu ven sam sonntag montag dienstag mittwoch donnerstag freitag
samstag so mo di mi do fr sa domenica lunedì martedì mercoledì giovedì venerdì sabato gio sab
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira seg ter qua qui sex zondag maandag
dinsdag woensdag donderdag vrijdag zaterdag zo ma wo vr za niedziela poniedziałek wtorek środa
czwartek piątek sobota niedz pon wt śr czw pt sob воскресенье понедельник вторник среда четверг
пятница суббота вс пн вт ср чт пт сб неділя понеділок вівторок середа четвер пʼятниця субота нд
الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه
شنبه pazar pazartesi salı çarşamba perşembe cuma cumartesi paz pzt sal çar per cum cmt اتوار پیر
منگل بدھ جمعرات جمعہ ہفتہ minggu senin selasa rabu kamis jumat sabtu min sen sel rab kam jum
jumapili jumatatu jumanne jumatano alhamisi ijumaa jumamosi söndag måndag tisdag onsdag torsdag
fredag lördag sön mån tis ons tors fre lör søndag mandag tirsdag lørdag søn man tirs lør tir tor
sunnuntai maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina su ti ke to pe la
maanantai tiistai keskiviikko torstai perjantai lauantai κυριακή δευτέρα τρίτη τετάρτη πέμπτη
παρασκευή σάββατο κυρ δευ τρί τετ πέμ παρ σάβ duminică luni marți miercuri joi vineri sâmbătă dum
mie vin sâm neděle pondělí úterý středa čtvrtek pátek ne po út st čt pá vasárnap hétfő kedd szerda
csütörtök péntek szombat sze cs szo الاحد الإثنين اثنين
"""


def _months() -> dict[str, int]:
    months: dict[str, int] = {}
    number = 0
    for word in _MONTH_NAMES.split():
        if word.isdigit():
            number = int(word)
        else:
            months[word] = number
    return months


MONTHS = _months()
"""Casefolded name of a month -> its number."""

WEEKDAYS = frozenset(_WEEKDAY_NAMES.split())
"""Casefolded names of the days of the week."""

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
"""Words, as patterns, that stand before or after a span and make it a time in the past."""
