"""Fees in the books of a database: exact, healthy, and no row of the desk's that moves."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine
from domain import Actor, AdType, OfferState, release_funds
from tests.integration.desk import Desk


@pytest.mark.parametrize("engine", ["postgres", "sqlite"], indirect=True)
def test_the_books_are_right_with_fees_and_no_balance_of_the_desk_moves(desk: Desk, url: str) -> None:
    desk.fee_percent = Decimal("0.3333")
    maker, taker = desk.trader(usdt=20), desk.trader(usdt=20)
    for ad_type in AdType:
        ad = desk.ad(maker, ad_type=ad_type)
        for amount in ("0.01", "1", "2.345678"):
            offer = desk.offer(ad, taker, Decimal(amount))
            desk.pay(offer)
            desk.release(offer)
    assert verify(url, desk.clock) == []
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT balance, version FROM accounts WHERE purse = 'fees'")).all()
        taken = connection.execute(text("SELECT amount FROM postings WHERE purse = 'fees'")).scalars().all()
    engine.dispose()
    assert [(Decimal(balance), version) for balance, version in found] == [(0, 0)]
    assert sorted(Decimal(amount) for amount in taken) == sorted(
        2 * [Decimal("0.000033"), Decimal("0.003333"), Decimal("0.007818")]
    )


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_release_waits_for_no_other_of_its_currency(desk: Desk) -> None:
    """What the desk takes of both goes to one account, and no row of that is locked or changed."""
    desk.fee_percent = Decimal("0.3333")
    offers = [desk.offer(desk.sell_ad(), desk.trader()) for _ in range(3)]
    for offer in offers:
        desk.pay(offer)
    # The first fee in a currency opens the account, which happens once.
    desk.release(offers[2])
    manager, unit = desk.open_unit()
    _, seller = desk.parties(offers[0])
    release_funds(offers[0].id, Actor(seller), book=unit.book)
    # Looked at in its own unit, so that it is written, and holds its locks.
    assert unit.readers.offer(offers[0].id).offer.state is OfferState.COMPLETED
    desk.release(offers[1])
    assert desk.state_of(offers[1]) is OfferState.COMPLETED
    assert desk.state_of(offers[0]) is OfferState.PAID
    manager.commit()
    assert desk.state_of(offers[0]) is OfferState.COMPLETED
