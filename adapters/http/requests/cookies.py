"""The cookie that keeps a page logged in: the refresh token, where no script of the page can read it.

What keeps others' pages from using it is written down in docs/decisions/0030-a-cookie-that-only-refreshes.md.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from webob.cookies import make_cookie

from .client import is_encrypted
from .request import DeskRequest

REFRESH_COOKIE = "p2p_refresh"
COOKIE_PATH = "/auth/"


def refresh_cookie(request: DeskRequest) -> str | None:
    """The refresh token that a page of the desk's own sent by its cookie; None where there is none, or another's page
    had it sent."""
    token: str | None = request.cookies.get(REFRESH_COOKIE)
    return token if token and _is_of_own_page(request) else None


def keep_refresh_cookie(request: DeskRequest, token: str | None, lifetime: timedelta = timedelta(0)) -> None:
    """Have the answer to this request, whatever it says, bring the cookie with it, or take it away (None)."""
    services = request.services
    cookie = make_cookie(
        REFRESH_COOKIE,
        token,
        max_age=int(lifetime.total_seconds()),
        path=COOKIE_PATH,
        secure=not is_loopback(services.public_url) or is_encrypted(request.environ, services.trusted_proxies),
        httponly=True,
        samesite="Strict",
    )
    request.add_response_callback(lambda _, response: response.headers.add("Set-Cookie", cookie))


def is_loopback(url: str) -> bool:
    """Whether an address leads to the machine that one is on, where there is no encryption to insist on."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_of_own_page(request: DeskRequest) -> bool:
    """Whether no page but one of this desk sent a request; programs say nothing of pages.

    That a cookie is of the same site is not enough: other hosts under its domain, and other ports, are of it too.
    """
    site = request.environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site == "same-origin")
    origin = request.environ.get("HTTP_ORIGIN")
    own = (request.services.public_url, f"http://{request.host}", f"https://{request.host}")
    return origin is None or origin in own
