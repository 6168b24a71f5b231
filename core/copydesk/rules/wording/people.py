"""Words for jobs in a newsroom, by language."""

from __future__ import annotations

ROLES: dict[str, tuple[str, ...]] = {
    "en": (
        "reporter", "correspondent", "editor", "staff writer", "writer", "columnist", "journalist",
        "contributor", "producer", "bureau chief", "newsroom", "freelance", "live blogger",
        "chief", "analyst", "photographer", "deputy editor", "senior", "intern",
    ),
    "de": (
        "redakteur", "redakteurin", "redaktionsleiter", "redaktionsleiterin", "korrespondent",
        "korrespondentin", "reporterin", "volontär", "volontärin", "autor", "autorin", "ressortleiter",
        "chefredakteur", "chefredakteurin", "kolumnist", "kolumnistin", "freier mitarbeiter",
    ),
    "es": (
        "periodista", "redactor", "redactora", "corresponsal", "editora", "reportero", "reportera",
        "columnista", "colaborador", "colaboradora", "enviado especial", "enviada especial",
    ),
    "fr": (
        "journaliste", "rédacteur", "rédactrice", "correspondant", "correspondante", "envoyé spécial",
        "envoyée spéciale", "équipe de rédaction", "equipe de rédaction", "chroniqueur", "chroniqueuse",
    ),
    "it": ("giornalista", "redattore", "redattrice", "corrispondente", "inviato", "inviata"),
    "pt": ("jornalista", "repórter", "correspondente", "redator", "redatora", "colunista", "editora"),
    "nl": ("verslaggever", "redacteur", "correspondente", "journaliste"),
    "pl": ("dziennikarz", "dziennikarka", "redaktor", "redaktorka", "korespondent", "korespondentka"),
    "ru": ("журналист", "корреспондент", "редактор", "обозреватель", "автор"),
    "tr": ("muhabir", "editör", "yazar", "gazeteci"),
    "ar": ("مراسل", "محرر", "كاتب", "صحفي"),
    "sv": ("skribent", "redaktör"),
    "id": ("wartawan", "jurnalis", "penulis"),
}  # fmt: skip
