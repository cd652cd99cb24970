"""A long random story: everything that can be done on a desk, done in no order."""

import random
from collections.abc import Callable
from decimal import Decimal

from domain import Ad, AdType, Offer, Purse, Refusal, Trader
from tests.integration.desk import Desk


class Story:
    """Four traders and one of the staff who do what comes to their minds; what is refused is refused."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk = desk
        self._random = random.Random(seed)
        self._traders = [desk.trader(usdt=1000, btc=1000) for _ in range(4)]
        self._staff, self._other = desk.staff(), desk.staff()
        self._ads: list[Ad] = []
        self._offers: list[Offer] = []

    def go_on(self, steps: int) -> None:
        """Take this many steps, each done or refused."""
        things: list[Callable[[], None]] = [self._post, self._offer, self._offer, self._offer, self._move, self._money]
        things += [
            self._pay,
            self._pay,
            self._dispute,
            self._dispute,
            self._resolve,
            self._move,
            self._later,
            self._say,
        ]
        for _ in range(steps):
            try:
                self._random.choice(things)()
            except Refusal:
                continue

    def _trader(self) -> Trader:
        return self._random.choice(self._traders)

    def _amount(self) -> Decimal:
        return Decimal(self._random.randrange(1, 4_000_000)).scaleb(-6)

    def _post(self) -> None:
        kind = self._random.choice([AdType.SELL, AdType.BUY])
        code = self._random.choice(["usdt", "btc"])
        texts = {"auto_reply_message": self._random.choice(["", "Welcome."])}
        days = self._random.choice([None, self._desk.clock.now().date()])
        amount = self._amount() * 3
        self._ads.append(
            self._desk.ad(
                self._trader(), ad_type=kind, crypto_currency=code, crypto_amount=amount, end_date=days, **texts
            )
        )

    def _offer(self) -> None:
        if self._ads:
            self._offers.append(self._desk.offer(self._random.choice(self._ads), self._trader(), self._amount()))

    def _pay(self) -> None:
        if self._offers:
            self._desk.pay(self._random.choice(self._offers))

    def _dispute(self) -> None:
        if self._offers:
            self._desk.dispute(self._random.choice(self._offers))

    def _resolve(self) -> None:
        if self._offers:
            offer, part = self._random.choice(self._offers), Decimal("0.000001")
            desk, staff = self._desk, self._staff
            how = self._random.choice(
                [
                    lambda: desk.resolve(offer, staff, "buyer"),
                    lambda: desk.resolve(offer, staff, "seller"),
                    lambda: desk.split(offer, staff, part),
                    lambda: desk.withdraw_dispute(offer),
                    lambda: desk.take(offer, staff),
                    lambda: (desk.propose(offer, staff, "split", part), desk.approve(offer, self._other)),
                    lambda: (desk.propose(offer, staff, "seller"), desk.reject(offer, self._other)),
                ]
            )
            how()

    def _say(self) -> None:
        if self._offers:
            offer = self._random.choice(self._offers)
            self._desk.say(offer, self._random.choice([*self._traders, self._staff]))

    def _move(self) -> None:
        if self._offers:
            offer = self._random.choice(self._offers)
            self._random.choice([self._desk.cancel, self._desk.release, self._desk.release, self._desk.give_up])(offer)

    def _money(self) -> None:
        trader, amount = self._trader(), self._amount()
        self._random.choice(
            [
                lambda: self._desk.deposit(trader, amount),
                lambda: self._desk.transfer(trader, amount, Purse.P2P, Purse.MAIN),
                lambda: self._desk.withdraw(trader, amount),
            ]
        )()

    def _later(self) -> None:
        """Time goes by, and the worker comes along."""
        self._desk.clock.advance(minutes=self._random.randrange(10))
        now = self._desk.clock.now()
        due = set(self._desk.read(lambda unit: unit.readers.due_offers(now, 100)))
        for offer in self._offers:
            if offer.id in due:
                self._desk.expire(offer)
        ended = set(self._desk.read(lambda unit: unit.readers.due_ads(now.date(), 100)))
        for ad in self._ads:
            if ad.id in ended:
                self._desk.expire_ad(ad)
        if self._ads and self._random.random() < 0.2:
            self._desk.close(self._random.choice(self._ads))
