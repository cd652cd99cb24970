"""Addresses on the internet: which are everybody's to reach. Names are looked up by whoever connects."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
"""Source: RFC 6052, section 2.1."""
_NOBODYS = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
"""What Python counts in by its version, or always: for protocols (RFC 6890), relays that are no more (RFC 7526) and
documents (RFC 9637)."""
_OLD_PART = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+", re.ASCII)
_OLD_PARTS_LIMIT = 4


def is_public(address: IPAddress) -> bool:
    """Whether an address is one that anybody on the internet may reach: no network of somebody's own, no host itself.

    An IPv6 address that has an IPv4 address in it (mapped, translated by NAT64, 6to4) is what that one is.
    """
    if isinstance(address, IPv6Address):
        inside = _inside(address)
        if inside is not None:
            return is_public(inside)
        if address not in _GLOBAL_UNICAST or address.teredo is not None or address.scope_id is not None:
            return False
    is_kept = address.is_multicast or address.is_reserved or any(address in network for network in _NOBODYS)
    return address.is_global and not is_kept


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def literal_address(host: str) -> IPAddress | None:
    """The address that a host of a URL spells, IPv6 without its brackets; None where it is a name.

    IPv4 as the C library has always read it, too: one to four numbers, decimal, octal or hexadecimal, of which the last
    fills what is left. It is the IPv4 parser of https://url.spec.whatwg.org/ that is followed here.
    """
    try:
        return ip_address(host)
    except ValueError:
        return _old_spelling(host.removesuffix("."))


def _old_spelling(host: str) -> IPv4Address | None:
    parts = host.split(".")
    if len(parts) > _OLD_PARTS_LIMIT or not all(_OLD_PART.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (_number(part) for part in parts)
    except ValueError:
        return None
    if any(part > 0xFF for part in first) or last >= 256 ** (5 - len(parts)):
        return None
    return IPv4Address(sum(part << 8 * (3 - place) for place, part in enumerate(first)) + last)


def _number(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") else int(part)
