"""Write the names of cities in core/copydesk/rules/places.txt from Babel's CLDR data.

Run it as `python tests/generate/places.py`, with Babel installed. CLDR names a city of each time
zone in every language.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import babel
from babel import Locale

LOCALES = runpy.run_path(str(Path(__file__).with_name("cldr_names.py")))["LOCALES"]
# These write months as numbers.
LOCALES = [*LOCALES, "ja", "ko", "zh", "zh_Hant", "vi"]
# Regions of the world's zones whose last part is a city.
REGIONS = frozenset("Africa America Asia Atlantic Australia Europe Indian Pacific".split())
# Names that are also words, or parts of names, of a language.
OMITTED = frozenset(
    """Center Easter Male Center, North Dakota New Salem, North Dakota Reunion Jersey Current Regina Nome
    Nera Vostok Casey Davis Syowa Troll Wake Midway Mayotte Guam Eastern Central Mountain""".split()
)
TARGET = Path(__file__).parents[2] / "core" / "copydesk" / "rules" / "places.txt"


def generate() -> str:
    """Return the text of the file: the version of Babel, then a name a line."""
    names: set[str] = set()
    for locale in LOCALES:
        for zone, forms in Locale.parse(locale).time_zones.items():
            region, _, city = zone.partition("/")
            if region not in REGIONS:
                continue
            names.add(city.rpartition("/")[2].replace("_", " "))
            names.add(forms.get("city", ""))
    kept = {n for n in names if len(n) > 1 and n not in OMITTED and "," not in n and "(" not in n}
    return "\n".join([f"Babel {babel.__version__}", *sorted(kept)]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(generate(), encoding="utf-8")
