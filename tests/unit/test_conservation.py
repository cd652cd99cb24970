"""Whatever happens on one ad, in whatever order: its parts are its whole, and no coin is made, lost or left over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import (
    Account,
    Ad,
    AdForOffer,
    AdType,
    Changes,
    Dispute,
    LockedAd,
    LockedOffer,
    LockedWallet,
    Offer,
    OfferProposal,
    Purse,
    Refusal,
    Settlement,
)
from tests.factories import CATALOGUE, NOW, AdTermsFactory, BankDetailsFactory, TraderFactory, actor

MAKER, STAFF = TraderFactory(), TraderFactory(staff=True)
TAKERS = {trader.id: trader for trader in (TraderFactory(), TraderFactory())}
FUNDS = 30
amounts = st.sampled_from([Decimal(7), Decimal("5.12345678")])
prices = st.sampled_from([Decimal("0.02"), Decimal("66.6666666667")])


class OneAd(RuleBasedStateMachine):
    """One ad, two takers, and everything that maker, takers, staff and time can do to it."""

    ad: Ad

    @initialize(ad_type=st.sampled_from(AdType), price=prices, amount=amounts, days=st.sampled_from([None, 0, 2]))
    def post_an_ad(self, ad_type: AdType, price: Decimal, amount: Decimal, days: int | None) -> None:
        self.now: datetime = NOW
        self.offers: dict[int, Offer] = {}
        self.disputes: dict[int, Dispute] = {}
        self.settled: dict[int, int] = {}
        self.history: dict[int, list[str]] = {}
        people = (MAKER.id, *TAKERS)
        self.balances = {
            Account(owner, "btc", purse): Decimal(FUNDS if purse is Purse.P2P else 0)
            for owner in people
            for purse in (Purse.P2P, Purse.ESCROW)
        }
        terms = AdTermsFactory(
            ad_type=ad_type,
            price_per_unit=price,
            crypto_amount=amount,
            end_date=None if days is None else NOW.date() + timedelta(days),
        )
        wallet = LockedWallet(MAKER, "btc", False, self.balances, 1, self.now)
        assert self.decide(lambda: wallet.post_ad(terms, CATALOGUE, self.now, 30))

    def decide(self, deciding: Callable[[], Changes]) -> bool:
        """Write what was decided as a store does; a refusal has changed nothing."""
        try:
            changes = deciding()
        except Refusal:
            return False
        for change in changes.balances:
            assert self.balances.get(change.account) == change.before
            self.balances[change.account] = change.after
        if changes.ad is not None:
            assert changes.ad.before == getattr(self, "ad", None)
            self.ad = changes.ad.after
        if changes.offer is not None:
            after = changes.offer.after
            assert changes.offer.before == self.offers.get(after.id)
            assert after.version == len(self.history.setdefault(after.id, [])) + 1
            self.offers[after.id] = after
            self.history[after.id].append(after.state.value)
        settlement = changes.fact(Settlement)
        dispute = changes.dispute.after if changes.dispute else changes.fact(Dispute)
        if settlement is not None:
            number = settlement.offer_id
            self.settled[number] = self.settled.get(number, 0) + 1
        if dispute is not None:
            self.disputes[dispute.offer_id] = dispute
        return True

    @rule(minutes=st.sampled_from([1, 1, 1, 30, 30, 60 * 24]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.ad.available)
    @rule(parts=st.integers(1, 4), less=st.sampled_from([0, 1, 10**7]), taker=st.sampled_from(sorted(TAKERS)))
    def make_an_offer(self, parts: int, less: int, taker: UUID) -> None:
        """Ask for a part of what is left, or for a little less than that: what remains may be too little to be paid."""
        units = int(Fraction(self.ad.available) * 10**8) // parts - less
        self.offer_for(OfferProposal(Decimal(f"{max(units, 1)}e-8"), None, BankDetailsFactory()), taker)

    @precondition(lambda self: self.ad.available)
    @rule(cents=st.integers(1, 14), taker=st.sampled_from(sorted(TAKERS)))
    def make_an_offer_in_fiat(self, cents: int, taker: UUID) -> None:
        self.offer_for(OfferProposal(None, Decimal(f"{cents}e-2"), BankDetailsFactory()), taker)

    def offer_for(self, proposal: OfferProposal, taker_id: UUID) -> None:
        held = {account: balance for account, balance in self.balances.items() if account.owner == taker_id}
        taker, number = TAKERS[taker_id], len(self.offers) + 1
        locked = AdForOffer(self.ad, MAKER, taker, False, False, held, number, self.now)
        self.decide(lambda: locked.make_offer(proposal, self.now, CATALOGUE))

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 9))
    def pay(self, which: int) -> None:
        locked = self.an_offer(which)
        self.decide(lambda: locked.indicate_payment(actor(locked.buyer), self.now))

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 9))
    def release(self, which: int) -> None:
        locked = self.an_offer(which)
        self.decide(lambda: locked.release_funds(actor(locked.seller), self.now))

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        locked = self.an_offer(which)
        self.decide(lambda: locked.cancel(actor(locked.taker), self.now))

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 9))
    def expire(self, which: int) -> None:
        locked = self.an_offer(which)
        self.decide(lambda: locked.expire(self.now))

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 9), verdict=st.sampled_from(["buyer", "seller", "split", "withdrawn", "returned", None]))
    def quarrel(self, which: int, verdict: str | None) -> None:
        """Open a dispute, and have it judged at once or leave it open."""
        locked = self.an_offer(which)
        self.decide(lambda: locked.open_dispute(actor(locked.buyer), "No coins came", self.now))
        disputed = self.locked(self.offers[locked.offer.id])
        if verdict == "withdrawn":
            self.decide(lambda: disputed.withdraw_dispute(actor(locked.buyer), self.now))
        elif verdict == "returned":
            self.decide(lambda: disputed.return_offer(actor(locked.buyer), self.now))
        elif verdict is not None:
            part = Decimal("1e-8") if verdict == "split" else None
            self.decide(lambda: disputed.resolve(actor(STAFF), verdict, "So.", self.now, None, part))

    def an_offer(self, which: int) -> LockedOffer:
        return self.locked(self.live[which % len(self.live)])

    @property
    def live(self) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.state.is_live]

    def locked(self, offer: Offer) -> LockedOffer:
        taker = TAKERS[offer.taker_id]
        return LockedOffer(offer, self.ad, MAKER, taker, self.balances, self.now, self.disputes.get(offer.id))

    @precondition(lambda self: self.ad.is_live)
    @rule(paused=st.sampled_from([True, False, False, False]))
    def pause_or_resume(self, paused: bool) -> None:
        locked = LockedAd(self.ad, MAKER, self.balances, self.now)
        self.decide(
            lambda: locked.pause(MAKER.id, self.now) if paused else locked.resume(MAKER.id, self.now, CATALOGUE)
        )

    @precondition(lambda self: self.ad.is_live and self.offers)
    @rule()
    def end_the_ad(self) -> None:
        locked = LockedAd(self.ad, MAKER, self.balances, self.now)
        self.decide(lambda: locked.expire(self.now)) or self.decide(lambda: locked.close(MAKER.id, self.now))

    @invariant()
    def the_parts_of_the_ad_are_its_whole(self) -> None:
        sold = [offer for offer in self.offers.values() if offer.state.value == "completed"]
        assert Fraction(self.ad.reserved) == sum(Fraction(offer.currency_amount) for offer in self.live)
        assert Fraction(self.ad.sold) == sum(Fraction(offer.currency_amount) for offer in sold)
        parts = (self.ad.available, self.ad.reserved, self.ad.sold, self.ad.withdrawn)
        assert sum(map(Fraction, parts)) == Fraction(self.ad.crypto_amount)
        assert self.ad.is_live or not self.ad.available

    @invariant()
    def escrow_holds_exactly_what_is_promised(self) -> None:
        promised = dict.fromkeys((MAKER.id, *TAKERS), Fraction(0))
        if self.ad.ad_type is AdType.SELL:
            promised[MAKER.id] = Fraction(self.ad.available) + Fraction(self.ad.reserved)
        else:
            for offer in self.offers.values():
                promised[offer.taker_id] += Fraction(offer.currency_amount) * offer.state.is_live
        for owner, amount in promised.items():
            assert Fraction(self.balances[Account(owner, "btc", Purse.ESCROW)]) == amount

    @invariant()
    def no_coin_is_made_or_lost(self) -> None:
        assert sum(map(Fraction, self.balances.values())) == FUNDS * (1 + len(TAKERS))
        assert min(self.balances.values()) >= 0

    @invariant()
    def an_offer_is_settled_once_when_it_ends_and_its_history_is_a_path(self) -> None:
        ended = {number for number, offer in self.offers.items() if not offer.state.is_live}
        assert self.settled == dict.fromkeys(ended, 1)
        # A dispute that was withdrawn leaves the offer as it was before; it can be disputed again and again.
        path = re.compile("pending( paid( disputed paid)*( disputed)?)?( cancelled| completed)?|pending expired")
        assert all(path.fullmatch(" ".join(history)) for history in self.history.values())


TestOneAd = OneAd.TestCase
TestOneAd.settings = settings(max_examples=100, stateful_step_count=40)
