"""Decide which IP addresses may be contacted: public unicast, and those the user allows."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
"""A parsed IP address."""

# The IANA special-purpose registries. Narrow ranges come before those that contain them, so that the
# message has the most specific name.
_RANGES: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(text), name)
    for text, name in (
        ("169.254.169.254/32", "a metadata service"),
        ("100.100.100.200/32", "a metadata service"),
        ("168.63.129.16/32", "a metadata service"),
        ("192.0.0.192/32", "a metadata service"),
        ("fd00:ec2::/32", "a metadata service"),
        ("fd20:ce::/32", "a metadata service"),
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved for benchmarks"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "an IPv4 address in IPv6 form"),
        ("::ffff:0:0:0/96", "an IPv4 address in IPv6 form"),
        ("::/96", "an IPv4 address in IPv6 form"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::/48", "an IPv4 address behind NAT64"),
        ("100::/64", "reserved"),
        ("2001::/32", "an IPv4 address behind Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "reserved for documentation"),
        ("2002::/16", "an IPv4 address behind 6to4"),
        ("3fff::/20", "reserved for documentation"),
        ("5f00::/16", "reserved"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")

_NUMBER = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")


def reason_blocked(address: str | Address) -> str | None:
    """Return why an IP address may not be contacted, in words; None if it may.

    Invalid addresses are blocked. So are all IPv4 addresses in IPv6 form, even public ones: no host
    is reachable only by them.
    """
    try:
        parsed = ip_address(address) if isinstance(address, str) else address
    except ValueError:
        return "not an IP address"
    for network, name in _RANGES:
        if parsed.version == network.version and parsed in network:
            return name
    # The standard library may know ranges that were reserved after this table was written.
    if not parsed.is_global or (parsed.version == 6 and parsed not in _GLOBAL_UNICAST):
        return "not public"
    return None


def parse_literal(host: str) -> Address | None:
    """Parse a host that is an IP address; return None for a name.

    Accepts the forms of inet_aton (one to four numbers, decimal, octal or hexadecimal), as system
    resolvers do: 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1.
    """
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return ip_address(bare)
    except ValueError:
        pass
    labels = bare.rstrip(".").split(".")
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        return None
    try:
        return IPv4Address(socket.inet_aton(".".join(labels)))
    except OSError:
        return None


def is_allowed(host: str, port: int, allowed: frozenset[str]) -> bool:
    """Whether the user allows this host and port. allowed: "host:port" or "[v6]:port"."""
    bare = host.lower().removeprefix("[").removesuffix("]")
    return bool({f"{bare}:{port}", f"[{bare}]:{port}"} & {entry.lower() for entry in allowed})
