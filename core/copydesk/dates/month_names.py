"""Names of months, weekdays and units of time in many languages."""

from __future__ import annotations

from datetime import timedelta

from copydesk.dates import cldr_names

# Names that CLDR does not have: spellings without hamza, Hebrew and Basque with their case, and short
# forms that news sites use.
_MORE_MONTHS = """
1 ژانویهٔ ינו urtarrilaren בינואר 2 فوریهٔ feber otsailaren בפברואר 3 marto mrz martxoaren במרץ
4 ابريل apirilaren באפריל 5 maiatzaren במאי 6 ekainaren ביוני 7 ژوئیهٔ uztailaren ביולי
8 اغسطس abuztuaren agos באוגוסט 9 irailaren septiem בספטמבר 10 اكتوبر urriaren באוקטובר
11 azaroaren בנובמבר 12 abenduaren בדצמבר
"""
_MORE_WEEKDAYS = "0 الاحد 1 llun الإثنين اثنين الإثنین 2 tir 5 gwen"

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


MONTHS = _numbered(cldr_names.MONTHS + _MORE_MONTHS)
"""Casefolded name of a month -> its number."""

MONTHS_OF = {"hr": _numbered(cldr_names.CROATIAN)}
"""Language -> its month names that mean another month in `MONTHS`."""

JALALI_MONTHS = _numbered(_JALALI_NAMES)
"""Persian, Dari or Pashto name of a month of the Solar Hijri calendar -> its number."""

NEPALI_MONTHS = _numbered(_NEPALI_NAMES)
"""Name of a month of the Nepali calendar (Bikram Sambat) -> its number."""

WEEKDAYS = _numbered(cldr_names.WEEKDAYS + _MORE_WEEKDAYS)
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
