"""How many statements it costs to deal with people: what is known of them, and what they have saved."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import domain
from domain import Actor, AdType, OfferProposal, PaymentMethodTerms
from domain.ports.store import Unit
from domain.use_cases.webhooks import add_webhook, remove_webhook, turn_on_webhook
from tests.factories import BankDetailsFactory
from tests.integration.desk import Desk
from tests.integration.sql.scene import Scene
from tests.integration.sql.test_statements import STATEMENTS_OF_A_WRITE
from tests.integration.webhooks.hooks import SEALER, URL


@pytest.fixture
def scene(desk: Desk) -> Scene:
    return Scene(desk)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_saved_payment_method_is_one_statement_more(scene: Scene) -> None:
    desk, taker = scene.desk, scene.taker
    terms = PaymentMethodTerms("One", "bank_transfer", BankDetailsFactory())
    saved = desk.write(lambda unit: unit.payment_methods.add(taker.id, terms, unit.now())).id
    asked = OfferProposal(Decimal(1), None, saved_payment_method=saved)
    placed = desk.terms(ad_type=AdType.BUY, payment_method=None, saved_payment_method=saved)
    catalogue: dict[str, Any] = {"catalogue": desk.catalogue}

    def make(unit: Unit) -> None:
        ports = {"book": unit.book, "payment_methods": unit.payment_methods, **catalogue}
        domain.make_offer(scene.sell_ad.id, taker.id, asked, **ports)

    def place(unit: Unit) -> None:
        ports = {"book": unit.book, "payment_methods": unit.payment_methods, **catalogue}
        domain.post_ad(taker.id, placed, default_time_to_pay=30, **ports)

    assert [len(scene.request(work)) for work in (make, place)] == [STATEMENTS_OF_A_WRITE + 1] * 2


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_saving_one(scene: Scene) -> None:
    desk, by = scene.desk, Actor.of(scene.taker)
    terms = PaymentMethodTerms("One", "bank_transfer", BankDetailsFactory())
    saved = desk.write(lambda unit: unit.payment_methods.add(scene.taker.id, terms, unit.now())).id
    at, catalogue = desk.clock.now(), desk.catalogue

    def save(unit: Unit) -> None:
        domain.save_payment_method(by, terms, payment_methods=unit.payment_methods, at=at, catalogue=catalogue)

    def edit(unit: Unit) -> None:
        domain.edit_payment_method(by, saved, terms, payment_methods=unit.payment_methods, catalogue=catalogue)

    def delete(unit: Unit) -> None:
        domain.delete_payment_method(by, saved, payment_methods=unit.payment_methods)

    # One more for the lock and one for the count, as below.
    costs = [len(scene.request(work)) for work in (save, edit, delete)]
    assert costs == [STATEMENTS_OF_A_WRITE + 2, STATEMENTS_OF_A_WRITE, STATEMENTS_OF_A_WRITE]
    assert len(scene.read(lambda unit: unit.payment_methods.saved_by(scene.taker.id, None, 50))) == 1


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_webhook_is_counted_under_a_lock_of_its_own(scene: Scene) -> None:
    """One more for the lock and one for the count, since what waited for the lock would count what was there before."""
    desk, by = scene.desk, Actor.of(scene.taker)
    made = add_webhook_for(desk, scene)

    def add(unit: Unit) -> None:
        add_webhook_in(unit, desk, scene)

    def on(unit: Unit) -> None:
        turn_on_webhook(by, made, webhooks=unit.webhooks)

    def remove(unit: Unit) -> None:
        remove_webhook(by, made, webhooks=unit.webhooks)

    costs = [len(scene.request(work)) for work in (add, on, remove)]
    assert costs == [STATEMENTS_OF_A_WRITE + 2, STATEMENTS_OF_A_WRITE, STATEMENTS_OF_A_WRITE]
    assert len(scene.read(lambda unit: unit.webhooks.of(scene.taker.id))) == 1


def add_webhook_in(unit: Unit, desk: Desk, scene: Scene) -> UUID:
    ports: dict[str, Any] = {"webhooks": unit.webhooks, "sealer": SEALER, "identifiers": desk.identifiers}
    return add_webhook(Actor.of(scene.taker), URL, at=desk.clock.now(), **ports)[0].id


def add_webhook_for(desk: Desk, scene: Scene) -> UUID:
    return desk.write(lambda unit: add_webhook_in(unit, desk, scene))
