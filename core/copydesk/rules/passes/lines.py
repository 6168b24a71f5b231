"""Third pass, first half: lines known by their words, whatever their place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copydesk.model.draft import Details, Draft, RuleId, Segment
from copydesk.rules import bylines, comments, photo_credits, wording
from copydesk.rules.agencies import agency, agency_among, only_suppliers
from copydesk.rules.passes.splits import edges
from copydesk.rules.rule import Line, Rule

_URL = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,40}|\[email\s?protected\]", re.IGNORECASE)
_RIGHTS = re.compile(r"^\W*(?:©|\(c\)|copyright)\s?(?:\(c\)|©)?\s?.{0,120}$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_AGENCY_RIGHTS = re.compile(r"^©\s?(?P<name>[\w/-]{2,20}),\s")
# Two numbers with a sign or a small word between, and a word for the picture before or after.
_GALLERY = re.compile(
    r"\W{0,3}(?:[^\W\d_]{1,12}\.?\s?)?\d{1,3}\s?[^\W\d_]?\s?"
    r"(?:/|of\s?/?|de|von|van|sur|di|из|z|ze|av|af|od|dari|trên|/\s?\u5171)\s?\d{1,3}"
    r"(?:\s?(?:images?|photos?|pictures?|bilder|fotos?|\u5f20|\u679a))?\W{0,3}$",
    re.IGNORECASE,
)
_PLAY_TIME = re.compile(r"^\d{1,2}:\d{2}(?::\d{2})?(?:\s?min)?$")
_READING = re.compile(
    r"^\W*(?:\d{1,3}\s?-?\s?(?:min(?:ute)?s?|minuten?|minutos?|minuti|dk|dakika|мин)\.?(?:\s(?:read|lesezeit|de lectura|"
    r"de lecture|di lettura|de leitura|leestijd|okuma))?)\W*$",
    re.IGNORECASE,
)
_TIME_ALONE = re.compile(
    r"(?:at |um |à |a las )?\d{1,2}(?:[:.h]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)?(?: [A-Z]{2,4})?\.?",
    re.I,
)
_FONT_SIZE = re.compile(r"^[-+]?\s?A\s[-+]?\s?A(?:\s[-+]?\s?A)?\s?[-+]?$")
_FILE_NAME = re.compile(
    r"^(?:[\w%-]+\.(?:jpe?g|png|gif|webp|mp4)|[A-Z]{2,4}[\d_-]{4,}[A-Z\d]*|IMG[_-]?\d+)$", re.I
)
_AMENDED = re.compile(
    r"(?:(?:this|the) (?:article|story|post|report|headline|piece) (?:was|has been) "
    r"(?:amended|updated|corrected|changed|edited|modified|clarified|revised)\b"
    r"|an earlier version of this (?:article|story|report|post|headline|piece)\b"
    r"|(?:dieser|der) (?:artikel|text|beitrag) wurde (?:am .{6,20} )?(?:aktualisiert|korrigiert|ergänzt)"
    r"|in einer früheren version (?:dieses|des) (?:artikels|textes|beitrags)"
    r"|(?:este artículo|esta noticia) (?:fue|ha sido) (?:corregid|modificad|actualizad)[oa]"
    r"|(?:cet article|ce texte) a été (?:modifié|corrigé|mis à jour)"
    r"|(?:questo articolo) è stato (?:corretto|modificato|aggiornato)"
    r"|(?:esta reportagem|este texto|esta matéria) foi (?:corrigid|atualizad|alterad)[oa])",
    re.IGNORECASE,
)
_INITIALED = re.compile(
    r"^\(?(?:[a-zäöü]{2,4}/(?P<a>[A-Za-z-]{2,12})|(?P<b>[A-Za-z-]{2,12})/[a-zäöü]{2,4})\)?$"
)
_PIECES = re.compile(r"\s[-–—|]\s|\.\s")
_DIGIT = re.compile(r"\d")
_ALNUM = re.compile(r"[^\W_]")
_CREDIT_MARKS = (":", "：", "©", "/", "|", " by ")
_CLICK_HERE = re.compile(
    r"\b(?:click(?:ing)? here|sign up here|subscribe here|register here|hier anmelden|hier klicken|haz clic aquí|haga clic aquí|clique aqui|cliquez ici|clicca qui"
    r"|klik hier|kliknij tutaj|buraya tıklayın|нажмите здесь|اضغط هنا)$",
    re.IGNORECASE,
)
_CLICK_ENDS = frozenset(
    "here anmelden klicken aquí aqui ici qui hier tutaj tıklayın tiklayin здесь هنا".split()
)
_INITIALS = re.compile(r"^\(?[a-zäöü]{2,5}(?:[/,]\s?[a-zäöü]{2,5})*\)?$")
_SHARE_WORDS = frozenset(
    "share this on via to by and or article story post page facebook twitter x tweet whatsapp "
    "telegram linkedin pinterest reddit email e-mail mail print copy link save bookmark comment "
    "comments discuss blog about messenger instagram threads bluesky sms viber line flipboard "
    "pocket tumblr vk vkontakte odnoklassniki teilen drucken compartir imprimir partager paylaş "
    "like follow send share: url icon en por auf bei sur compartilhar condividi su enviar "
    "correo gmail clipboard copied de pin it sign in favorite mastodon skype digg google plus "
    "g+ yazdır gönder stumbleupon".split()
)
_SHOW = frozenset("view show see read all open post".split())
_SHARE_NAMES = frozenset(
    "facebook twitter whatsapp telegram linkedin pinterest reddit email e-mail print share "
    "teilen discuss compartir partager paylaş messenger tweet drucken imprimir copy link "
    "bookmark favorite".split()
)
_GLUED_WORDS = re.compile(r"[a-zà-ÿ]+|[A-ZÀ-Þ][a-zà-ÿ]*|[\w+-]+")
_SHORT = 240
_SENTENCE_WORDS = 34


def decide(draft: Draft, rules: Sequence[tuple[RuleId, Rule]]) -> None:
    """Decide lines by their words; rules: the outlet's line rules with their full names."""
    places = edges(draft) if rules else (0, 0)
    repeated: dict[tuple[str, str], Decision | None] = {}
    for index, segment in enumerate(draft.segments):
        if segment.role:
            continue
        if rules and _decide_by_outlet(draft, index, rules, places):
            continue
        found = _by_neighbour(draft.segments, index)
        if not found:
            # Pages repeat short lines: "Reply", "Share".
            words = (segment.text, segment.bullet)
            if segment.prose:
                found = decide_by_words(segment)
            elif words in repeated:
                found = repeated[words]
            else:
                found = repeated[words] = decide_by_words(segment)
        if found:
            role, rule, data = found
            segment.decide(role, rule, **data)


