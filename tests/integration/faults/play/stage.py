"""Who plays and on what, the passing of time, and what must be right after every move."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import NO_LIMITS, AdType, Catalogue, Currency, Limits, Purse, Trader
from domain.model.money import LIMIT
from domain.ports.store import Store
from tests.clock import SettableClock
from tests.factories import TraderFactory
from tests.integration.desk import Desk
from tests.integration.faults.played import Played
from tests.integration.faults.worlds import Worlds

TRADERS = 3
STAFF, ELSE = TRADERS, TRADERS + 1
people = st.integers(0, ELSE)
traders = st.integers(0, TRADERS - 1)
indexes = st.integers(0, 3)
amounts = st.sampled_from(
    [Decimal(each) for each in ("1", "2", "3", "5", "0.5", "1.0000000001", "0.00000000000000000001")]
)
deposits = st.sampled_from([Decimal(10), Decimal("20.00000000000000000001"), LIMIT - 5])
purses = st.sampled_from([Purse.MAIN, Purse.P2P, Purse.ESCROW])
fees = st.sampled_from([Decimal(each) for each in ("0", "0", "0.5", "33.3333", "49.9999")])
bounds = st.sampled_from([NO_LIMITS, NO_LIMITS, Limits(live_ads=4, live_offers=2, unpaid=1, cancelled=2)])
references = st.sampled_from([None, None, "order 7", "注文 8", "x" * 65])
play_numbers = count(1)


class Stage(RuleBasedStateMachine):
    """Indexes of what is acted on may be of none that there is: then the desk has to say so."""

    def __init__(
        self, stores: Callable[[], Mapping[str, Store]], clock: SettableClock, plays: list[Worlds], folder: Path
    ) -> None:
        super().__init__()
        number = next(play_numbers)
        self.codes = f"fine{number}", f"round{number}"
        catalogue = Catalogue.of(
            (Currency(self.codes[0], 20), Currency(self.codes[1], 2)),
            (Currency("usd", 2), Currency("jpy", 0)),
            ("bank_transfer", "mobile_money"),
            has_market_prices=True,
        )
        desks = {engine: Desk(store, clock, catalogue) for engine, store in stores().items()}
        self.worlds = Worlds(desks, clock, catalogue, folder / str(number))
        self.people: list[Trader] = []
        self.is_sound = True
        self.steps = 0
        plays.append(self.worlds)

    def act(self, name: str, call: Any) -> Any:
        # A play that failed is not wound up: its end would only hide where it broke.
        self.is_sound = False
        answer = self.worlds.act(name, call)
        self.is_sound = True
        return answer

    @initialize(amount=deposits, fee=fees)
    def begin(self, amount: Decimal, fee: Decimal) -> None:
        self.people = [TraderFactory() for _ in range(TRADERS)] + [TraderFactory(staff=True) for _ in range(2)]
        for person in self.people:
            self.act("join", lambda played, person=person: played.desk.add(person))
        for person in self.people[:2]:
            for code, each in zip(self.codes, (amount, Decimal(10)), strict=True):
                self.fund(person, code, each)

        self.set_settings(fee, NO_LIMITS)
        for who, ad_type in ((0, AdType.SELL), (1, AdType.BUY)):
            self.post(who, ad_type, Decimal(6), 30)

    def fund(self, person: Trader, code: str, amount: Decimal) -> None:
        name = f"{code} of {person.email}"
        self.act("deposit", lambda played: played.desk.deposit(person, amount, code, reference=name))

    def post(self, who: int, ad_type: AdType, amount: Decimal, minutes: int) -> None:
        terms = {"crypto_currency": self.codes[0], "ad_type": ad_type, "crypto_amount": amount, "time_to_pay": minutes}
        self.act("post ad", lambda played: played.desk.ad(self.people[who], **terms))

    def set_settings(self, fee: Decimal, limits: Limits) -> None:
        for played in self.worlds.played:
            played.desk.fee_percent, played.desk.limits = fee, limits

    @rule(fee=fees, limits=bounds)
    def operator_changes_settings(self, fee: Decimal, limits: Limits) -> None:
        """The desk takes another part, or bounds what one may have under way. What was made keeps its fee."""
        self.set_settings(fee, limits)

    @rule(minutes=st.sampled_from([1, 29, 30, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.worlds.clock.advance(minutes=minutes)

    @rule()
    def worker_comes_by(self) -> None:
        self.is_sound = False
        self.worlds.sweep()
        self.worlds.send_letters()
        self.is_sound = True

    @invariant()
    def all_is_right(self) -> None:
        if not self.people:
            return
        self.is_sound = False
        self.steps += 1
        # The lists take many statements, so they are looked at now and then, and at the end of each play.
        self.worlds.check(with_lists=self.steps % 10 == 0)
        self.is_sound = True

    def teardown(self) -> None:
        if self.is_sound and self.people:
            self.worlds.wind_up()


def method_of(played: Played, index: int | None) -> int | None:
    """The id of a saved payment method of the play; None where none is named."""
    return None if index is None else played.method_id(index)
