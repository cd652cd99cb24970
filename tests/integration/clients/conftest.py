"""A desk that is served, with the two traders whom the clients play."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.http.app import make_app
from adapters.http.server.http_server import ThreadCounts, serve
from tests.integration.http.desk import Desk


@pytest.fixture
def url() -> Iterator[str]:
    desk = Desk()
    for name in ("Jude", "Amara"):
        desk.trader(name, trx="1000")
    server = serve(make_app(desk.services), "127.0.0.1", 0, ThreadCounts(2))
    server.start()
    host, port = server.address
    yield f"http://{host}:{port}"
    server.stop(0)
