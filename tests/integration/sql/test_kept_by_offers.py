"""Offers from before offers kept anything of their ads: they are read with the ad, which could not be edited then."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain import AdType, BankDetails, Offer
from domain.ports.readers import OfferQuery
from tests.clock import NOON
from tests.integration.desk import Desk
from tests.integration.sql.past_the_desk import write_past_the_desk

OLD = (
    "UPDATE offers SET price_per_unit = NULL, payment_method = NULL, pay_to_account_name = NULL,"
    " pay_to_account_number = NULL, pay_to_bank_name = NULL, pay_to_details = NULL"
)


@pytest.mark.parametrize("ad_type", AdType)
def test_an_offer_that_keeps_nothing_is_read_with_its_ad(desk: Desk, url: str, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader(usdt=100)
    account = BankDetails("Jude", "987", "Second Bank")
    ad = desk.ad(maker, ad_type=ad_type, price_per_unit=Decimal("2.5"), bank=account, payment_details="By phone")
    made = desk.offer(ad, taker)

    def seen() -> list[Offer]:
        query = OfferQuery(taker.id, NOON)
        return [
            desk.write(lambda unit: unit.book.lock_offer(made.id)).offer,
            desk.write(lambda unit: unit.book.offer_for_feedback(made.id)).offer,
            desk.write(lambda unit: unit.book.lock_chat(made.id, taker.id)).offer,
            desk.read(lambda unit: unit.readers.offer(made.id)).offer,
            desk.read(lambda unit: unit.readers.offers(query, None, 10)).items[0].offer,
        ]

    assert seen() == [made] * 5
    write_past_the_desk(url, OLD)
    assert seen() == [made] * 5
