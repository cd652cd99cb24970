"""Every state that an offer's sentences are about, and what each claim in them needs to be true."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain import Ad, AdStatus, AdType, BankDetails, Catalogue, LockedOffer
from tests.factories import CATALOGUE, NOW, AdFactory, BankDetailsFactory, LockedOfferFactory, TraderFactory

TODAY = NOW.date()
WITHOUT_BTC = Catalogue.of((), CATALOGUE.fiat.values(), CATALOGUE.payment_methods)
WITHOUT_USD = Catalogue.of(CATALOGUE.crypto.values(), (), CATALOGUE.payment_methods)
WITHOUT_METHODS = Catalogue.of(CATALOGUE.crypto.values(), CATALOGUE.fiat.values(), ())

# What became of the ad since the offer was made, and what takes new offers of it then.
SITUATIONS: dict[str, dict[str, Any]] = {
    "open": {},
    "paused": {"ad__status": AdStatus.PAUSED},
    "closed": {"ad_closed": True},
    "over, not swept": {"ad__start_date": TODAY - timedelta(2), "ad__end_date": TODAY - timedelta(1)},
    "last day": {"ad__end_date": TODAY},
    "maker restricted": {"maker_is_restricted": True},
    "maker suspended": {"maker": TraderFactory(fullname="Jude Okafor", suspended=True)},
    "crypto not traded": {"catalogue": WITHOUT_BTC},
    "fiat not traded": {"catalogue": WITHOUT_USD},
    "method not offered": {"catalogue": WITHOUT_METHODS},
}
ACCOUNTS: dict[str, tuple[BankDetails, str]] = {
    "account": (BankDetailsFactory(), ""),
    "words": (BankDetails(), "M-Pesa 0700 000 000"),
    "only a bank": (BankDetails("", "", "First Bank"), ""),
    "nothing": (BankDetails(), ""),
}
METHODS = ("bank_transfer", "mobile_money")


@dataclass(frozen=True)
class Case:
    """One state, with what is true in it."""

    ad_type: AdType
    situation: str
    account: str
    method: str
    locked: LockedOffer
    catalogue: Catalogue

    @property
    def name(self) -> str:
        return f"{self.ad_type}, {self.situation}, {self.account}, {self.method}"

    @property
    def is_open(self) -> bool:
        """Whether the ad takes new offers once this one has come to nothing."""
        return self.situation in ("open", "last day")

    @property
    def takes_back(self) -> bool:
        return self.ad_type is AdType.SELL and self.situation not in ("closed", "over, not swept")

    @property
    def is_given(self) -> bool:
        return self.account in ("account", "words")


def cases(**traits: Any) -> Iterator[Case]:
    """All combinations, with an offer in the state that the traits say."""
    for ad_type, situation, account, method in itertools.product(AdType, SITUATIONS, ACCOUNTS, METHODS):
        # What became of the ad since, and how is paid, have nothing to do with each other.
        if situation != "open" and method != METHODS[0]:
            continue
        changed = dict(SITUATIONS[situation])
        catalogue = changed.pop("catalogue", CATALOGUE)
        bank, words = ACCOUNTS[account]
        given = {"bank": bank, "payment_details": words}
        empty = {"bank": BankDetails(), "payment_details": ""}
        of_ad, of_offer = (given, empty) if ad_type is AdType.SELL else (empty, given)
        parts = {f"ad__{name}": value for name, value in of_ad.items()}
        parts |= {f"offer__{name}": value for name, value in of_offer.items()}
        people = {"maker": TraderFactory(fullname="Jude Okafor"), "taker": TraderFactory(fullname="Amara Obi")}
        locked = LockedOfferFactory(
            **{**people, **parts, "ad__payment_method": method, **changed, **traits}, buy=ad_type is AdType.BUY
        )
        yield Case(ad_type, situation, account, method, locked, catalogue)


def open_ads(auto_reply_message: str) -> Iterator[tuple[Case, Ad]]:
    """The cases in which a new offer can be made at all, with their ad as it is before."""
    for case in cases():
        if case.situation == "open":
            ad = AdFactory(
                ad_type=case.ad_type,
                maker_id=case.locked.maker.id,
                payment_method=case.method,
                bank=case.locked.ad.bank,
                payment_details=case.locked.ad.payment_details,
            )
            yield case, replace(ad, auto_reply_message=auto_reply_message)


Claim = Callable[[Case, str], bool]
"""Whether what is claimed is true of a case for a reader: ``buyer``, ``seller`` or ``staff``."""


def false_claims(case: Case, reader: str, text: str, claims: dict[str, Claim]) -> list[str]:
    """What a text claims though it is not so."""
    said = " ".join(text.split())
    return [claim for claim, is_true in claims.items() if claim in said and not is_true(case, reader)]
