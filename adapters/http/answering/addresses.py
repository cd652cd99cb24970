"""Where the desk is, as it is told to the one who asks.

A desk that listens on every address of its machine, and was told no address by its operator, does not know by which
one it is reached; whoever asks does. That is the ``Host`` of the request, and it is told to nobody else.
"""

from __future__ import annotations

import re

from ..requests.client import is_encrypted
from ..requests.request import DeskRequest

WEBSOCKET_PATH = "/ws/p2p/"

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?", re.ASCII)


def public_url(request: DeskRequest) -> str:
    """By which this client reaches HTTP, without a slash at its end."""
    asked = _HOST.fullmatch(request.host)
    if not request.services.public_url_by_host or asked is None:
        return request.services.public_url
    return f"{_scheme(request, 'http')}://{asked[0]}"


def websocket_url(request: DeskRequest) -> str:
    """By which this client reaches the websocket."""
    asked = _HOST.fullmatch(request.host)
    port = request.services.websocket_port_by_host
    if port is None or asked is None:
        return request.services.websocket_url
    return f"{_scheme(request, 'ws')}://{asked[1]}:{port}{WEBSOCKET_PATH}"


def _scheme(request: DeskRequest, plain: str) -> str:
    return f"{plain}s" if is_encrypted(request.environ, request.services.trusted_proxies) else plain
