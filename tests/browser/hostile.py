"""A page, an outlet and a record that try to break out of the explain page in every field."""

from __future__ import annotations

from html import escape
from typing import Any

from copydesk import Article, Outlet, Rule
from copydesk.explain import html_page, partition
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.reading import read

MARK = "window.taken=1"
"""What each script would do if it ran."""

ADDRESS = "http://127.0.0.1:9/asked"
"""What would be asked for if something were loaded: a port of loopback where nothing listens."""

BREAKS = (
    f"<script>{MARK};alert(1)</script>",
    f'"><img src={ADDRESS}.png onerror="{MARK}">',
    f"'><svg onload={MARK}></svg>",
    f"</title></style></script></textarea><script>{MARK}</script>",
    f"--></bdi></p></div></li></table></main><iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"<style>body{{display:none;background:url({ADDRESS}.css)}}</style>",
    f'" autofocus onfocus="{MARK}" style="position:fixed;inset:0;background:url({ADDRESS})',
    "{{ 7 * 191 }}{% raw %}&lt;b&gt;",
)
"""Words that would be markup, a template's code or an attribute if they were not escaped."""

UNSEEN = "\u202eevil\u202c\u2066x\u2069\u200b\u200f\ufeff\u009b\u0085\u2028\U000e0041"
"""Marks that turn text around, zero-width characters and controls."""

TARGETS = (
    f"javascript:{MARK}",
    f"JaVaScRiPt:{MARK}",
    f"java\tscript:{MARK}",
    f" javascript:{MARK}",
    f"data:text/html,<script>{MARK}</script>",
    f"vbscript:{MARK}",
    "file:///etc/hosts",
    f"//127.0.0.1:9/asked?{MARK}",
    f'http://127.0.0.1:9/" onclick="{MARK}',
    "http://127.0.0.1:9/\u202egnp.exe",
)
"""Addresses that must never be links."""

MADE = frozenset(
    "html head meta title style body header main section article nav form fieldset legend label "
    "input button details summary p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd div span b i a code bdi time "
    "figure figcaption blockquote footer pre hr aside table caption thead tbody tfoot tr th td svg "
    "rect".split()
)
"""The elements that the explain page is made of."""

_SAID = " ".join(BREAKS)


def worded(at: int) -> str:
    """Hostile words; neighbours differ, so that none of them is a repetition."""
    return f"Word {at} {BREAKS[at % len(BREAKS)]} {UNSEEN} end"


def page() -> str:
    """An article in HTML whose words, attributes and statements are all hostile."""
    words = [escape(worded(n)) for n in range(40)]
    story = "".join(
        f"<p>Paragraph {n}: the ferry sails again from Friday, nine years after it was given up, "
        f"and the harbour master says {words[n]} of it.</p>"
        for n in range(8)
    )
    links = "".join(
        f'<li><a href="{escape(t)}">Read of {words[n]}</a></li>' for n, t in enumerate(TARGETS)
    )
    stated = _SAID.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\u003c")
    return f"""<!doctype html><html lang="en" dir="rtl"><head><title>{words[20]}</title>
<meta name="description" content="{words[21]}"><meta property="og:title" content="{words[22]}">
<meta property="og:image" content="{escape(TARGETS[0])}"><meta name="keywords" content="{words[23]}">
<meta property="article:section" content="{words[24]}">
<link rel="canonical" href="{escape(TARGETS[4])}">
<meta http-equiv="refresh" content="0;url={ADDRESS}"><base href="{ADDRESS}/">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{stated}",
"author": {{"@type": "Person", "name": "Tom {stated}", "url": "{TARGETS[0]}"}},
"datePublished": "{stated}", "dateModified": "2024-03-02T08:00:00Z", "articleSection": "{stated}",
"image": "{TARGETS[0]}", "keywords": ["{stated}"], "description": "{stated}"}}</script>
<script>{MARK}</script><style>@import "{ADDRESS}.css"; body {{ display: none }}</style></head>
<body onload="{MARK}"><nav><a href="{TARGETS[0]}">{words[25]}</a></nav>
<article><h1 onclick="{MARK}">Ferry returns {words[26]}</h1>
<p class="standfirst">After nine years {words[27]}</p>
<p class="byline">By Tom Reed</p><p class="who">{words[28]}</p>
<figure><img src="{escape(TARGETS[4])}" alt="{words[29]}" onerror="{MARK}">
<figcaption>The quay in May {words[30]}<span class="credit">Photo: {words[31]}</span></figcaption>
</figure>{story}<blockquote><p>{words[32]}</p></blockquote><ul><li>{words[33]}</li></ul>
<table><tr><td>{words[34]}</td><td>{words[35]}</td></tr></table><pre>{words[36]}</pre>
<iframe src="{escape(TARGETS[0])}"></iframe><object data="{ADDRESS}"></object>
<p class="more">Sign up {words[37]}</p></article>
<section class="related"><h2>Related</h2><ul>{links}</ul></section>
<section id="comments"><h2>1 comment</h2><div class="comment"><b class="author">{words[38]}</b>
<p>{words[39]}</p></div></section></body></html>"""


