"""Controls and counters of a page: share bars, font size, galleries, reading time, addresses."""

from __future__ import annotations

import re

from copydesk.rules import wording
from copydesk.rules.recognizers import Lines

_URL = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)
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
_FONT_SIZE = re.compile(r"^[-+]?\s?A\s[-+]?\s?A(?:\s[-+]?\s?A)?\s?[-+]?$")
_FILE_NAME = re.compile(
    r"^(?:[\w%-]+\.(?:jpe?g|png|gif|webp|mp4)|[A-Z]{2,4}[\d_-]{4,}[A-Z\d]*|IMG[_-]?\d+)$", re.I
)
_DIGIT = re.compile(r"\d")
# Most words of a counter or control.
_FEW = 6
_SHARE_WORDS = frozenset(
    "share this on via to by and or article story post page facebook twitter x tweet whatsapp "
    "telegram linkedin pinterest reddit email e-mail mail print copy link save bookmark comment "
    "comments discuss blog about messenger instagram threads bluesky sms viber line flipboard "
    "pocket tumblr vk vkontakte odnoklassniki teilen drucken compartir imprimir partager paylaş "
    "like follow send share: url icon en por auf bei sur compartilhar condividi su enviar "
    "correo gmail clipboard copied de pin it sign in favorite mastodon skype digg google plus "
    "g+ yazdır gönder stumbleupon".split()
)
_SHARE_NAMES = frozenset(
    "facebook twitter whatsapp telegram linkedin pinterest reddit email e-mail print share "
    "teilen discuss compartir partager paylaş messenger tweet drucken imprimir copy link "
    "bookmark favorite".split()
)
_GLUED_WORDS = re.compile(r"[a-zà-ÿ]+|[A-ZÀ-Þ][a-zà-ÿ]*|[\w+-]+")


def decide_address(lines: Lines, index: int) -> bool:
    """Decide a URL or the name of a file alone in its line."""
    segment = lines.segments[index]
    if segment.words > 1:
        return False
    if _URL.match(segment.text):
        return lines.decide(index, "page_url", "shape.address")
    if _FILE_NAME.match(segment.text):
        return lines.decide(index, "file_name", "shape.address")
    return False


def decide_font_size(lines: Lines, index: int) -> bool:
    """Decide a control of the font size: "A- A+"."""
    segment = lines.segments[index]
    if segment.words > _FEW or "A" not in segment.text:
        return False
    if not _FONT_SIZE.match(segment.bullet + segment.text):
        return False
    return lines.decide(index, "font_size_control", "shape.font_size")


def decide_counter(lines: Lines, index: int) -> bool:
    """Decide a counter of pictures or a playing time: "3 of 12", "04:15"."""
    segment = lines.segments[index]
    if segment.words > _FEW or not (_GALLERY.match(segment.text) or _PLAY_TIME.match(segment.text)):
        return False
    return lines.decide(index, "gallery_counter", "shape.counter")


def decide_reading_time(lines: Lines, index: int) -> bool:
    """Decide a reading time, with or without a label."""
    segment = lines.segments[index]
    text = segment.text
    label = wording.label_of(segment)
    if (
        label
        and label.kind == "reading_time"
        and (_READING.match(label.rest) or len(label.rest) <= 4)
    ):
        return lines.decide(index, "reading_time", "wording.reading_time")
    if segment.prose or not (segment.words > 1 or text[-1].isalpha()):
        return False
    if not _DIGIT.search(text) or not _READING.match(text):
        return False
    return lines.decide(index, "reading_time", "shape.reading_time")


def decide_share_bar(lines: Lines, index: int) -> bool:
    """Decide a line of the names of share buttons."""
    segment = lines.segments[index]
    if segment.words > 16 or not _is_share(segment.text):
        return False
    return lines.decide(index, "share_bar", "shape.share_bar")


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
