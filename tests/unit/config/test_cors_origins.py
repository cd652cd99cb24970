"""Whose pages may call the desk, and what of the settings says so to the websocket."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings, read_settings

FOLDER = Path("/desk")


def settings(**given: str) -> Settings:
    return read_settings({f"P2P_{name}": value for name, value in given.items()}, FOLDER)


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("*", ("*",)),
        ("https://app.example", ("https://app.example",)),
        ("HTTPS://App.Example:443/ , http://localhost:3000", ("https://app.example", "http://localhost:3000")),
        ("https://\u00e4pp.example", ("https://xn--pp-uia.example",)),
        ("http://a.example:80,http://a.example", ("http://a.example",)),
        ("http://[::1]:5000,http://[::1]", ("http://[::1]:5000", "http://[::1]")),
        ("https://xn--pp-uia.example:8443", ("https://xn--pp-uia.example:8443",)),
    ],
)
def test_origins_are_as_browsers_spell_them(text: str, origins: tuple[str, ...]) -> None:
    assert settings(CORS_ORIGINS=text).cors_origins == origins


def test_unless_given_nobody_s_pages_may_call() -> None:
    assert settings().cors_origins == ()


@pytest.mark.parametrize(
    ("http", "websocket", "locally"),
    [
        ("127.0.0.1:80", "localhost:81", True),
        ("[::1]:80", "127.0.0.2:81", True),
        ("127.0.0.1:80", "0.0.0.0:81", False),
        ("[::]:80", "127.0.0.1:81", False),
        ("desk.example:80", "10.0.0.1:81", False),
    ],
)
def test_a_desk_listens_locally_where_both_its_servers_do(http: str, websocket: str, locally: bool) -> None:
    assert settings(HTTP_LISTEN=http, WS_LISTEN=websocket).listens_locally is locally
