"""That staff were shown accounts of an offer is in the audit trail, once a day, on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import DESK, Actor, errors
from domain.model.accounts_seen import ACCOUNTS_SEEN
from domain.use_cases.note_accounts_seen import note_accounts_seen
from tests.integration.desk import Desk


def look(desk: Desk, offer_id: int, by: Actor) -> None:
    desk.write(lambda unit: note_accounts_seen(offer_id, by, book=unit.book, readers=unit.readers, at=unit.now()))


def noted(desk: Desk) -> int:
    lines = desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items
    return sum(line.act.act == ACCOUNTS_SEEN for line in lines)


def test_each_of_the_staff_is_noted_once_a_day_and_for_each_offer(desk: Desk) -> None:
    ada, ben = Actor.of(desk.staff()), Actor.of(desk.staff())
    for by, offer_id, lines in ((ada, 7, 1), (ada, 7, 1), (ben, 7, 2), (ada, 8, 3), (ben, 7, 3)):
        look(desk, offer_id, by)
        assert noted(desk) == lines
    desk.clock.advance(seconds=timedelta(days=1).total_seconds())
    look(desk, 7, ada)
    assert noted(desk) == 4


def test_the_operator_is_not_noted_and_nobody_else_looks(desk: Desk) -> None:
    look(desk, 7, DESK)
    with pytest.raises(errors.StaffOnly):
        look(desk, 7, Actor.of(desk.trader()))
    assert noted(desk) == 0
