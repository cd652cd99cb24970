"""One trader whose every list is longer than a page, and the requests for a page of each.

Everything is made by the desk's own use cases: ads, offers on them that ended well, what the takers said, a chat.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import repeat

import domain
from config.container import Container
from domain import AdTerms, AdType, Money, Purse
from domain.model.ad_for_offer import OfferProposal
from domain.model.bank import BankDetails
from domain.model.parties import Actor
from domain.ports.store import Unit
from domain.use_cases.give_feedback import give_feedback
from domain.use_cases.write_message import write_message

from .asking import get
from .market import BANK, CRYPTO, MAKERS, Market, maker_id, taker_id

LENGTH = 60
"""How many items each list has."""
PAGE_LENGTH = 50
"""How many items a page has, unless it is asked for another length."""
LISTER = MAKERS
"""The number of the maker whose lists they are."""
_STOCK = Decimal(10)
_TIME_TO_PAY = 1440


def fill_lists(container: Container) -> dict[str, str]:
    """Make the lists on a desk that has a market; the path of a page of each, by what it is."""
    container.store.run(lambda unit: _deposit(container, unit), writes=True)
    offers = [
        container.store.run(lambda unit, n=number: _traded(container, unit, n), writes=True) for number in range(LENGTH)
    ]
    return {
        "ads of the board": "/p2p/ad/",
        "own ads": "/p2p/ad/?mine=1",
        "own offers": "/p2p/offer/",
        "notices": "/notifications/",
        "movements": "/wallet/history/",
        "of feedback": f"/p2p/trader/feedback/{maker_id(LISTER)}/",
        "messages": f"/p2p/offer/chat/{offers[0]}/",
    }


def pages(path: str, market: Market) -> Iterator[bytes]:
    """A page of a list of the trader's, without end."""
    return repeat(get(path, market.makers[LISTER - 1]))


def _deposit(container: Container, unit: Unit) -> None:
    domain.deposit_funds(
        maker_id(LISTER),
        Money(LENGTH * _STOCK, CRYPTO),
        Purse.P2P,
        "bench:lists",
        book=unit.book,
        catalogue=container.settings.catalogue,
    )


def _traded(container: Container, unit: Unit, number: int) -> int:
    """An ad, an offer on it that was released and rated, and a message in the chat of the first; the first's id."""
    maker, taker = Actor(maker_id(LISTER)), Actor(taker_id(number + 1))
    assert maker.id is not None and taker.id is not None
    catalogue = container.settings.catalogue
    ad = domain.post_ad(maker.id, _TERMS, book=unit.book, catalogue=catalogue, default_time_to_pay=_TIME_TO_PAY)
    bank = BankDetails(*BANK.values())
    proposal = OfferProposal(Decimal(1), None, bank)
    offer = domain.make_offer(ad.id, taker.id, proposal, book=unit.book, catalogue=catalogue)
    domain.indicate_payment(offer.id, taker, book=unit.book)
    domain.release_funds(offer.id, maker, book=unit.book)
    give_feedback(offer.id, taker, True, 5, "Quick and friendly.", book=unit.book)
    for _ in range(LENGTH if number == 0 else 0):
        write_message(offer.id, taker, "I have sent it an hour ago; please have a look.", book=unit.book)
    return offer.id


_TERMS = AdTerms(
    crypto_currency=CRYPTO,
    price_per_unit=Decimal(2),
    ad_type=AdType.SELL,
    payment_method="bank_transfer",
    fiat_currency="usd",
    crypto_amount=_STOCK,
    time_to_pay=_TIME_TO_PAY,
)
