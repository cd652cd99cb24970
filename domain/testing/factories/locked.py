"""What locked reads give: consistent groups of objects, with coins in the purses that must hold them."""

from __future__ import annotations

from decimal import Decimal

import factory

from ... import Account, AdForOffer, AdType, Dispute, LockedAd, LockedOffer, LockedWallet, Purse
from ...model.bank import PayTo
from ...model.ledger import Balances
from ...model.money import EXACT
from .ads import AdFactory
from .offers import DisputeFactory, OfferFactory
from .traders import NOW, TraderFactory


def _purses(owner_id: object, currency: str, *, p2p: Decimal, escrow: Decimal) -> Balances:
    held = {Purse.MAIN: Decimal(0), Purse.P2P: p2p, Purse.ESCROW: escrow}
    return {Account(owner_id, currency, purse): amount for purse, amount in held.items()}


class LockedWalletFactory(factory.Factory):
    """A trader's purses in one currency. ``main``, ``p2p`` and ``escrow`` say what they hold."""

    class Meta:
        model = LockedWallet

    class Params:
        main = Decimal(0)
        p2p = Decimal(10)
        escrow = Decimal(0)

    owner = factory.SubFactory(TraderFactory)
    currency = "btc"
    is_restricted = False
    at = NOW
    next_ad_id = factory.Sequence(lambda number: number + 1)

    @factory.lazy_attribute
    def balances(self) -> Balances:
        purses = _purses(self.owner.id, self.currency, p2p=self.p2p, escrow=self.escrow)
        outside = Account(None, self.currency, Purse.OUTSIDE)
        return {**purses, Account(self.owner.id, self.currency, Purse.MAIN): self.main, outside: Decimal(0)}


def _of_the_group(*traits: str) -> dict[str, factory.SelfAttribute]:
    """Hand a trait of a group on to the part that it is about."""
    return {trait: factory.SelfAttribute(f"..{trait}") for trait in traits}


class LockedAdFactory(factory.Factory):
    """An ad with its maker's purses; a sell ad's coins are in escrow.

    Traits: ``buy``, ``paused``, ``closed``, ``completed``, ``expired``.
    """

    class Meta:
        model = LockedAd

    class Params:
        buy = paused = closed = completed = expired = False

    at = NOW
    maker = factory.SubFactory(TraderFactory)
    ad = factory.SubFactory(
        AdFactory,
        maker_id=factory.SelfAttribute("..maker.id"),
        **_of_the_group("buy", "paused", "closed", "completed", "expired"),
    )

    @factory.lazy_attribute
    def balances(self) -> Balances:
        held = EXACT.add(self.ad.available, self.ad.reserved)
        escrow = held if self.ad.ad_type is AdType.SELL else Decimal(0)
        return _purses(self.maker.id, self.ad.crypto.code, p2p=Decimal(0), escrow=escrow)


class AdForOfferFactory(factory.Factory):
    """An ad and somebody who wants to make an offer on it, with ``p2p`` coins of their own. Trait: ``buy``."""

    class Meta:
        model = AdForOffer

    class Params:
        p2p = Decimal(10)
        buy = False

    maker = factory.SubFactory(TraderFactory)
    taker = factory.SubFactory(TraderFactory)
    ad = factory.SubFactory(AdFactory, maker_id=factory.SelfAttribute("..maker.id"), **_of_the_group("buy"))
    maker_is_restricted = False
    taker_is_restricted = False
    at = NOW
    next_offer_id = factory.Sequence(lambda number: number + 1)

    @factory.lazy_attribute
    def balances(self) -> Balances:
        return _purses(self.taker.id, self.ad.crypto.code, p2p=self.p2p, escrow=Decimal(0))


def _reserved(ad: factory.builder.Resolver) -> Decimal:
    group = ad.factory_parent
    return Decimal(0) if group.completed or group.cancelled or group.expired else group.amount


def _sold(ad: factory.builder.Resolver) -> Decimal:
    return ad.factory_parent.amount if ad.factory_parent.completed else Decimal(0)


def _pay_to(offer: factory.builder.Resolver) -> PayTo:
    ad = offer.factory_parent.ad
    given = ad if ad.ad_type is AdType.SELL else offer
    return PayTo(given.bank, given.payment_details)


class LockedOfferFactory(factory.Factory):
    """An offer of ``amount``, with its ad, both parties and the coins that both hold in escrow for it.

    Traits: ``buy``, ``ad_closed``, and the offer's states ``paid``, ``disputed``, ``completed``, ``cancelled`` and
    ``expired``. Give ``ad__crypto_amount`` for an ad of which more or less is left.
    """

    class Meta:
        model = LockedOffer

    class Params:
        amount = Decimal(2)
        buy = ad_closed = paid = disputed = completed = cancelled = expired = False

    at = NOW
    maker = factory.SubFactory(TraderFactory)
    taker = factory.SubFactory(TraderFactory)
    ad = factory.SubFactory(
        AdFactory,
        maker_id=factory.SelfAttribute("..maker.id"),
        reserved=factory.LazyAttribute(_reserved),
        sold=factory.LazyAttribute(_sold),
        buy=factory.SelfAttribute("..buy"),
        closed=factory.SelfAttribute("..ad_closed"),
    )
    offer = factory.SubFactory(
        OfferFactory,
        ad_id=factory.SelfAttribute("..ad.id"),
        taker_id=factory.SelfAttribute("..taker.id"),
        currency_amount=factory.SelfAttribute("..amount"),
        price_per_unit=factory.SelfAttribute("..ad.price_per_unit"),
        fiat=factory.SelfAttribute("..ad.fiat"),
        payment_method=factory.SelfAttribute("..ad.payment_method"),
        pay_to=factory.LazyAttribute(_pay_to),
        **_of_the_group("paid", "disputed", "completed", "cancelled", "expired"),
    )

    @factory.lazy_attribute
    def dispute(self) -> Dispute | None:
        return DisputeFactory(offer_id=self.offer.id, opened_by=self.taker.id) if self.disputed else None

    @factory.lazy_attribute
    def balances(self) -> Balances:
        code, nothing = self.ad.crypto.code, Decimal(0)
        held = {self.maker.id: nothing, self.taker.id: nothing}
        if self.ad.ad_type is AdType.SELL:
            held[self.maker.id] = EXACT.add(self.ad.available, self.ad.reserved)
        elif self.offer.state.is_live:
            held[self.taker.id] = self.offer.currency_amount
        maker, taker = (_purses(owner, code, p2p=nothing, escrow=escrow) for owner, escrow in held.items())
        return {**maker, **taker}