def _decide_by_outlet(
    draft: Draft, index: int, rules: Sequence[tuple[RuleId, Rule]], places: tuple[int, int]
) -> bool:
    line = Line(draft, index, places)
    for name, rule in rules:
        if match := rule.match(line):
            data = {k: v for k, v in match.groupdict().items() if v and k in _DETAILS}
            draft.segments[index].decide(rule.role, name, **data)
            return True
    return False


_DETAILS = Details.__optional_keys__
Decision = tuple[str, RuleId | str, Details]


def decide_by_words(segment: Segment) -> Decision | None:
    """Decide a line by its own words."""
    text = segment.text
    if len(text) > _SHORT or (segment.prose and segment.words > _SENTENCE_WORDS):
        return _by_start(segment)
    line_key = segment.key
    if not line_key and not _ALNUM.search(text):
        return "separator", "shape.separator", {}
    if (count := comments.find_count(segment)) is not None:
        return "comment_count", "comments.count", {"count": str(count)}
    if (kind := wording.line_kind(line_key)) and kind != "comment_field":
        return kind, f"wording.{kind}", {}
    if segment.words == 1 and (_URL.match(text) or _FILE_NAME.match(text)):
        return ("page_url" if _URL.match(text) else "file_name"), "shape.address", {}
    if segment.words <= 6:
        if "A" in text and _FONT_SIZE.match(segment.bullet + text):
            return "font_size_control", "shape.font_size", {}
        if _GALLERY.match(text) or _PLAY_TIME.match(text):
            return "gallery_counter", "shape.counter", {}
    if kind := wording.opening_kind(segment):
        return kind, f"opening.{kind}", {}
    if segment.words <= 16 and not segment.prose and _is_share(text):
        return "share_bar", "shape.share_bar", {}
    return _by_label(segment) or _by_shape(segment)