def outlet() -> type[Outlet]:
    """An adapter whose name, selectors, patterns and rule names are hostile."""
    words = worded(0)

    class Hostile(Outlet):
        id = "hostile"
        name = words
        domains = ("hostile.example",)
        byline = f'.who, [title="{BREAKS[3]}"]'
        strip = {"newsletter_promo": ".more"}
        rules = (
            Rule.line(r"Paragraph 3", "paragraph", name=BREAKS[1]),
            Rule.line(r"Paragraph 4|</style><script>", "site_promo", name=BREAKS[3]),
        )

    return Hostile


def reading() -> tuple[Draft, Article, type[Outlet]]:
    """The hostile page read with the hostile outlet, every text of the record made hostile."""
    adapter = outlet()
    url = f"https://hostile.example/a?{BREAKS[0]}"
    document = Document(
        content=page().encode(), media_type="text/html", url=url, origin=f"{worded(1)}.html"
    )
    draft, article = read(document, adapter)
    return draft, poisoned(article), adapter


def poisoned(article: Article) -> Article:
    """A record of the same shape with every kind of block, and hostile words in each free text."""
    record = article.model_dump()
    said = iter(range(10**6))

    def text() -> str:
        return worded(next(said))

    def target() -> str:
        return TARGETS[next(said) % len(TARGETS)]

    blocks: list[dict[str, Any]] = [
        {"type": "paragraph", "text": text()},
        {"type": "heading", "text": text(), "level": 1},
        {"type": "heading", "text": text(), "level": 6},
        {
            "type": "list",
            "ordered": True,
            "items": [{"text": text(), "items": [{"text": text(), "items": []}]}],
        },
        {"type": "quote", "text": text(), "citation": text()},
        {"type": "table", "rows": [[text(), text()], [text()]]},
        *({"type": "embed", "url": t, "provider": text(), "text": text()} for t in TARGETS),
        {"type": "code", "text": text()},
        {"type": "divider"},
    ]
    author = {"role": text(), "organisation": text(), "raw": text()}
    comment = {"published": text(), "published_raw": text(), "score": 3}
    image = {"caption": text(), "alt": text(), "credit": text(), "agency": text()}
    record |= {
        "headline": BREAKS[3] + text(), "standfirst": text(), "description": text(), "byline": text(),
        "published": text(), "modified": text(), "section": text(), "tags": [text(), text()],
        "breadcrumbs": [text(), text()], "url": target(), "canonical_url": target(),
        "requested_url": target(),
        "authors": [{"name": text(), "url": t, **author} for t in TARGETS],
        "dateline": {"raw": text(), "place": text(), "date": text()},
        "info_sources": [{"name": text(), "role": "agency", "category": "wires"}],
        "body": [*blocks, {"type": "live_update", "time": text(), "headline": text(), "body": blocks}],
        "images": [{"url": t, "position": n, **image} for n, t in enumerate(TARGETS)],
        "comments": {
            "status": "partial",
            "count": 2,
            "items": [
                {"id": BREAKS[1], "parent_id": None, "author": text(), "text": text(), **comment},
                {"id": None, "parent_id": BREAKS[1], "author": None, "text": text(), **comment},
            ],
        },
        "related": [{"text": text(), "url": t} for t in TARGETS],
        "corrections": [
            {"kind": "correction", "date": text(), "text": text(), "position": 1},
            {"kind": "editors_note", "date": None, "text": text(), "position": 99},
        ],
        "access": {"declared": "paid", "observed": "truncated", "evidence": text()},
        "warnings": [{"code": "no_body", "subject": text(), "message": text()}] * 2,
    }  # fmt: skip
    record["provenance"] = {
        name: {"source": "html", "rule": text(), "raw": text()}
        for name in ("headline", "authors", "body", "tags", "published")
    }
    record["outlet"] |= {"name": text(), "domain": text()}
    record["adapter"] |= {"id": text(), "layout": text()}
    record["document"] |= {"origin": text(), "encoding": text(), "media_type": text()}
    return Article.model_validate(record)


def rendered() -> str:
    """The explain page of the hostile reading."""
    draft, article, adapter = reading()
    return html_page.render(draft, article, adapter, partition.partition(draft))
