"""A text is an article where it reads like one, in any script; everything else is refused with a reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk import DocumentError, extract
from copydesk.errors import NotTextArticle
from copydesk.readers.prose import refusal

ARTICLES = {
    "a headline and one sentence": "Mayor resigns\n\nThe mayor of Lower Fenwick resigned on Monday.",
    "one sentence": "A weir was rebuilt by hand.",
    "two lines": "One line stands here.\r\n\r\nAnother line stands there.\r\n",
    "no full stop": "Sixty volunteers rebuilt the crest of the weir this week with a rope",
    "Chinese": "市政府周一宣布\n\n市政府周一宣布，新的渡轮将从下个月开始每天中午离开码头。",
    "Japanese": "渡し船が正午に出航\n\n港の事務所は月曜日、渡し船が今後は正午に出ると発表した。",
    "Korean": "나룻배 정오 출발\n\n항구 사무소는 월요일 나룻배가 앞으로 정오에 출발한다고 밝혔다.",
    "Thai": "เรือข้ามฟากออกตอนเที่ยง\n\nสำนักงานท่าเรือกล่าวเมื่อวันจันทร์ว่าเรือข้ามฟากจะออกตอนเที่ยงตั้งแต่นี้เป็นต้นไป",
    "Hindi": "नाव दोपहर को चलेगी\n\nबंदरगाह कार्यालय ने सोमवार को कहा कि नाव अब से दोपहर को चलेगी।",
    "Arabic": "العبارة تغادر ظهرا\n\nقال مكتب الميناء يوم الاثنين إن العبارة ستغادر عند الظهر من الآن فصاعدا.",
    "Persian": "دفتر بندر روز دوشنبه گفت که کشتی از این پس ظهر حرکت خواهد کرد.",
    "Hebrew": "משרד הנמל אמר ביום שני כי המעבורת תצא מעתה בצהריים.",
    "Russian": "Паром отходит в полдень\n\nУправление порта сообщило в понедельник, что паром будет отходить в полдень.",
    "Greek": "Το γραφείο του λιμανιού ανακοίνωσε τη Δευτέρα ότι το πλοίο θα φεύγει το μεσημέρι.",
    "Burmese": "ဆိပ်ကမ်းရုံးက တနင်္လာနေ့တွင် ကူးတို့သင်္ဘောသည် ယခုမှစ၍ မွန်းတည့်ချိန်တွင် ထွက်ခွာမည်ဟု ပြောကြားခဲ့သည်။",
    "Amharic": "የወደቡ ጽሕፈት ቤት ጀልባው ከእንግዲህ በቀትር እንደሚነሳ ሰኞ ዕለት አስታውቋል።",
    "a number first": "500 workers walk out at the dock\n\nFive hundred dock workers walked out on Monday.",
    "access denied in a headline": (
        "Access denied to beach after storm\n\nThe council closed the beach on Monday after a storm."
    ),
    "fields before the story": (
        "Title: Ferry moves\nAuthor: Morag Tennant\nDate: 2024-03-04\n\n"
        "The harbour office said on Monday that the ferry would leave at noon from now on."
    ),
    "an interview": (
        "Q: Why does the ferry leave at noon?\nA: Because the tide is higher then, as we found out.\n"
        "Q: Who asked for it?\nA: The captain did, in a letter to the harbour office."
    ),
    "a live blog": (
        "10:32 The minister arrives at the quay and waves to the crowd.\n"
        "10:45 The band stops playing, because it has begun to rain.\n"
        "11:02 The minister leaves without having said a word.\n"
    ),
    "a list in a story": (
        "What to bring to the ferry\n\nThe harbour office asks all passengers to bring these things.\n\n"
        "- a coat\n- a ticket\n- some bread\n- a hat\n"
    ),
    "code in a story": (
        "How the ferry finds its berth\n\n"
        "The ferry is steered by a short program, which its captain wrote last winter in her kitchen.\n"
        "She begins with the depth of the water, and asks for the tide before every landing.\n\n"
        "    depth = tide(now) - draught\n    if depth < 2:\n        wait()\n\n"
        "The rest is patience, she said, and a good rope. Nobody has found a fault in it since.\n"
    ),
    "a poem": "The tide came in, the tide went out,\nThe ferry stayed behind.\nIts captain turned it round about\nAnd said he did not mind.\n",
    "lines with one comma each": "Ferry, old and new\nThe old one leaves, says the office.\nThe new one stays, says the captain.\n",
    "markdown": "# Ferry moves\n\nThe harbour office said on Monday that the *ferry* would leave at [noon](/noon).\n",
    "wrapped lines": (
        "The harbour office said on Monday that the ferry would leave at noon\n"
        "from now on, because the tide is higher then, and the captain had\nasked for the change in a letter.\n"
    ),
    "quoted text": '"I have steered this ferry for thirty years," said the captain, "and never at noon."\n',
    "a transcript in braces": "[Music] The captain says that the ferry will leave at noon from now on.",
}

SCRIPT = """// The ferry is shown on the map. It moves once a minute, and stops at night.
(function () {
  var ferry = document.querySelector("#ferry");
  if (!ferry) { return; }
  ferry.addEventListener("click", function (event) { event.preventDefault(); });
})();
"""
PYTHON = '''"""The ferry and its times.

