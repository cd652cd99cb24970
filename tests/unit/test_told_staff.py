"""What staff are told of a dispute: each once, in words that name nobody."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from domain import About, LetterAlone, NoticeKind
from domain.errors import NotDueYet
from domain.model.account_letters import AccountLetter
from domain.model.changes import Changes
from domain.model.told_staff import MAIL_STAFF_AGAIN_AFTER, StaffMail, told_of_dispute
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
        return desk.write(
            lambda unit: tell_staff(offer.id, book=unit.book, readers=unit.readers, mails=unit.staff_mails)
        )

    assert not tell()
    desk.pay(offer)
    desk.dispute(offer)
    assert not tell(), "there are no staff"
    desk.staff()
    assert tell()
    assert not tell()


ADA, LETTER = UUID(int=7), UUID(int=8)


def test_a_mail_says_how_many_disputes_wait_and_pays_what_was_owed() -> None:
    mail, changes = StaffMail(ADA, owed_since=NOW).mailed(2, LETTER, NOW)
    assert mail == StaffMail(ADA, mailed_at=NOW)
    assert changes == Changes(
        letters=(LetterAlone(LETTER, ADA, AccountLetter.DISPUTES_WAITING, {"waiting": "2"}, NOW),)
    )


def test_the_next_mail_goes_out_an_hour_later_and_not_before() -> None:
    again = StaffMail(ADA, owed_since=NOW, mailed_at=NOW)
    due_at = NOW + MAIL_STAFF_AGAIN_AFTER
    with pytest.raises(NotDueYet):
        again.mailed(2, LETTER, due_at - due_at.resolution)
    assert again.mailed(2, LETTER, due_at)[0] == StaffMail(ADA, mailed_at=due_at)


def test_who_is_owed_none_is_mailed_none() -> None:
    with pytest.raises(NotDueYet):
        StaffMail(ADA).mailed(2, LETTER, NOW)


def test_where_no_dispute_is_left_none_is_mailed_and_the_next_need_not_wait() -> None:
    for before in (None, NOW - MAIL_STAFF_AGAIN_AFTER):
        owed = StaffMail(ADA, owed_since=NOW, mailed_at=before)
        assert owed.mailed(0, LETTER, NOW) == (replace(owed, owed_since=None), Changes())
