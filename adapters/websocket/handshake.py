"""What a client asks for in the handshake, and whether that is well-formed. Nothing here looks anything up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from domain.use_cases.api_keys import KEY_PREFIX

PATHS = frozenset({"/ws/p2p/", "/ws/p2p"})

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
ANY = "*"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """The handshake is answered with this status, and no socket opens."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A token or ticket, and the number of the last notice that the client has, if it wants the later ones replayed."""

    token: str = field(repr=False)
    since: int | None


def read_request(
    uri: str, headers: Mapping[str, str], origins: Iterable[str] = (), *, loopback_origins: bool = False
) -> Asked:
    """What a request asks for. ``headers`` have lower-case names. Raises ``Refused``: 404, 403, 401 or 400.

    Who may connect from a web page is said by ``origins`` and ``loopback_origins``, as ``Limits`` has them.
    """
    parts = urlsplit(uri)
    if parts.path not in PATHS:
        raise Refused(HTTPStatus.NOT_FOUND)
    origin = headers.get("origin")
    if origin is not None and not _is_allowed(origin, origins, loopback_origins):
        raise Refused(HTTPStatus.FORBIDDEN)
    query = parse_qs(parts.query, keep_blank_values=True)
    in_address = query.get("token", [])
    tokens = [*in_address, *_bearer(headers.get("authorization"))]
    # The key of a program is good for long, and addresses are written into logs: it comes in the header only.
    has_key_in_address = any(token.startswith(KEY_PREFIX) for token in in_address)
    if len(tokens) != 1 or not tokens[0] or has_key_in_address:
        # Of two tokens none is taken: which of them counts would be a guess.
        raise Refused(HTTPStatus.UNAUTHORIZED)
    numbers = query.get("since", [])
    if len(numbers) > 1 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return Asked(tokens[0], int(numbers[0]) if numbers else None)


def _bearer(authorization: str | None) -> list[str]:
    scheme, _, token = (authorization or "").partition(" ")
    return [token.strip()] if scheme.lower() == "bearer" else []


def _is_allowed(origin: str, origins: Iterable[str], loopback_origins: bool) -> bool:
    """Whether a page of this origin may connect."""
    named = set(origins)
    if ANY in named:
        return True
    asking = _place(origin)
    if asking is None:
        return False
    return asking in map(_place, named) or (loopback_origins and _is_loopback(asking[1]))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _place(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port, or None where it is no origin of a page, as ``null`` is none."""
    try:
        parts = urlsplit(origin)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
