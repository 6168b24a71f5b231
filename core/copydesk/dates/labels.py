"""Words beside a date that mark it as a publication or a change."""

from __future__ import annotations

import re

# Stems, since a word has many forms; the label of a date is short, so a stem is enough.
_CHANGED = (
    r"updat|modif|(?<![^\W\d_])edited|revis|correct|actuali[sz]|atuali[sz]|aggiorn|mise? à jour|(?<![^\W\d_])maj(?![^\W\d_])|"
    r"aktuali[sz]|geändert|überarbeitet|bijgewerkt|gewijzigd|aangepast|opdater|oppdater|uppdater|ändra|endret|ændret|"
    r"päivit|muokat|zmien|zaktualiz|upraven|změn|zmenen|frissít|módosít|обновл|изменен|изменён|оновл|змінен|"
    r"променен|ажурира|измењен|ažurir|izmijenj|izmjen|izmenj|izmen[aej]|spremenj|posodob|atnaujin|pakeist|atjaun|uuenda|muude|"
    r"ενημέρ|ανανέ|τροποπ|güncel|düzenlen|yenilən|yangilan|жаңарт|cập nhật|sửa đổi|diperbarui|diperbaharui|"
    r"dikemas ?kini|pembaruan|diubah|na-update|imesasishwa|opgedateer|eguneratu|actualitz|"
    r"تحديث|محدث|حدّث|تعديل|عدل|به ?‌?روز|بروز|روزآمد|ویرایش|تازہ کاری|اپ ڈیٹ|اپڈیٹ|"
    r"עודכן|עדכון|अपडेट|अद्यतन|संशोधित|अपडेटेड|हालनाग|আপডেট|হালনাগাদ|পরিবর্তন|அப்டேட்|புதுப்பி|అప్‌డేట్|నవీకర|"
    r"อัปเดต|อัพเดต|อัปเดท|อัพเดท|แก้ไข|ปรับปรุง|更新|修改|修订|修訂|編輯|更正|改訂|수정|업데이트|갱신|최종"
)
_ISSUED = (
    r"publi|pubbl|veröffentl|erschien|erstellt|gepubl|geplaatst|posted|issued|released|created|creado|"
    r"publik|opublik|опублик|опублік|yayın|yayim|giriş|نشر|انتشار|منتشر|פורסם|प्रकाशि|पब्लिश|প্রকাশ|เผยแพร่|"
    r"đăng|xuất bản|terbit|tayang|发布|發布|發佈|发表|發表|公開|掲載|配信|投稿|입력|등록|승인|게재|julkais|megjelen|közzét|"
    r"publicer|offentligg|δημοσ|vydán|zveřejn|objavl"
)
_LABEL_CHANGED = re.compile(_CHANGED, re.IGNORECASE)
_LABEL_ISSUED = re.compile(_ISSUED, re.IGNORECASE)
_NAME_CHANGED = re.compile(
    r"updat|modif|lastmod|last-?edit|revis|changed|aktualis|actuali[sz]|atuali[sz]|aggiorn|bijgewerkt|"
    r"gewijzigd|opdater|uppdater|(?<![a-z])maj(?![a-z])|guncel",
    re.IGNORECASE,
)
_NAME_ISSUED = re.compile(r"publ|posted|creat|issued|pubdate|entry-date|erstell", re.IGNORECASE)
_LONGEST = 120


def kind_of_label(text: str) -> str:
    """The kind of a date by the words beside it: "modified", "published" or ""."""
    text = text[-_LONGEST:]
    if _LABEL_CHANGED.search(text):
        return "" if _LABEL_ISSUED.search(text) else "modified"
    return "published" if _LABEL_ISSUED.search(text) else ""


def kind_of_names(names: str) -> str:
    """The kind of a date by its element's classes and properties: "modified", "published" or "".

    Names of both kinds mean "published", as hAtom marks an unchanged date.
    """
    if _NAME_ISSUED.search(names):
        return "published"
    return "modified" if _NAME_CHANGED.search(names) else ""