def _by_start(segment: Segment) -> Decision | None:
    if kind := wording.opening_kind(segment):
        return kind, f"opening.{kind}", {}
    if _AMENDED.match(segment.text):
        return "correction", "shape.amended", {}
    label = wording.label_of(segment)
    if label and label.marked and label.kind in ("correction", "editors_note"):
        return label.kind, f"wording.{label.kind}", {"text": label.rest}
    if segment.words > 60 or not _RIGHTS.match(segment.text):
        return None
    return "copyright", "shape.copyright", {}


def _by_label(segment: Segment) -> Decision | None:
    label = wording.label_of(segment)
    if label is None:
        return None
    kind = label.kind
    name = f"wording.{kind}"
    if kind in ("correction", "editors_note"):
        return (kind, name, {"text": label.rest}) if label.rest and label.marked else None
    if kind == "agency" and (label.rest and label.marked) and (found := agency_among(label.rest)):
        return "agency_credit", name, {"agency": found}
    if (
        kind == "agency"
        and label.rest
        and label.marked
        and segment.words <= 8
        and not segment.ends_sentence
    ):
        return "publisher", name, {"text": label.rest}
    if kind == "reporting_credit" and segment.words <= 24 and label.rest:
        return kind, name, {}
    if kind == "prev_next" and not segment.ends_sentence and segment.words <= 30:
        return (
            ("prev_next", name, {})
            if label.marked or len(label.phrase.split()) > 1 or not label.rest
            else None
        )
    if kind == "reading_time" and (_READING.match(label.rest) or len(label.rest) <= 4):
        return kind, name, {}
    if kind == "byline" and not label.rest:
        return "byline", "byline.label", {"label": "yes"}
    if kind in ("published", "modified") and _TIME_ALONE.fullmatch(label.rest):
        return "timestamp", "timestamp.time", {"kind": kind}
    if kind in ("published", "modified") and (not label.rest or _is_bare_label(label.rest)):
        return "timestamp", "timestamp.label", {"kind": kind, "label": "yes"}
    return None


def _is_bare_label(text: str) -> bool:
    label = wording.label(text)
    return label is not None and not label.rest


def _by_shape(segment: Segment) -> Decision | None:
    text = segment.text
    if rights := _by_rights(segment):
        return rights
    if segment.ends_sentence and _AMENDED.match(text):
        return "correction", "shape.amended", {}
    if segment.prose:
        return _by_appeal(segment) or _by_credit(segment)
    if (segment.words > 1 or text[-1].isalpha()) and _DIGIT.search(text) and _READING.match(text):
        return "reading_time", "shape.reading_time", {}
    if segment.words <= 14 and ("@" in text or "[" in text) and _EMAIL.search(text):
        return "contact_line", "shape.contact", {}
    opened = bylines.after_opener(text)
    if opened is not None and segment.words <= 24 and bylines.is_author_like(opened):
        if supplier := agency(opened):
            return "agency_credit", "agency.byline", {"agency": supplier}
        return "byline", "byline.opened", {"text": opened}
    if found_appeal := _by_appeal(segment):
        return found_appeal
    if not segment.ends_sentence and segment.words <= 20 and _says_click_here(segment):
        return "site_promo", "shape.click_here", {}
    if "/" in text and (found := _INITIALED.match(text)):
        if name := agency(found["a"] or found["b"]):
            return "agency_credit", "agency.initials", {"agency": name}
    return _by_credit(segment)


