"""Logins and releases from addresses not seen before: told alike on every store."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

import domain
from domain import Actor, Trader, errors
from domain.model.account_letters import AccountLetter
from domain.ports.attempts import ADDRESSES_KEPT
from domain.ports.delivery import Letter
from domain.ports.store import Unit
from domain.use_cases.note_address import UsedFrom, note_login
from tests.integration.desk import Desk

HERE, THERE, ELSEWHERE = "192.0.2.7", "2001:db8::/64", "203.0.113.5"


def used_from(desk: Desk, unit: Unit, address: str) -> UsedFrom:
    return UsedFrom(address, unit.attempts, desk.identifiers)


def log_in(desk: Desk, trader: Trader, address: str) -> None:
    desk.clock.advance(seconds=1)
    at = desk.clock.now()
    desk.write(lambda unit: note_login(trader, used_from(desk, unit, address), book=unit.book, at=at))


def release(desk: Desk, maker: Trader, address: str) -> int:
    offer = desk.offer(desk.ad(maker), desk.trader())
    desk.pay(offer)
    by = Actor(maker.id)
    desk.write(
        lambda unit: domain.release_funds(offer.id, by, book=unit.book, used_from=used_from(desk, unit, address))
    )
    return offer.id


def letters(desk: Desk) -> list[Letter]:
    """Those about accounts that nobody has asked for before."""
    return [letter for letter in desk.store.outbox.claim(uuid4(), 60, 100) if isinstance(letter.kind, AccountLetter)]


def told(desk: Desk) -> list[tuple[str, str]]:
    """The addresses of which new letters tell, and which letters those are."""
    return [(letter.kind.value.split("_")[0], str(letter.facts["address"])) for letter in letters(desk)]


def test_a_login_from_a_new_address_is_told_once(desk: Desk) -> None:
    trader = desk.trader()
    for address in (HERE, HERE, THERE, HERE, THERE, ELSEWHERE):
        log_in(desk, trader, address)
    assert told(desk) == [("login", THERE), ("login", ELSEWHERE)]


def test_the_first_login_is_not_told_wherever_the_account_was_registered(desk: Desk) -> None:
    trader = desk.trader()
    desk.write(lambda unit: unit.attempts.note_address(trader.id, HERE, trader.created_at))
    log_in(desk, trader, THERE)
    assert told(desk) == []
    log_in(desk, trader, ELSEWHERE)
    assert told(desk) == [("login", ELSEWHERE)]


def test_of_an_account_that_was_long_unused_a_login_is_told(desk: Desk) -> None:
    trader = desk.trader()
    desk.clock.advance(seconds=ADDRESSES_KEPT.total_seconds())
    log_in(desk, trader, HERE)
    assert told(desk) == [("login", HERE)]


def test_an_address_that_is_not_known_is_noted_nowhere(desk: Desk) -> None:
    trader = desk.trader()
    log_in(desk, trader, HERE)
    log_in(desk, trader, "")
    assert told(desk) == []
    assert not desk.read(lambda unit: unit.attempts.has_used(trader.id, ""))


def test_a_release_from_a_new_address_is_told_with_its_offer(desk: Desk) -> None:
    maker = desk.trader(usdt=100)
    log_in(desk, maker, HERE)
    release(desk, maker, HERE)
    assert told(desk) == []
    desk.clock.advance(seconds=1)
    offer_id = release(desk, maker, THERE)
    release(desk, maker, THERE)
    (letter,) = letters(desk)
    at = desk.clock.now().isoformat(timespec="minutes")
    assert (letter.kind, letter.trader_id) == (AccountLetter.RELEASE_FROM_NEW_ADDRESS, maker.id)
    assert letter.facts == {"at": at, "address": THERE, "offer": str(offer_id)}


def test_a_release_that_is_refused_notes_nothing(desk: Desk) -> None:
    maker = desk.trader(usdt=100)
    log_in(desk, maker, HERE)
    offer = desk.offer(desk.ad(maker), desk.trader())
    desk.clock.advance(seconds=timedelta(days=1).total_seconds())
    by = Actor(maker.id)

    def released(unit: Unit) -> None:
        domain.release_funds(offer.id, by, book=unit.book, used_from=used_from(desk, unit, THERE))

    with pytest.raises(errors.OfferHasExpired):
        desk.write(released)
    assert told(desk) == []
    assert not desk.read(lambda unit: unit.attempts.has_used(maker.id, THERE))