It leaves at noon from now on, because the tide is higher then. Its captain had asked for that.
"""

from __future__ import annotations

import sys


class Ferry:
    """A ferry that leaves the quay at a time of the day, and comes back later."""

    def __init__(self, noon: int) -> None:
        self.noon = noon

    def leaves(self, hour: int) -> bool:
        """Whether it leaves at an hour. It never leaves at night, however high the tide is."""
        return hour == self.noon
'''
REFUSED = {
    "script": SCRIPT,
    "minified script": "!function(e,t){e.ferry=t()}(this,function(){return{noon:12}});",
    "style sheet": "/* The ferry is blue. It was green before the war. */\n.ferry {\n  color: blue;\n  margin: 0 auto;\n}\n",
    "JSON": json.dumps({"headline": "Ferry moves", "text": "It leaves at noon. The tide is higher then."}),
    "JSON array": '["The ferry leaves at noon from now on.", "The tide is higher then, he said."]',
    "cut JSON": '{"error": "not found", "message": "The page that you asked for is not here any more.',
    "error in JSON": '{"error":"not found"}',
    "JSON Lines": "\n".join(
        json.dumps({"text": f"The ferry number {n} leaves at noon."}) for n in range(5)
    ),
    "CSV": "id,name,tide\n1,Ferry One,12\n2,Ferry Two,14\n3,Ferry Three,16\n",
    "CSV with sentences": (
        'id,text,when\n1,"The ferry leaves at noon, said the captain of the ferry.",2024\n'
        '2,"The tide is higher then, as everybody in the harbour knows.",2025\n'
    ),
    "TSV": "name\ttide\nFerry One\t12\nFerry Two\t14\n",
    "semicolons": "Name;Flut;Zeit\nFähre Eins;12;10\nFähre Zwei;14;11\n",
    "XML": "<?xml version='1.0'?><log><entry>The ferry left the quay at noon on Monday.</entry></log>",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"><text>The ferry leaves at noon from now on.</text></svg>',
    "Python": PYTHON,
    "C": (
        "/* The ferry leaves at noon. It never leaves at night. */\n#include <stdio.h>\n\n"
        'int main(void)\n{\n    printf("The ferry leaves at noon.\\n");\n    return 0;\n}\n'
    ),
    "Java": "package quay;\n\npublic class Ferry {\n    private int noon = 12;\n    // It leaves at noon, and comes back.\n}\n",
    "Go": 'package quay\n\nimport "fmt"\n\n// Leave says that the ferry leaves at noon.\nfunc Leave() {\n\tfmt.Println("noon")\n}\n',
    "shell": '#!/bin/sh\n# The ferry leaves at noon, and this tells everybody.\necho "The ferry leaves at noon from now on."\n',
    "SQL": "SELECT name, tide\nFROM ferries\nWHERE noon = 12\nORDER BY tide;\n",
    "PHP": '<?php\n// The ferry leaves at noon from now on, says the office.\necho "noon";\n',
    "YAML": "name: ferry\ntide: 12\ndescription: The ferry leaves at noon from now on, says the office.\nports:\n  - quay\n",
    "INI": "[ferry]\nnoon = 12\ntide = high\ncaptain = Ines Marlow\n",
    "robots.txt": (
        "# The pages of this paper may not be used to train any machine, as its owners said.\n"
        "User-agent: *\nDisallow: /search\nSitemap: https://quay.example/sitemap.xml\n"
    ),
    "PDF": "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n(The ferry leaves at noon from now on.) Tj\n",
    "RTF": r"{\rtf1\ansi The ferry leaves at noon from now on, says the office.\par}",
    "mail": (
        "Received: from quay.example by harbour.example\nFrom: desk@quay.example\nSubject: Ferry\n"
        "Message-ID: <1@quay.example>\n\nThe ferry leaves at noon from now on, says the office.\n"
    ),
    "HTTP": "HTTP/1.1 404 Not Found\nContent-Type: text/plain\n\nThe page that you asked for is not here.\n",
    "log": "".join(
        f"2024-03-04 08:00:0{n} INFO The ferry has left the quay at noon.\n" for n in range(5)
    ),
    "access log": "".join(
        f'192.0.2.{n} - - [04/Mar/2024:08:00:00 +0000] "GET / HTTP/1.1" 200 12\n' for n in range(5)
    ),
    "syslog": "".join(f"Mar  4 08:00:0{n} quay ferryd[12]: the ferry has left the quay now\n" for n in range(5)),
    "addresses without a scheme": "quay.example/news/1\nquay.example/news/2\nwww.quay.example/3\n",
    "local paths": "pages/one.html\npages/two.html\n/srv/news/three.html\n",
    "file names": "one.html\ntwo.html\nthree.html\n",
    "mail addresses": "desk@quay.example\ncaptain@quay.example\n",
    "base 64": "VGhlIGZlcnJ5IGxlYXZlcyBhdCBub29uIGZyb20gbm93IG9u\n" * 3,
    "a patch": "diff --git a/ferry b/ferry\n--- a/ferry\n+++ b/ferry\n@@ -1 +1 @@\n-The ferry leaves at one.\n+It leaves at noon.\n",
    "subtitles": "WEBVTT\n\n00:00.000 --> 00:04.000\nThe ferry leaves at noon from now on.\n",
    "a calendar": "BEGIN:VCALENDAR\nSUMMARY:The ferry leaves at noon from now on.\nEND:VCALENDAR\n",
    "a key": "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n",
    "Not Found": "Not Found",
    "a status": "503 Service Unavailable",
    "a bare number": "404",
    "a status and a sentence": "404 Not Found\n\nThe resource you asked for could not be found on this server!",
    "a reason and a sentence": "Forbidden\n\nYou don't have permission to access this resource.",
    "a status in German": "Fehler 404 - Seite nicht gefunden\n\nDie gewünschte Seite gibt es hier leider nicht mehr.",
    "a status in Spanish": "Error 404\n\nLa página que busca ya no existe o ha cambiado de dirección.",
    "a status in Chinese": "404\n\n抱歉，您访问的页面不存在或者已经被删除了。",
    "a challenge": "Just a moment...\nEnable JavaScript and cookies to continue",
    "a headline in French": "Page introuvable",
    "a headline in Russian": "Страница не найдена",
    "a headline in Chinese": "页面不存在",
    "a headline in Arabic": "الصفحة غير موجودة",
    "a menu": "Home\nNews\nSport\nWeather\nContact\n",
    "OK": "OK\n",
    "numbers": "1 2 3\n4 5 6\n7 8 9\n",
}  # fmt: skip


@pytest.mark.parametrize("text", ARTICLES.values(), ids=ARTICLES)
def test_a_text_that_reads_like_an_article_is_one_however_short(text: str) -> None:
    assert refusal(text) is None
    assert extract(text, media_type="text/plain").text


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_no_article_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(NotTextArticle) as caught:
        extract(text, media_type="text/plain")
    assert caught.value.reason == "not_text_article"
    assert caught.value.message


def test_no_text_among_the_seeds_and_fixtures_is_refused(root: Path) -> None:
    texts = [*root.glob("seeds/*.txt"), *root.glob("tests/outlets/**/*.txt")]
    assert len(texts) > 10
    refused = {path.name: refusal(path.read_text("utf-8")) for path in texts}
    assert not any(refused.values()), refused


def test_what_is_refused_does_not_depend_on_line_ends_or_a_mark_at_the_beginning() -> None:
    for text in REFUSED.values():
        assert refusal("\ufeff" + text.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "(" * n,
        lambda n: "a " * n,
        lambda n: "{" * n,
        lambda n: "a,b\n" * n,
        lambda n: '"' * n,
        lambda n: "/*\n" * n,
        lambda n: "x:" * n,
        lambda n: "404 " * n,
        lambda n: "a.b/" * n,
        lambda n: "a" + "." * n + "~",
        lambda n: "class " + "a" * n,
        lambda n: "-" * n + "a",
        lambda n: "a-" * n,
        lambda n: "a@" + "a." * n + "!",
        lambda n: "." + '"' * n,
        lambda n: "import " + "a" * n + "~",
        lambda n: "a " + " " * n + "=",
    ],
)
def test_only_the_beginning_of_a_long_text_is_looked_at(make: Callable[[int], str]) -> None:
    # Hangs where a pattern or a parser takes more than linear time.
    refusal(make(1_000_000))


# Files.


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("style.css", REFUSED["style sheet"]),
        ("app.js", REFUSED["script"]),
        ("list.csv", REFUSED["CSV"]),
        ("data.json", REFUSED["JSON"]),
        ("own.jsonl", REFUSED["JSON Lines"]),
        ("robots.txt", REFUSED["robots.txt"]),
        ("d.pdf", REFUSED["PDF"]),
        ("ferry.py", REFUSED["Python"]),
        ("map.svg", REFUSED["SVG"]),
        ("files.txt", REFUSED["local paths"]),
        ("prose.js", "The ferry leaves at noon from now on, says the office.\n"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_other_files_gives_no_article(
    tmp_path: Path, name: str, text: str, packed: bool
) -> None:
    from copydesk.adapters import loading
    from copydesk.reading import read
    from copydesk.runs import inputs
    from copydesk.runs.inputs import InputOptions
    from copydesk.sources.base import Document, Rejected

    data = text.encode()
    path = tmp_path / (name + ".gz" * packed)
    path.write_bytes(gzip.compress(data) if packed else data)
    registry = loading.installed().registry
    given = InputOptions(registry=registry, kinds=tuple(registry.sources.values()))
    for item in inputs.find_all([str(tmp_path)], given):
        if isinstance(item, Rejected):
            assert item.reason in ("not_text_article", "unsupported_format", "source")
        else:
            assert isinstance(item, Document)
            with pytest.raises(NotTextArticle):
                read(item, None)


# What extract is given.


@pytest.mark.parametrize("content", [None, 5, Path("ferry.html"), ["text"]])
def test_content_of_another_type_is_told_as_that(content: object) -> None:
    with pytest.raises(TypeError, match="str or bytes, not"):
        extract(content)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", ["https://quay.example/ferry", b" http://quay.example/ferry\n"])
def test_an_address_is_no_document(content: str | bytes) -> None:
    with pytest.raises(DocumentError, match="fetch it"):
        extract(content)


@pytest.mark.parametrize(
    "url", ["not a url", "ftp://quay.example/a", "quay.example/a", "http://[bad"]
)
def test_a_url_that_is_no_address_is_left_out_with_a_warning(url: str) -> None:
    article = extract(ARTICLES["one sentence"], url=url)
    assert article.url is None
    assert ("url_ignored", url) in [(w.code, w.subject) for w in article.warnings]


def test_a_page_that_is_served_as_plain_text_is_read_as_a_page_and_says_so() -> None:
    page = (
        "<!doctype html><html><body><h1>Ferry moves</h1>"
        + f"<p>{ARTICLES['no full stop']}.</p>" * 3
    )
    article = extract(page, media_type="text/plain")
    assert "<p>" not in article.text
    assert article.document.media_type == "text/html"
    assert "media_type_overruled" in [w.code for w in article.warnings]


@pytest.mark.parametrize("command", ["extract", "explain"])
def test_a_packed_page_is_read_by_every_command(
    tmp_path: Path, copydesk: Run, command: str
) -> None:
    page = "<html><body><h1>Ferry moves</h1>" + f"<p>{ARTICLES['no full stop']}.</p>" * 3
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(page.encode()))
    done = copydesk(command, "a.html.gz")
    assert done.returncode == 0, done.stderr
    assert "Sixty volunteers" in done.stdout
