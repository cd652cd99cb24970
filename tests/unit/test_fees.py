"""A fee is exact: it is cut where the currency's decimals end, and nothing else is ever lost."""

from decimal import Decimal

import pytest

from domain import Account, AdType, EntryKind, Purse
from domain.model.money import EXACT, Currency, fee_of
from domain.testing.factories import LockedOfferFactory
from domain.testing.factories.traders import actor
from tests.factories import NOW

USDT = Currency("usdt", 6)


@pytest.mark.abuse("C7")
@pytest.mark.parametrize("percent", ["0", "0.0001", "0.25", "1", "33.3333", "49.9999"])
def test_many_offers_of_one_unit_pay_what_one_of_them_all_does(percent: str) -> None:
    """Of whole units; of the smallest ones each is cut, and never in favour of the desk."""
    one, all_of_them = (fee_of(Decimal(amount), Decimal(percent), USDT) for amount in (1, 10_000))
    assert EXACT.multiply(one, Decimal(10_000)) == all_of_them
    smallest = fee_of(USDT.smallest_unit, Decimal(percent), USDT)
    assert smallest == 0


@pytest.mark.abuse("C7")
def test_a_fee_of_the_finest_amount_is_cut_and_no_rounding_of_the_process_counts() -> None:
    fine = Currency("fine", 20)
    amount = Decimal("999999999999999999.99999999999999999999")
    assert fee_of(amount, Decimal("49.9999"), fine) == Decimal("499998999999999999.99999999999999999999")


@pytest.mark.parametrize("ad_type", AdType)
def test_a_release_pays_the_desk_out_of_what_the_buyer_gets(ad_type: AdType) -> None:
    locked = LockedOfferFactory(buy=ad_type is AdType.BUY, offer__fee_percent=Decimal("0.5"), paid=True)
    changes = locked.release_funds(actor(locked.seller), NOW)
    (entry,) = [entry for entry in changes.entries if entry.kind is EntryKind.RELEASE]
    code, whole = locked.ad.crypto.code, locked.offer.currency_amount
    assert [(posting.account, posting.signed) for posting in entry.postings] == [
        (Account(locked.seller.id, code, Purse.ESCROW), -whole),
        (Account(locked.buyer.id, code, Purse.P2P), whole - Decimal("0.01")),
        (Account(None, code, Purse.FEES), Decimal("0.01")),
    ]
    assert not [change for change in changes.balances if change.account.purse is Purse.FEES]


def test_what_returns_pays_nothing() -> None:
    locked = LockedOfferFactory(buy=True, offer__fee_percent=Decimal(10))
    (entry,) = locked.cancel(actor(locked.taker), NOW).entries
    assert len(entry.postings) == 2
