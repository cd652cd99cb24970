"""What staff are told of a dispute: each once, in words that name nobody."""

from __future__ import annotations

import pytest

from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from domain import About, NoticeKind
from domain.model.told_staff import told_of_dispute
from domain.use_cases.tell_staff import tell_staff
from tests.clock import SettableClock
from tests.factories import NOW, DisputeFactory, TraderFactory
from tests.integration.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=SettableClock()))


def test_each_is_told_by_a_frame_and_no_mail() -> None:
    ada, ben, dispute = TraderFactory(), TraderFactory(), DisputeFactory(offer_id=7, reason="Secret words.")
    changes = told_of_dispute(dispute, [ada.id, ben.id], NOW)
    assert [notice.trader_id for notice in changes.notices] == [ada.id, ben.id]
    for notice in changes.notices:
        assert (notice.kind, notice.about, notice.at) == (NoticeKind.OFFER_DISPUTED, About(7, dispute.version), NOW)
        assert (notice.facts, notice.is_mailed) == ({}, False)
        assert notice.frame == {
            "message": "A dispute was opened on this offer.",
            "type": "offer_disputed",
            "offer_id": 7,
        }


def test_whether_anybody_was_told_is_told(desk: Desk) -> None:
    offer = desk.offer(desk.sell_ad(), desk.trader())

    def tell() -> bool:
        return desk.write(lambda unit: tell_staff(offer.id, book=unit.book, readers=unit.readers))

    assert not tell()
    desk.pay(offer)
    desk.dispute(offer)
    assert not tell(), "there are no staff"
    desk.staff()
    assert tell()
    assert not tell()
