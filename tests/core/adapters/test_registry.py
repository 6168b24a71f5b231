"""The registry: adapters by id and by host, the first claim stands."""

from __future__ import annotations

import pytest

from copydesk import Outlet
from copydesk.adapters.registry import GENERIC, Registry
from copydesk.errors import OutletConflict, OutletDefinitionError, UnknownOutlet


class MercoPress(Outlet):
    id = "mercopress"
    name = "MercoPress"
    domains = ("mercopress.com",)


class Falklands(Outlet):
    id = "falklands"
    name = "The Falklands Desk"
    domains = ("falklands.mercopress.com", "weekly.example.co.uk")


class Family(Outlet):
    name = "Family"


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.register(MercoPress, "copydesk")
    made.register(Falklands, "copydesk-falklands")
    return made


@pytest.mark.parametrize(
    "url",
    [
        "https://mercopress.com/2025/12/02/a",
        "http://mercopress.com",
        "https://www.mercopress.com/a",
        "https://en.mercopress.com/a",
        "https://a.b.c.mercopress.com/a",
        "HTTPS://EN.MercoPress.COM/A",
        "https://mercopress.com:8443/a",
        "https://mercopress.com./a",
        "https://www.mercopress.com.:443/a",
        "https://reader:secret@mercopress.com/a",
        "//mercopress.com/a",
        "mercopress.com",
        "en.mercopress.com",
        "www.MercoPress.com:443",
        "mercopress.com/a/b",
        "mercopress.com?page=2",
        "https://mercopress.com/?next=//evil.example/",
    ],
)
def test_host_is_matched_whatever_stands_around_it(registry: Registry, url: str) -> None:
    assert registry.find(url) is MercoPress


@pytest.mark.parametrize(
    "address", ["mercopress.com/a//b", "mercopress.com/?next=https://evil.example/"]
)
def test_a_bare_host_is_matched_where_slashes_follow_later(
    registry: Registry, address: str
) -> None:
    assert registry.find(address) is MercoPress


@pytest.mark.parametrize(
    "url",
    [
        "https://evilmercopress.com/a",
        "https://mercopress.com.evil.example/a",
        "https://mercopress.co/a",
        "https://com/a",
        "https://evil.example/mercopress.com",
        "https://evil.example/?u=https://mercopress.com/a",
        "https://evil.example/#//mercopress.com",
        "https://mercopress.com@evil.example/a",
        "https://example.co.uk/a",
        "https://co.uk/a",
        "https://wwwmercopress.com/",
    ],
)
def test_what_only_looks_like_the_host_is_not_it(registry: Registry, url: str) -> None:
    assert registry.find(url) is None


@pytest.mark.parametrize(
    "url", ["", " ", "/", "//", "http://", "https:///a", "http://[bad", "http://[::1", "\x00", "."]
)
def test_a_bad_address_has_no_adapter(registry: Registry, url: str) -> None:
    assert registry.find(url) is None


@pytest.mark.parametrize(
    "url", ["https://falklands.mercopress.com/a", "https://blogs.falklands.mercopress.com/a"]
)
def test_a_subdomain_of_another_outlet_goes_before_its_parent(registry: Registry, url: str) -> None:
    assert registry.find(url) is Falklands


def test_parents_are_tried_nearest_first(registry: Registry) -> None:
    assert registry.find("https://a.weekly.example.co.uk/") is Falklands


def test_an_id_gives_its_adapter(registry: Registry) -> None:
    assert registry.get("mercopress") is MercoPress


def test_an_unknown_id_names_the_nearest_one(registry: Registry) -> None:
    with pytest.raises(UnknownOutlet) as caught:
        registry.get("mercopres")
    assert str(caught.value) == "mercopres: no such outlet; did you mean 'mercopress'?"
    assert (caught.value.subject, caught.value.reason) == ("mercopres", "unknown_outlet")


def test_an_id_near_to_none_names_none(registry: Registry) -> None:
    with pytest.raises(UnknownOutlet, match=r"^zzz: no such outlet$"):
        registry.get("zzz")


def test_adapters_come_in_the_order_of_their_ids(registry: Registry) -> None:
    assert [o.id for o in registry] == ["falklands", "mercopress"]


def test_a_copy_is_independent(registry: Registry) -> None:
    class Later(Outlet):
        id = "later"
        name = "Later"
        domains = ("later.example",)

    copy = registry.copy()
    copy.register(Later)
    assert copy.get("later") is Later
    assert "later" not in registry.outlets
    assert "later" not in registry.owners
    assert registry.find("later.example") is None


def test_the_id_of_the_generic_reading_is_refused() -> None:
    class Anyone(Outlet):
        id = GENERIC
        name = "Anyone"

    with pytest.raises(OutletDefinitionError, match=r"Anyone: id 'generic' is reserved"):
        Registry().register(Anyone)


def test_an_outlet_without_an_id_is_refused() -> None:
    with pytest.raises(OutletDefinitionError, match=r"\.Family: id is missing$"):
        Registry().register(Family)


def test_an_outlet_without_a_name_is_refused() -> None:
    class Nameless(Outlet):
        id = "nameless"

    with pytest.raises(OutletDefinitionError, match=r"Nameless: name is missing$"):
        Registry().register(Nameless)


@pytest.mark.parametrize("junk", [int, "mercopress", None, 5, MercoPress()])
def test_what_is_no_outlet_class_is_refused(junk: object) -> None:
    with pytest.raises(OutletDefinitionError, match="is not an Outlet subclass"):
        Registry().register(junk)  # type: ignore[arg-type]


def test_a_second_claim_of_an_id_is_refused_naming_both(registry: Registry) -> None:
    class Again(Outlet):
        id = "mercopress"
        name = "Again"
        domains = ("again.example",)

    with pytest.raises(OutletConflict) as caught:
        registry.register(Again, "somebody")
    assert str(caught.value) == (
        f"{__name__}.{Again.__qualname__}: id 'mercopress' belongs to outlet 'mercopress' "
        f"({__name__}.MercoPress, copydesk)"
    )
    assert registry.get("mercopress") is MercoPress
    assert registry.find("again.example") is None


def test_a_second_claim_of_a_host_is_refused_naming_both(registry: Registry) -> None:
    class Thief(Outlet):
        id = "thief"
        name = "Thief"
        domains = ("thief.example", "www.mercopress.com")

    with pytest.raises(OutletConflict) as caught:
        registry.register(Thief)
    assert caught.value.message == (
        f"host 'mercopress.com' belongs to outlet 'mercopress' ({__name__}.MercoPress, copydesk)"
    )
    assert "thief" not in registry.outlets
    assert registry.find("thief.example") is None


def test_a_claim_without_an_owner_is_this_processs() -> None:
    class Again(Outlet):
        id = "mercopress"
        name = "Again"

    registry = Registry()
    registry.register(MercoPress)
    with pytest.raises(OutletConflict, match=r"MercoPress, this process\)$"):
        registry.register(Again)


def test_the_same_class_may_be_registered_again(registry: Registry) -> None:
    registry.register(MercoPress, "copydesk")
    assert registry.get("mercopress") is MercoPress


def test_the_first_owner_of_a_class_stays_its_owner(registry: Registry) -> None:
    registry.register(MercoPress, "somebody else")
    assert registry.owners["mercopress"] == "copydesk"