def _by_rights(segment: Segment) -> Decision | None:
    """Decide a line by the rights that it claims."""
    text = segment.text
    if text[0] == "©" and (found := _AGENCY_RIGHTS.match(text)):
        if name := agency(found["name"]):
            return "agency_credit", "agency.rights", {"agency": name}
    if (
        text[:1] in "©(cC"
        and _RIGHTS.match(text)
        and ("©" not in text or _YEAR.search(text) or photo_credits.on_own_line(text) is None)
    ):
        if "©" in text[:6] or _YEAR.search(text):
            return "copyright", "shape.copyright", {}
    return ("copyright", "shape.copyright", {}) if _ends_in_rights(segment) else None


def _says_click_here(segment: Segment) -> bool:
    last = segment.key.rsplit(" ", 1)[-1]
    return last in _CLICK_ENDS and _CLICK_HERE.search(segment.text) is not None


def _by_appeal(segment: Segment) -> Decision | None:
    if (kind := wording.appeal_kind(segment)) and _is_appeal(segment):
        return kind, f"appeal.{kind}", {}
    return None


def _by_credit(segment: Segment) -> Decision | None:
    text = segment.text
    if len(text) > photo_credits.MAX_LINE or (segment.prose and not _has_credit_mark(text)):
        return None
    if (credit := photo_credits.on_own_line(text)) is not None:
        return "credit", photo_credits.CREDIT_LINE, {"text": credit}
    return None


def _has_credit_mark(text: str) -> bool:
    return any(mark in text for mark in _CREDIT_MARKS)


def _ends_in_rights(segment: Segment) -> bool:
    if segment.words > 14:
        return False
    pieces = _PIECES.split(segment.key)
    return len(pieces) > 1 and wording.line_kind(pieces[-1].strip(" .")) == "copyright"


_ADDRESS = re.compile(
    r"\b(?:you|your|our|us|now|free|here|jetzt|hier|unser\w*|uns|ihre?n?|deine?n?|kostenlos|nuestr[oa]s?|su|tu|tus|aquí|"
    r"gratis|notre|nos|votre|vos|ici|nostr[oaie]|tuo|tua|qui|nosso|nossa|seu|sua|aqui|onze|ons|uw|je|"
    r"nasz\w*|twoj\w*|наш\w*|bizi|our)\b|['’]s\b",
    re.IGNORECASE,
)


def _is_appeal(segment: Segment) -> bool:
    """Whether a line addresses the reader or is not a sentence, unlike advice in a story."""
    if segment.words > 32:
        return False
    return not segment.ends_sentence or (
        _ADDRESS.search(segment.text) is not None and segment.words <= 24
    )


def _is_share(text: str) -> bool:
    words = _share_words(text)
    return bool(words) and any(word.strip(":") in _SHARE_NAMES for word in words)


def _share_words(text: str) -> list[str]:
    """The words of a line with only words of share buttons, even without spaces; else []."""
    words = text.casefold().replace(",", " ").split()
    for word in words:
        if word.strip(":.!()|·•") not in _SHARE_WORDS:
            break
    else:
        return words
    glued: list[str] = []
    for found in _GLUED_WORDS.finditer(text):
        glued.append(found[0].casefold())
        if glued[-1] not in _SHARE_WORDS:
            return []
    return glued if len(glued) > 1 else []


def _by_neighbour(segments: list[Segment], index: int) -> Decision | None:
    """Decide a line by the line before or after it."""
    segment = segments[index]
    before = segments[index - 1] if index else None
    if segment.prose or len(segment.text) > _SHORT:
        return None
    after = segments[index + 1] if index + 1 < len(segments) else None
    if segment.key in _SHOW and after and wording.line_kind(after.key) == "comment_chrome":
        return "comment_chrome", "comments.show", {}
    if before is None:
        return None
    if before.role == "byline" and only_suppliers(segment.text) and (name := agency(segment.text)):
        return "agency_credit", "agency.under_byline", {"agency": name}
    if before.role in ("byline", "author_role") and bylines.is_role(segment.text):
        return "author_role", "byline.role", {}
    if (
        before.role == "byline"
        and before.data.get("label")
        and bylines.is_author_like(segment.text)
    ):
        return "byline", "byline.under_label", {"text": segment.text}
    if (
        before.role in ("agency_credit", "paragraph")
        and _INITIALS.match(segment.text)
        and len(segments) - index < 8
    ):
        return "reporting_credit", "agency.initials", {}
    return None
