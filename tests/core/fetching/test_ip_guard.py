from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.fetching.ip_guard import is_allowed, parse_literal, reason_blocked
from copydesk.util.urls import without_user

REFUSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "100.100.100.200", "127.0.0.1", "127.8.9.1", "168.63.129.16", "169.254.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:1.2.3.4",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "64:ff9b:1:ffff::1", "100::1",
    "2001::1", "2001:0:4136:e378::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
    "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "4000::1", "5f00::1", "nonsense", "",
]  # fmt: skip

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255",
    "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255",
    "172.32.0.0", "192.167.255.255", "223.255.255.255", "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e", "2003::1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert reason_blocked(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_spoken_to(address: str) -> None:
    assert reason_blocked(address) is None


@given(st.ip_addresses())
def test_no_address_that_the_standard_library_calls_private_passes(
    address: IPv4Address | IPv6Address,
) -> None:
    if reason_blocked(address) is None:
        assert address.is_global
        assert not address.is_private
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_passes_in_ipv6_form(address: IPv4Address) -> None:
    number = int(address)
    assert reason_blocked(IPv6Address((0xFFFF << 32) | number))
    assert reason_blocked(IPv6Address(number))
    assert reason_blocked(IPv6Address((0x2002 << 112) | (number << 80)))
    assert reason_blocked(IPv6Address((0x64FF9B << 96) | number))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1",
        "0x7F.0.0.0x1",
    ],
)  # fmt: skip
def test_every_written_form_of_an_address_is_known_for_it(host: str) -> None:
    assert parse_literal(host) == IPv4Address("127.0.0.1")


def test_addresses_of_version_6_are_literals_with_and_without_brackets() -> None:
    assert parse_literal("[::1]") == parse_literal("::1") == IPv6Address("::1")


@pytest.mark.parametrize(
    "host", ["example.com", "1.2.3.4.5", "1e100.net", "0xg.1", "999.1.1.1", ""]
)
def test_names_are_no_literals(host: str) -> None:
    assert parse_literal(host) is None


def test_only_the_opened_host_and_port_are_open() -> None:
    allowed = frozenset({"127.0.0.1:8000", "Intranet:80", "[::1]:81"})
    assert is_allowed("127.0.0.1", 8000, allowed)
    assert is_allowed("intranet", 80, allowed)
    assert is_allowed("::1", 81, allowed)
    assert not is_allowed("127.0.0.1", 8001, allowed)
    assert not is_allowed("127.0.0.1", 80, allowed)
    assert not is_allowed("localhost", 8000, allowed)
    assert not is_allowed("x.intranet", 80, allowed)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://user:secret@host/p", "http://host/p"),
        ("https://user@host:8/p?a=b@c", "https://host:8/p?a=b@c"),
        ("//u:secret@host/", "//host/"),
        ("http://a@b:secret@host/", "http://host/"),
        ("http://u:sec/ret@host/", "http://host/"),
        ("http://u:sec?re#t@host/", "http://host/"),
        ("http:\\\\u:secret@host/", "http:\\\\host/"),
        ("http://host/a@b", "http://host/a@b"),
        ("http://host:80/a@b", "http://host:80/a@b"),
        ("http://host:/a@b", "http://host:/a@b"),
        ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
        ("http://bob:#secret@host/", "http://host/"),
        ("http://bob:?secret@host/", "http://host/"),
        ("http://bob:\\secret@host/", "http://host/"),
        ("http:\\\\bob:#secret@host/", "http:\\\\host/"),
        ("http://sec#ret@host/", "http://host/"),
        ("http:/bob:secret@host/", "http:/host/"),
        ("\\\\bob:secret@host\\x", "\\\\host\\x"),
        ("http://a:b@c:secret@host/p?q=@", "http://host/p?q=@"),
        ("http://bob:secret@host:80/x@y", "http://host:80/x@y"),
        ("http://host.example?mail=a@b", "http://host.example?mail=a@b"),
        ("http://localhost?mail=a@b", "http://localhost?mail=a@b"),
        ("http://host.example:80#a@b", "http://host.example:80#a@b"),
        ("no url", "no url"),
    ],
)
def test_user_and_password_are_cut_out_of_an_address(url: str, clean: str) -> None:
    assert without_user(url) == clean
