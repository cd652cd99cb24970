"""Where a request comes from: the address of the client, and the program that it says it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

CLIENT_LENGTH_LIMIT = 200
"""Characters that are kept of what a program calls itself."""

IPV6_NETWORK_BITS = 64
"""What of an IPv6 address tells one client from another."""

Network = IPv4Network | IPv6Network


def client_address(environ: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """The address that a request came from: behind proxies that are trusted, the rightmost one that is not theirs.

    What stands left of that anybody may have written. Empty where there is none, as in a request of a test.
    """
    found = environ.get("REMOTE_ADDR", "")
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while forwarded and is_proxy(found, trusted):
        before = _address(forwarded.pop())
        if before is None:
            break
        found = str(before)
    address = _address(found)
    return "" if address is None else str(address)


def client_network(environ: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """By which a client is told from others: its IPv4 address, or the network of its IPv6 one.

    Whoever has one IPv6 address has 2^64 of them, and is given another every day.
    """
    return network_of_address(client_address(environ, trusted))


def network_of_address(text: str) -> str:
    """What of an address tells one client from another; empty where it is none."""
    address = _address(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_NETWORK_BITS), strict=False))
    return "" if address is None else str(address)


def is_encrypted(environ: Mapping[str, Any], trusted: Sequence[Network]) -> bool:
    """Whether a proxy that is trusted says that the client came to it by ``https``; of others' word nothing counts."""
    said: str = environ.get("HTTP_X_FORWARDED_PROTO", "")
    return is_proxy(environ.get("REMOTE_ADDR", ""), trusted) and said.rpartition(",")[2].strip().lower() == "https"


def client_program(environ: Mapping[str, Any]) -> str:
    """What the client calls itself by ``User-Agent``, as printable ASCII."""
    said: str = environ.get("HTTP_USER_AGENT", "")
    return "".join(character if " " <= character <= "~" else "?" for character in said[:CLIENT_LENGTH_LIMIT]).strip()


def is_proxy(text: str, trusted: Sequence[Network]) -> bool:
    """Whether an address is that of a proxy that is trusted."""
    address = _address(text)
    return address is not None and any(address in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address, of which an IPv4 one inside an IPv6 one is that IPv4 one; None where it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
