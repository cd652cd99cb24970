"""How much of what is only one's own one trader may have, alike on every store, however much is asked for at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID, uuid4

import pytest

import domain
from domain import Actor, Trader, errors
from domain.model.limits import BLOCKS_LIMIT, KEYS_LIMIT, PAYMENT_METHODS_LIMIT
from domain.ports.store import Unit
from domain.testing.races import at_once, outcomes
from tests.integration.contracts.test_keys import end, live, made
from tests.integration.contracts.test_payment_methods import delete, save, saved_by
from tests.integration.desk import Desk


def test_of_many_keys_at_once_twenty_are_made(desk: Desk) -> None:
    trader = desk.trader()
    found = outcomes(at_once([partial(made, desk, trader) for _ in range(KEYS_LIMIT + 10)]))
    assert found == {"done": KEYS_LIMIT, "too_many_keys": 10}
    # One that has ended leaves room, and nobody else's counts.
    end(desk, live(desk, trader)[0].id, trader)
    made(desk, trader)
    with pytest.raises(errors.TooManyKeys) as refused:
        made(desk, trader)
    assert refused.value.most == KEYS_LIMIT
    made(desk, desk.trader())


def test_of_many_payment_methods_at_once_fifty_are_saved(desk: Desk) -> None:
    trader = desk.trader()
    found = outcomes(at_once([partial(save, desk, trader) for _ in range(PAYMENT_METHODS_LIMIT + 10)]))
    assert found == {"done": PAYMENT_METHODS_LIMIT, "too_many_payment_methods": 10}
    delete(desk, trader, saved_by(desk, trader)[0].id)
    save(desk, trader)
    save(desk, desk.trader())
    with pytest.raises(errors.TooManyPaymentMethods) as refused:
        save(desk, trader)
    assert refused.value.most == PAYMENT_METHODS_LIMIT


def test_of_many_blocks_at_once_as_many_as_there_is_room_for_are_kept(desk: Desk) -> None:
    trader, room, at = desk.trader(), 5, desk.clock.now()
    others = [uuid4() for _ in range(BLOCKS_LIMIT + 10)]

    def fill(part: Iterable[tuple[int, UUID]], unit: Unit) -> None:
        for number, other in part:
            unit.traders.add(Trader(other, f"{number}@example.net", "Other", at, at), "no hash")
            if number >= room + 10:
                unit.people.block(trader.id, other, at)

    # A unit that takes too long is given up, so that no single one does it all.
    for first in range(0, len(others), 20):
        desk.write(partial(fill, list(enumerate(others))[first : first + 20]))

    def block(whom: UUID) -> None:
        desk.write(lambda unit: domain.block_trader(Actor(trader.id), whom, people=unit.people, at=at))

    found = outcomes(at_once([partial(block, whom) for whom in others[: room + 10]]))
    assert found == {"done": room, "too_many_blocks": 10}
    # Whoever is blocked already may be blocked again, and whoever is let be leaves room.
    block(others[-1])
    desk.write(lambda unit: domain.unblock_trader(Actor(trader.id), others[-1], people=unit.people))
    block(others[-1])
    nobody_new = desk.trader()
    with pytest.raises(errors.TooManyBlocks) as refused:
        block(nobody_new.id)
    assert refused.value.most == BLOCKS_LIMIT


@pytest.mark.parametrize("port", ["keys", "people", "payment_methods"])
def test_what_nobody_has_is_not_counted(desk: Desk, port: str) -> None:
    nobody = uuid4()

    def count(unit: Unit) -> int:
        if port == "keys":
            return unit.keys.count_locked(nobody, desk.clock.now())
        return (
            unit.people.count_blocks_locked(nobody) if port == "people" else unit.payment_methods.count_locked(nobody)
        )

    with pytest.raises(errors.TraderNotFound):
        desk.write(count)
