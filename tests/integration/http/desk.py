"""A whole desk behind WebTest: the real application over a real store, with a clock that a test sets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from webtest import TestApp, TestResponse

from adapters.files.cleaning import PictureCleaner
from adapters.http.app import make_app
from adapters.http.collaborators import JoinableStore, Services
from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from adapters.tokens.argon2_passwords import Argon2Passwords
from adapters.tokens.authenticator import TotpAuthenticator
from adapters.tokens.jwt_tokens import JwtTokens
from adapters.tokens.sealing import AesSealer
from domain import Catalogue, Currency, Money, Purse, StaffAct, deposit_funds
from domain.model.trader import Trader
from domain.ports.files import FileMissing
from domain.ports.store import Unit
from domain.use_cases.open_login import TokenLifetimes, TokenPair, open_login
from domain.use_cases.register_trader import register_trader
from tests.clock import SettableClock
from tests.integration.http.conformance import CheckedApp

PASSWORD = "correct horse battery staple"
PUBLIC_URL = "https://desk.example"
CATALOGUE = Catalogue.of(
    [Currency("btc", 8), Currency("eth", 18), Currency("usdt", 6), Currency("trx", 6), Currency("fine", 20)],
    [Currency("usd", 2), Currency("jpy", 0)],
    ["bank_transfer", "mobile_money"],
)
NO_CRYPTO = "This is not a valid choice; the choices are btc, eth, usdt, trx, fine."
NO_FIAT = "This is not a valid choice; the choices are usd, jpy."
NO_METHOD = "This is not a valid choice; the choices are bank_transfer, mobile_money."
LIFETIMES = TokenLifetimes(access=timedelta(minutes=30), refresh=timedelta(days=14), login=timedelta(days=90))


class CountingIdentifiers:
    """``Identifiers`` in a row, so that the same story has the same ids each time."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> UUID:
        return UUID(int=next(self._numbers), version=4)

    def secret(self) -> str:
        return f"{next(self._numbers):043}"


class MemoryFiles:
    """The port ``Files`` over a dict, for a desk that is gone with its test."""

    def __init__(self) -> None:
        self.kept: dict[UUID, bytes] = {}

    def keep(self, file_id: UUID, body: bytes) -> None:
        self.kept[file_id] = body

    def read(self, file_id: UUID) -> bytes:
        try:
            return self.kept[file_id]
        except KeyError:
            raise FileMissing(str(file_id)) from None

    def remove(self, file_id: UUID) -> None:
        self.kept.pop(file_id, None)

    def kept_before(self, moment: datetime) -> Iterator[UUID]:
        yield from self.kept


def new_store(clock: SettableClock | None = None) -> JoinableStore:
    return MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=clock or SettableClock())


def make_services(store: JoinableStore) -> Services:
    return Services(
        store=store,
        identifiers=CountingIdentifiers(),
        passwords=Argon2Passwords.cheapest(),
        tokens=JwtTokens("a secret of the tests, long enough to sign with"),
        sealer=(sealer := AesSealer(["a secret of the tests, long enough to sign with"])),
        authenticator=TotpAuthenticator(sealer, "P2P desk"),
        catalogue=CATALOGUE,
        lifetimes=LIFETIMES,
        default_time_to_pay=30,
        public_url=PUBLIC_URL,
        websocket_url="wss://desk.example/ws/p2p/",
        clock_offset=lambda: 0.0,
        files=MemoryFiles(),
        cleaner=PictureCleaner(),
    )


@dataclass
class Caller:
    """A trader at the desk, with a token."""

    app: TestApp
    trader: Trader
    token: str

    @property
    def id(self) -> str:
        return str(self.trader.id)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.app.get(path, headers=self.headers | spelled(headers), expect_errors=True)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = self.headers | spelled(headers)
        if body is None:
            return self.app.post(path, headers=sent, expect_errors=True)
        return self.app.post_json(path, body, headers=sent, expect_errors=True)

    def post_text(self, path: str, text: str | bytes, content_type: str = "application/json") -> TestResponse:
        """A body as it is spelled here, for bodies that no encoder would write."""
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        return self.app.post(path, raw, headers=self.headers, content_type=content_type, expect_errors=True)

    def delete(self, path: str, body: Any = None) -> TestResponse:
        if body is None:
            return self.app.delete(path, headers=self.headers, expect_errors=True)
        return self.app.delete_json(path, body, headers=self.headers, expect_errors=True)

    def ad(self, **fields: Any) -> int:
        """Places an ad and returns its id."""
        answer = self.post("/p2p/ad/", ad_body(**fields))
        assert answer.status_int == 200, answer.text
        return int(answer.headers["Location"].rsplit("/", 1)[1])

    def offer(self, ad: int, currency_amount: str = "10", **fields: Any) -> int:
        """Makes an offer and returns its id."""
        answer = self.post("/p2p/offer/create/", offer_body(ad, currency_amount, **fields))
        assert answer.status_int == 200, answer.text
        return int(answer.json["entity"]["id"])

    def p2p(self, code: str = "trx") -> Decimal:
        rows = {row["crypto_currency"]: row for row in self.get("/wallet/").json["entity"]}
        return Decimal(rows[code]["p2p"]) if code in rows else Decimal(0)


