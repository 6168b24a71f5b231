"""Pictures of a page: the largest real one is kept, once, with an address that counts from `base`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from tests.growth import MOST, growth

from copydesk import Article, extract
from copydesk.readers.html.pictures import candidates, loose_name, name, width

URL = "https://www.ledger.example/region/weir-2024"
SENTENCE = (
    "The rebuilding of the {} weir above Tollbridge will start in the second week of April, the "
    "river board decided on Monday night after a debate of three hours."
)
HOST = "https://www.ledger.example"


def page(body: str, head: str = "", url: str | None = URL) -> Article:
    prose = [f"<p>{SENTENCE.format(word)}</p>" for word in ("old", "new", "third")]
    return extract(
        f"<!doctype html><title>Weir to be rebuilt</title>{head}<article><h1>Weir to be rebuilt"
        f"</h1>{prose[0]}{body}{prose[1]}{prose[2]}</article>",
        media_type="text/html",
        url=url,
    )


def addresses(body: str, head: str = "") -> list[str | None]:
    return [(i.url or "").removeprefix(HOST) for i in page(body, head).images]


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("/a-320.jpg 320w, /a-800.jpg 800w", "/a-800.jpg"),
        ("/a-800.jpg 800w, /a-320.jpg 320w", "/a-800.jpg"),
        ("/a-800.jpg 800w,/a-320.jpg 320w", "/a-800.jpg"),
        ("/a.jpg, /a@2x.jpg 2x", "/a@2x.jpg"),
        ("/a@1.5x.jpg 1.5x, /a.jpg 1x", "/a@1.5x.jpg"),
        ("/w_300,h_200/a.jpg 300w, /w_900,h_600/a.jpg 900w", "/w_900,h_600/a.jpg"),
        ("/a-320.jpg,/a-800.jpg", "/a-800.jpg"),
        ("/a.jpg 640w 480h, ", "/a.jpg"),
        ("data:image/gif;base64,R0 2000w, /a.jpg 300w", "/a.jpg"),
    ],
)
def test_the_largest_candidate_of_a_set_is_taken(srcset: str, expected: str) -> None:
    assert addresses(f"<figure><img srcset='{srcset}' alt='The weir'></figure>") == [expected]


def test_a_srcset_is_split_like_in_html() -> None:
    found = candidates("\n a.jpg 1x ,b,c.jpg 2x,, d.jpg ,")
    assert found == [("a.jpg", 1), ("b,c.jpg", 2), ("d.jpg", 0)]


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("<img src='/lazy.gif' data-original='/a.jpg'>", "/a.jpg"),
        ("<img src='/img/grey.gif' data-lazy-src='/a.jpg'>", "/a.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src='/a.jpg'>", "/a.jpg"),
        ("<img src='/w20/a.jpg' data-src='/w1200/a.jpg'>", "/w1200/a.jpg"),
        ("<img src='/a.jpg?w=20&q=30' data-src='/a.jpg?w=1200'>", "/a.jpg?w=1200"),
        ("<img src='about:blank' data-srcset='/a.jpg 400w, /b.jpg 900w'>", "/b.jpg"),
        ("<img data-img-src='/a.jpg'>", "/a.jpg"),
        ("<img data-src-large='/a.jpg' data-thumb-src='/t.jpg'>", "/a.jpg"),
        ("<img data-src='/a_{width}x.jpg' data-widths='[180, 1080, 540]'>", "/a_1080x.jpg"),
        ("<img src='/a-320.jpg' srcset='/a-320.jpg 320w, /a-1600.jpg 1600w'>", "/a-1600.jpg"),
        ("<picture><source srcset='/b.jpg 900w'><img src='/a.jpg'></picture>", "/b.jpg"),
        ("<picture><source type='image/webp' srcset='/a.webp 900w'><img src='/a.jpg'></picture>",
         "/a.jpg"),
        ("<picture><source data-srcset='/a.jpg'><img src='data:,'></picture>", "/a.jpg"),
        ("<picture><source media='print' srcset='/p.jpg 9000w'><img src='/a.jpg'></picture>",
         "/a.jpg"),
        ("<amp-img src='/a.jpg' srcset='/a1.jpg 400w, /a2.jpg 900w'></amp-img>", "/a2.jpg"),
        ("<image src='/a.jpg'>", "/a.jpg"),
        ("<div style='background-image: url(\"/a.jpg\")'></div>", "/a.jpg"),
        ("<img src='/loading-dock.jpg'>", "/loading-dock.jpg"),
        ("<img src='/charts/votes.svg'>", "/charts/votes.svg"),
    ],
)  # fmt: skip
def test_the_real_picture_of_an_element_is_taken(element: str, expected: str) -> None:
    found = page(f"<figure>{element}<figcaption>The weir in March</figcaption></figure>").images
    assert [(i.url, i.caption) for i in found] == [(HOST + expected, "The weir in March")]


@pytest.mark.parametrize(
    "element",
    [
        "<img src='/placeholder.png'>", "<img src='/img/1x1.gif'>", "<img src='/blank_image.gif'>",
        "<img src='data:image/gif;base64,R0'>", "<img alt='x'>", "<img src='{{ image }}'>",
        "<img src='/a.jpg' width='1' height='1'>",
    ],
)  # fmt: skip
def test_a_placeholder_alone_is_not_a_picture(element: str) -> None:
    assert addresses(f"<figure>{element}</figure>") == []


REAL = "<noscript><img src='/real.jpg' alt='Real'></noscript>"


@pytest.mark.parametrize(
    "body",
    [
        f"<figure><img alt=''>{REAL}</figure>",
        f"<figure><div class='ph'></div>{REAL}</figure>",
        f"<p><img src='data:,' class='lazy'>{REAL}</p>",
        f"<div>{REAL}<img class='lazyload' src='data:,' data-src='/real.jpg'></div>",
        f"<figure><img src='/grey.png'>{REAL}</figure>",
        f"<figure><div><img src='/max/60/x.jpg?q=20' class='blur'><img>{REAL}</div></figure>",
        "<figure><noscript><picture><source srcset='/real.webp'><img src='/real.jpg' alt='Real'>"
        "</picture></noscript></figure>",
    ],
)
def test_a_picture_for_browsers_without_scripts_is_read_once(body: str) -> None:
    assert [(i.url, i.alt) for i in page(body).images] == [(HOST + "/real.jpg", "Real")]


def test_each_of_several_lazy_pictures_is_kept() -> None:
    pair = "<img src='/grey.png'><noscript><img src='/{}.jpg'></noscript>"
    body = "<p>" + pair.format("a") + pair.format("b") + "</p>"
    assert addresses(body) == ["/a.jpg", "/b.jpg"]


def test_a_tracking_pixel_is_not_a_picture() -> None:
    body = (
        "<noscript><img height='1' width='1' style='display:none' src='https://t.example/tr?id=1'>"
        "</noscript><noscript><img src='https://t.example/p?c1=2'></noscript>"
    )
    assert addresses(body) == []


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("/300x200/a.jpg", "/1200x800/a.jpg", "/1200x800/a.jpg"),
        ("/a-1024x683.jpg", "/a-300x200.jpg", "/a-1024x683.jpg"),
        ("/a.jpg?w=300", "/a.jpg?w=900", "/a.jpg?w=900"),
        ("/small/a.jpg", "/large/a.jpg", "/large/a.jpg"),
    ],
)
def test_a_picture_in_two_sizes_is_one(first: str, second: str, kept: str) -> None:
    body = (
        f"<figure><img src='{first}'></figure><p>{SENTENCE.format('second')}</p>"
        f"<figure><img src='{second}'><figcaption>The weir in March</figcaption></figure>"
    )
    found = page(body).images
    assert [(i.url, i.caption) for i in found] == [(HOST + kept, "The weir in March")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/img-1.jpg", "/img-2.jpg"), ("/image.php?id=1", "/image.php?id=2"),
        ("/_next/image?url=%2Fa.jpg&w=640", "/_next/image?url=%2Fb.jpg&w=640"),
        ("/101/photo.jpg", "/102/photo.jpg"),
    ],
)  # fmt: skip
def test_two_pictures_are_two(first: str, second: str) -> None:
    assert addresses(f"<figure><img src='{first}'><img src='{second}'></figure>") == [first, second]


def test_the_size_in_a_url_is_not_part_of_its_name() -> None:
    assert (width("/a.jpg?w=20&q=30"), width("/w1200/a.jpg"), width("/a-300x200.jpg")) == (20, 1200, 300)  # fmt: skip
    assert width("/2024/03/04/weir.jpg") == 0
    assert name("https://a.example/max/60/1*b.jpeg?q=20") == name("http://a.example/max/1400/1*b.jpeg")  # fmt: skip
    assert name("/a-320.jpg") != name("/a-640.jpg")
    assert loose_name("/a-320.jpg") == loose_name("/a-640.jpg")


def test_captions_without_an_address_take_the_stated_picture() -> None:
    head = "<meta property='og:image' content='/og.jpg'>"
    found = page("<figure><div></div><figcaption>The weir in March</figcaption></figure>", head)
    assert [(i.url, i.caption) for i in found.images] == [(HOST + "/og.jpg", "The weir in March")]


def test_of_several_captions_without_an_address_none_is_given_the_stated_picture() -> None:
    head = "<meta property='og:image' content='/og.jpg'>"
    one = "<figure><div></div><figcaption>{} was shown to the guests of the mayor</figcaption></figure>"
    found = page(one.format("The weir") + one.format("The mill"), head).images
    assert [i.url for i in found] == [HOST + "/og.jpg", None, None]
    assert found[0].caption is None


@pytest.mark.parametrize(
    "counter",
    [
        "1 of 12 |",
        "Image 1 of / 5",
        "1/12",
        "Bild 3 von 7",
        "2 av 8",
        "\u7b2c1\u5f20 / \u51715\u5f20",
    ],
)
def test_the_counter_of_a_gallery_is_not_a_caption(counter: str) -> None:
    head = "<meta property='og:image' content='/og.jpg'>"
    body = f"<figure><div></div><figcaption>{counter}</figcaption></figure>"
    found = page(body, head)
    assert [(i.url, i.caption) for i in found.images] == [(HOST + "/og.jpg", None)]
    assert [(r.kind, r.text) for r in found.removed] == [("gallery_counter", counter)]


@pytest.mark.parametrize(
    ("printed", "caption"),
    [
        ("1 of 12 | The weir in March", "The weir in March"),
        ("(3/5) The weir in March", "The weir in March"),
        ("3 of 5 houses stood in the water", "3 of 5 houses stood in the water"),
        ("9/11 changed the town for good", "9/11 changed the town for good"),
    ],
)
def test_a_counter_before_a_caption_is_cut_off(printed: str, caption: str) -> None:
    body = f"<figure><img src='/a.jpg'><figcaption>{printed}</figcaption></figure>"
    assert [i.caption for i in page(body).images] == [caption]


BASE = "<base href='https://cdn.ledger.example/root/'>"


def test_every_url_is_resolved_against_the_base() -> None:
    found = page(
        "<figure><img src='a.jpg'></figure><iframe src='video/1'></iframe>"
        "<p><a href='other.html'>Read another story of the harbour wall</a></p>",
        BASE + "<link rel='canonical' href='weir'><meta name='author' content='Jo Bloggs'>",
    )
    root = "https://cdn.ledger.example/root/"
    assert [i.url for i in found.images] == [root + "a.jpg"]
    assert [r.url for r in found.related] == [root + "other.html"]
    assert [b.url for b in found.body if b.type == "embed"] == [root + "video/1"]
    assert found.canonical_url == root + "weir"


@pytest.mark.parametrize("place", ["head", "body"])
def test_a_base_in_head_or_body_is_used_without_a_url_of_the_page(place: str) -> None:
    picture = "<figure><img src='a.jpg'></figure>"
    found = page(picture, BASE, url=None) if place == "head" else page(picture + BASE, url=None)
    assert [i.url for i in found.images] == ["https://cdn.ledger.example/root/a.jpg"]


@pytest.mark.parametrize(
    "stated",
    [
        "javascript:void(0)", "data:text/html,x", "file:///var/www/", "ftp://a.example/", "http://[::1",
        "https://", "{{ base }}/", "<%= root %>", "http://localhost:8080/", "http://192.168.0.7/", "",
    ],
)  # fmt: skip
def test_an_unusable_base_is_ignored(stated: str) -> None:
    found = page("<figure><img src='a.jpg'></figure>", f'<base href="{stated}">')
    assert [i.url for i in found.images] == [HOST + "/region/a.jpg"]


@pytest.mark.slow
def test_pictures_are_read_in_linear_time() -> None:
    pair = "<figure><img src='/grey.png'><noscript><img src='/{0}.jpg'></noscript></figure>"

    def read(size: int) -> Callable[[], object]:
        return partial(page, "".join(pair.format(i) for i in range(size)))

    assert growth(read, 100) < MOST


@pytest.mark.slow
def test_a_long_srcset_is_read_in_linear_time() -> None:
    assert growth(lambda size: partial(candidates, "a, " * size), 20_000) < MOST
