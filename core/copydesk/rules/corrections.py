"""Corrections and editors' notes: that a text was changed after it was published."""

from __future__ import annotations

import re

from copydesk.rules import wording
from copydesk.rules.recognizers import Lines, is_short

_AMENDED = re.compile(
    r"(?:(?:this|(?P<some>the)) (?:article|story|post|report|headline|piece) (?:was|has been) "
    r"(?:amended|updated|corrected|changed|edited|modified|clarified|revised)\b"
    r"|an earlier version of this (?:article|story|report|post|headline|piece)\b"
    r"|(?:dieser|der) (?:artikel|text|beitrag) wurde (?:am \d(?:(?! vo[mn] )[^,;]){4,28} )?(?:aktualisiert|korrigiert|ergänzt)"
    r"|in einer früheren version (?:dieses|des) (?:artikels|textes|beitrags)"
    r"|(?:este artículo|esta noticia) (?:fue|ha sido) (?:corregid|modificad|actualizad)[oa]"
    r"|(?:cet article|ce texte) a été (?:modifié|corrigé|mis à jour)"
    r"|(?:questo articolo) è stato (?:corretto|modificato|aggiornato)"
    r"|(?:esta reportagem|este texto|esta matéria) foi (?:corrigid|atualizad|alterad)[oa])",
    re.IGNORECASE,
)
# Somebody amends the article of a law; an outlet says when or why it amended its own.
_BY = re.compile(r"\W+(?:by|por|par|dal|dalla|dai|da|pelo|pela)\b", re.IGNORECASE)
_WHEN_OR_WHY = re.compile(
    r"\W*$|\W+(?:on|at|to|after|since|with|for|following|because)\b", re.IGNORECASE
)


def decide_labelled(lines: Lines, index: int) -> bool:
    """Decide a correction or an editors' note by its label, such as "Correction:"."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind not in ("correction", "editors_note"):
        return False
    if not label.rest or not label.marked:
        return False
    return lines.decide(index, label.kind, f"wording.{label.kind}", text=label.rest)


def decide_amended(lines: Lines, index: int) -> bool:
    """Decide a sentence on a change of the text: "This article was amended to correct a name"."""
    segment = lines.segments[index]
    if is_short(segment) and not segment.ends_sentence:
        return False
    found = _AMENDED.match(segment.text)
    if found is None or _BY.match(segment.text, found.end()):
        return False
    if found["some"] and not _WHEN_OR_WHY.match(segment.text, found.end()):
        return False
    return lines.decide(index, "correction", "shape.amended")