def spelled(headers: dict[str, str]) -> dict[str, str]:
    """``if_match="…"`` as the header that it means."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@dataclass
class Desk:
    """The application, and what a test needs to set the scene without it."""

    store: JoinableStore = field(default_factory=new_store)

    def __post_init__(self) -> None:
        self.clock: SettableClock = self.store.clock  # type: ignore[attr-defined]
        self.services = make_services(self.store)
        self.app = CheckedApp(make_app(self.services))
        self._references = itertools.count(1)

    def trader(self, name: str, *, is_staff: bool = False, **funds: str) -> Caller:
        """A trader with a token; ``trx="1000"`` funds the p2p wallet."""
        services = self.services

        def join(unit: Unit) -> tuple[Trader, TokenPair]:
            ports = {"at": unit.now(), "identifiers": services.identifiers}
            address = f"{name.lower()}@example.com"
            password_hash = services.passwords.hash(PASSWORD)
            trader = register_trader(address, name, password_hash, traders=unit.traders, is_staff=is_staff, **ports)
            pair = open_login(trader, logins=unit.logins, tokens=services.tokens, lifetimes=LIFETIMES, **ports)
            return trader, pair

        trader, pair = self.store.run(join, writes=True)
        for code, amount in funds.items():
            self.deposit(trader, code, amount)
        return Caller(self.app, trader, pair.access)

    def find(self, email: str) -> Trader:
        return self.store.run(lambda unit: unit.traders.by_email(email), writes=False)

    def deposit(
        self, trader: Trader, code: str, amount: str, purse: Purse = Purse.P2P, *, reference: str | None = None
    ) -> None:
        given = (trader.id, Money(Decimal(amount), code), purse, reference or f"deposit:{next(self._references)}")
        self.store.run(lambda unit: deposit_funds(*given, book=unit.book, catalogue=CATALOGUE), writes=True)

    def restrict(self, caller: Caller, code: str) -> None:
        self._staff_act(lambda traders, act: traders.set_restricted(caller.trader.id, code, True, act))

    def suspend(self, caller: Caller, suspended: bool = True) -> None:
        self._staff_act(lambda traders, act: traders.set_suspended(caller.trader.id, suspended, act))

    def _staff_act(self, do: Any) -> None:
        act = StaffAct(None, self.clock.now(), "test", "trader")
        self.store.run(lambda unit: do(unit.traders, act), writes=True)

    def mailed_code(self) -> str:
        """The code in the newest letter that has one; whatever was in the outbox is taken out."""
        letters = self.store.outbox.claim(uuid4(), 60, 1000)
        return str(next(letter.facts["code"] for letter in reversed(letters) if "code" in letter.facts))

    def with_services(self, **changed: Any) -> TestApp:
        """The same desk with other collaborators."""
        return CheckedApp(make_app(replace(self.services, **changed)))


def ad_body(**fields: Any) -> dict[str, Any]:
    body = {
        "crypto_currency": "trx",
        "price_per_unit": "200.00",
        "ad_type": "sell",
        "payment_method": "bank_transfer",
        "fiat_currency": "usd",
        "crypto_amount": "100",
        "auto_reply_message": "Hello, please pay within the window.",
        "terms_of_trade": "No third-party payments.",
        "additional_information": "Weekdays only.",
        "time_to_pay": 30,
    }
    return {**body, **fields}


def offer_body(ad: int, currency_amount: str | None = "10", **fields: Any) -> dict[str, Any]:
    body = {
        "currency_amount": currency_amount,
        "bank_account_name": "Amara N",
        "bank_account_number": "0123456789",
        "bank_name": "First Bank",
        "ad": ad,
    }
    return {**body, **fields}


def success(message: str | None, entity: Any = None) -> dict[str, Any]:
    return {"status": "success", "entity": entity, "message": message, "success": True}


def failure(message: str) -> dict[str, Any]:
    return {"status": "failure", "entity": None, "message": message, "success": False}


def told(answer: TestResponse) -> tuple[int, str]:
    """Status and message of an answer that says no, after a look at its four keys."""
    assert answer.content_type == "application/json", answer.text
    assert answer.json == failure(answer.json["message"])
    return answer.status_int, answer.json["message"]
