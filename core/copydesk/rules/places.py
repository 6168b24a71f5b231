"""Names of cities, which prove a dateline where capitals do not."""

from __future__ import annotations

from functools import cache
from importlib import resources

TABLE = "places.txt"
"""The file with the cities that CLDR names, which `tests/generate/places.py` makes."""

_LONGEST = 30
# Cities of many datelines that are in no time zone's name.
_MORE = """
Washington; San Francisco; Boston; Houston; Miami; Ottawa; Brasília; Rio de Janeiro; Frankfurt; Frankfurt am
Main; Frankfurt/Main; Hamburg; München; Munich; Köln; Düsseldorf; Stuttgart; Leipzig; Dresden; Hannover;
Bremen; Bern; Genf; Genève; Geneva; Ginevra; Ginebra; Straßburg; Strasbourg; Den Haag; The Hague; La Haye;
Barcelona; Milano; Milan; Napoli; Beijing; Peking; Pékin; Pekín; Pechino; Pequim; Guangzhou; Shenzhen; New
Delhi; Neu-Delhi; Delhi; Mumbai; Bengaluru; Chennai; Hyderabad; Lahore; Islamabad; Ankara; Tel Aviv;
Ramallah; Rabat; Abu Dhabi; Abuja; Pretoria; Cape Town; Canberra; Wellington; Osaka; Kyiv; Kiew; Lwiw;
Вашингтон; Пекин; Пекін; Женева; Анкара; Мюнхен; Казань; Харьков; Харків; Львів; Одеса; Одесса;
واشنطن; بكين; أنقرة; إسلام آباد; الرباط; أبوظبي; أبو ظبي; جنيف; نيودلهي; مومباي; بنغازي; حلب; حمص;
الإسكندرية; جدة; مكة المكرمة; المدينة المنورة; الدمام; تل أبيب; رام الله; لاهاي; البصرة; أربيل; الموصل;
واشنگتن; پکن; آنکارا; مشهد; اصفهان; تبریز; شیراز; اسلام‌آباد; اسلام آباد; لاہور; پشاور; کوئٹہ;
راولپنڈی; ملتان; نئی دہلی; واشنگٹن; بیجنگ; ירושלים; תל אביב; חיפה; וושינגטון; רמאללה;
नई दिल्ली; दिल्ली; मुंबई; लखनऊ; पटना; जयपुर; भोपाल; चंडीगढ़; अहमदाबाद; वाशिंगटन; वॉशिंगटन; बीजिंग;
इस्लामाबाद; বেইজিং; দিল্লি; নয়াদিল্লি; চট্টগ্রাম; ওয়াশিংটন; กรุงเทพฯ; เชียงใหม่; ปักกิ่ง; วอชิงตัน;
北京; 华盛顿; 華盛頓; 日内瓦; 日內瓦; 广州; 廣州; 深圳; 天津; 重庆; 南京; 杭州; 武汉; 成都; 西安; 高雄; 台中; 纽约;
ワシントン; ジュネーブ; 大阪; 京都; 名古屋; 札幌; 福岡; 仙台; 広島; 那覇; ソウル; 베이징; 워싱턴; 부산; 대구; 인천;
광주; 대전; 울산; 세종; 제주; 제네바
"""


@cache
def _names() -> frozenset[str]:
    text = resources.files(__package__).joinpath(TABLE).read_text("utf-8")
    more = " ".join(_MORE.split()).split("; ")
    return frozenset(name.casefold() for name in (*text.splitlines()[1:], *more))


def is_place(text: str) -> bool:
    """Whether a text is the name of a known city, in any language."""
    return 1 < len(text) <= _LONGEST and text.casefold() in _names()


def place_at_start(text: str) -> str:
    """The longest name of a known city that a text without spaces starts with, or ""."""
    starts = (text[:end] for end in range(min(len(text), _LONGEST), 1, -1))
    return next((start for start in starts if is_place(start)), "")
