"""Settings as they are shown: whole, and without a secret."""

from pathlib import Path

import pytest

from config.masking import Redactor
from config.settings import SETTINGS, Settings, read_settings
from config.shown_settings import secrets_of, shown_settings

FOLDER = Path("/desk")
KEY = "acceptance-" + "k" * 40


def settings(**given: str) -> Settings:
    return read_settings({f"P2P_{name}": value for name, value in given.items()}, FOLDER)


def secretive() -> dict[str, str]:
    return {
        "P2P_DATABASE_URL": "postgresql+psycopg://desk:sword%2Ffish@db.example/desk?sslpassword=halibut",
        "P2P_SECRET_KEY": KEY,
        "P2P_MAIL_URL": "smtp://user:mackerel@mail.example:587?starttls=1",
    }


def test_what_is_shown_has_every_setting_and_no_secret() -> None:
    shown = shown_settings(read_settings(secretive(), FOLDER), secretive())
    assert list(shown) == [setting.name for setting in SETTINGS]
    assert shown["P2P_DATABASE_URL"] == "postgresql+psycopg://desk:***@db.example/desk?sslpassword=***"
    assert shown["P2P_MAIL_URL"] == "smtp://user:***@mail.example:587?starttls=1"
    assert shown["P2P_SECRET_KEY"] == "***"
    assert shown["P2P_TIME_TO_PAY"] == "30"


def test_a_key_that_the_desk_keeps_is_shown_as_kept() -> None:
    assert shown_settings(settings(), {})["P2P_SECRET_KEY"] == "(made and kept beside the database)"


@pytest.mark.abuse("J1")
def test_printing_the_settings_shows_no_secret() -> None:
    text = repr(read_settings(secretive(), FOLDER))
    assert not [secret for secret in ("fish", "halibut", "mackerel", "kkkk") if secret in text]


def test_secrets_are_known_as_spelled_and_as_meant() -> None:
    found = secrets_of(read_settings(secretive(), FOLDER))
    assert found == {"sword%2Ffish", "sword/fish", "halibut", "mackerel", KEY}


@pytest.mark.abuse("J1")
def test_whatever_stands_behind_the_question_mark_of_the_prices_is_a_secret() -> None:
    url = "https://prices.example/all?haddock%2F7&x_cg=mackerel+8"
    found = secrets_of(settings(PRICES_URL=url, DATABASE_URL="sqlite:///desk.sqlite3"))
    assert found == {
        "haddock%2F7&x_cg=mackerel+8",
        "haddock/7&x_cg=mackerel+8",
        "haddock/7&x_cg=mackerel 8",
        "haddock%2F7",
        "haddock/7",
        "mackerel+8",
        "mackerel 8",
    }
    assert Redactor(found)(f"GET {url}: haddock/7 is no key") == "GET https://prices.example/all?***: *** is no key"
    assert secrets_of(settings(PRICES_URL="https://prices.example/all")) == set()


@pytest.mark.parametrize(
    ("url", "kept", "shown"),
    [
        ("file:prices.json", "file:/desk/prices.json", "file:/desk/prices.json"),
        (
            "https://prices.example/all?key=mackerel",
            "https://prices.example/all?key=mackerel",
            "https://prices.example/all?***",
        ),
        ("https://prices.example:8443", "https://prices.example:8443", "https://prices.example:8443"),
    ],
)
def test_where_prices_come_from_is_shown_without_a_key(url: str, kept: str, shown: str) -> None:
    found = settings(PRICES_URL=url)
    assert (found.prices_url, found.prices_seconds) == (kept, 30)
    assert shown_settings(found, {})["P2P_PRICES_URL"] == shown
    assert "mackerel" not in repr(found)


def test_without_an_address_there_are_no_prices() -> None:
    assert settings().prices_url is None
    assert shown_settings(settings(), {})["P2P_PRICES_URL"] == ""
