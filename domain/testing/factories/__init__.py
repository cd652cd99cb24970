"""Factories of the domain's objects, for the tests of a program that embeds the domain and for those of the desk.

Each call builds one frozen object, or a consistent group of them, without a database::

    TraderFactory(fullname="Jude")
    AdFactory(buy=True, paused=True)              traits: buy, paused, completed, closed, expired
    OfferFactory(paid=True)                       traits: paid, disputed, completed, cancelled, expired
    LockedOfferFactory(buy=True, disputed=True)   an offer with its ad, both parties and the coins in escrow
    LockedAdFactory(), AdForOfferFactory(), LockedWalletFactory()

A ``Locked…`` object is what the model's rules are asked of: ``LockedOfferFactory(paid=True).release_funds(by, at)``.
Every amount can be given, and what follows from it is computed: an ad's ``available`` from its other parts, an
offer's ``fiat_amount`` from its amount and ``price_per_unit``, a wallet's escrow from the ad and the offer.
Any value of a part is reached with two underscores: ``LockedOfferFactory(ad__price_per_unit=Decimal(3))``.
"""

from .ads import AdFactory, AdTermsFactory
from .feedback import OfferForFeedbackFactory
from .locked import AdForOfferFactory, LockedAdFactory, LockedOfferFactory, LockedWalletFactory
from .money import BTC, CATALOGUE, JPY, USD, USDT
from .offers import BankDetailsFactory, DisputeFactory, OfferFactory, OfferProposalFactory
from .traders import NOW, TraderFactory, actor

__all__ = [
    "BTC",
    "CATALOGUE",
    "JPY",
    "NOW",
    "USD",
    "USDT",
    "AdFactory",
    "AdTermsFactory",
    "BankDetailsFactory",
    "DisputeFactory",
    "LockedAdFactory",
    "AdForOfferFactory",
    "LockedOfferFactory",
    "LockedWalletFactory",
    "OfferFactory",
    "OfferForFeedbackFactory",
    "OfferProposalFactory",
    "TraderFactory",
    "actor",
]
