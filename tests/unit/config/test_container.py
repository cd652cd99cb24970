"""The composition root, on a store in memory: the parts fit together."""

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from uuid import UUID

import pytest

from adapters.memory.store import MemoryStore
from adapters.smtp.local import FileMailer, MemoryMailer
from adapters.smtp.submission import SmtpMailer
from config.container import Container, build
from config.settings import read_settings
from config.wrong_setting import WrongSetting
from domain.errors import StoreUnavailable, TraderNotFound
from domain.ports.clock import Clock
from domain.ports.store import Unit
from domain.use_cases.register_trader import register_trader
from tests.clock import NOON, SettableClock

EMAIL = "jude@example.com"


def container(folder: Path, **given: str) -> Container:
    given = {"DATABASE_URL": "memory:", "MAIL_URL": "memory:", **given}
    return build(read_settings({f"P2P_{name}": value for name, value in given.items()}, folder))


def register_jude(desk: Container, unit: Unit) -> UUID:
    trader = register_trader(EMAIL, "Jude", "a hash", traders=unit.traders, at=unit.now(), identifiers=desk.identifiers)
    return trader.id


def add_jude(desk: Container) -> UUID:
    return desk.store.run(lambda unit: register_jude(desk, unit), writes=True)


def test_building_opens_and_makes_nothing(tmp_path: Path) -> None:
    container(tmp_path, DATABASE_URL="sqlite:///p2p.sqlite3", MAIL_URL="file:mail").close()
    assert list(tmp_path.iterdir()) == []


def test_a_unit_that_returns_is_kept(tmp_path: Path) -> None:
    desk = container(tmp_path)
    trader_id = add_jude(desk)
    assert desk.store.run(lambda unit: unit.traders.by_email(EMAIL).id, writes=False) == trader_id


def test_a_unit_that_raises_is_rolled_back(tmp_path: Path) -> None:
    desk = container(tmp_path)

    def work(unit: Unit) -> None:
        register_jude(desk, unit)
        raise KeyError

    with pytest.raises(KeyError):
        desk.store.run(work, writes=True)
    with pytest.raises(TraderNotFound):
        desk.store.run(lambda unit: unit.traders.by_email(EMAIL), writes=False)


def test_http_gets_what_the_settings_say(tmp_path: Path) -> None:
    rules = {"DISPUTE_AFTER": "15", "SECOND_APPROVAL": "btc:1"}
    desk = container(tmp_path, **rules, TIME_TO_PAY="5", ACCESS_MINUTES="7", PUBLIC_URL="https://desk.example.com")
    services = desk.services()
    assert (services.store, services.tokens, services.passwords) == (desk.store, desk.tokens, desk.passwords)
    assert services.default_time_to_pay == 5
    assert services.limits == desk.settings.limits
    assert (services.dispute_after, services.second_approval) == (timedelta(minutes=15), {"btc": Decimal(1)})
    assert services.lifetimes.access.total_seconds() == 420
    assert (services.public_url, services.websocket_url) == (
        "https://desk.example.com",
        "wss://desk.example.com/ws/p2p/",
    )


@pytest.mark.parametrize(
    ("url", "kind"), [("memory:", MemoryMailer), ("file:mail", FileMailer), ("smtp://localhost:2525", SmtpMailer)]
)
def test_the_mailer_is_chosen_by_its_address(tmp_path: Path, url: str, kind: type) -> None:
    assert isinstance(container(tmp_path, MAIL_URL=url).mailer, kind)


def test_a_mail_address_that_the_mailer_turns_away_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^P2P_MAIL_URL has a starttls that is neither 1 nor 0$"):
        container(tmp_path, MAIL_URL="smtp://localhost?starttls=maybe")


def test_an_embedded_store_has_nobody_else_to_hear(tmp_path: Path) -> None:
    desk = container(tmp_path)
    assert desk.notify is None
    with desk.hearing_others():
        add_jude(desk)


class SetContainer(Container):
    """One whose clock stands still."""

    @cached_property
    def clock(self) -> Clock:
        return SettableClock()


@pytest.mark.parametrize("url", ["memory:", "sqlite:///p2p.sqlite3"])
def test_an_embedded_store_decides_by_the_clock_of_the_container(tmp_path: Path, url: str) -> None:
    desk = SetContainer(read_settings({"P2P_DATABASE_URL": url}, tmp_path))
    desk.migrate()
    assert desk.store.run(lambda unit: unit.now(), writes=False) == NOON
    assert desk.watch.now() == NOON
    desk.close()


class BringsStore(Container):
    """One with a store of its own, in place of the one that the settings name."""

    @cached_property
    def store(self) -> MemoryStore:
        return MemoryStore(waker=self.waker, message_id_domain="own.example", clock=self.clock)


def test_a_store_that_a_container_brings_is_the_one_that_everything_uses(tmp_path: Path) -> None:
    desk = BringsStore(read_settings({}, tmp_path))
    trader_id = add_jude(desk)
    assert desk.services().store is desk.store
    assert desk.store.run(lambda unit: unit.traders.by_email(EMAIL).id, writes=False) == trader_id
    desk.close()
    assert not (tmp_path / "var" / "p2p.sqlite3").exists(), "the database that the settings name was opened"


def test_looking_for_a_database_that_is_not_there_does_not_make_it(tmp_path: Path) -> None:
    desk = container(tmp_path, DATABASE_URL="sqlite:///p2p.sqlite3")
    with pytest.raises(StoreUnavailable, match="there is none at"):
        desk.check_schema()
    assert list(tmp_path.iterdir()) == []


def test_a_migrated_database_is_current(tmp_path: Path) -> None:
    desk = container(tmp_path, DATABASE_URL="sqlite:///var/p2p.sqlite3")
    desk.migrate()
    desk.check_schema()
    desk.close()
