"""Who was told what of an offer, and what became of the letters of it."""

from .... import EntryKind, NoticeKind, ToldLetter
from ...store_desk import StoreDesk


def test_who_was_told_of_an_offer_and_what_moved_for_it(desk: StoreDesk) -> None:
    taker = desk.trader()
    ad = desk.sell_ad(10)
    maker = desk.traders[-1]
    offer, other = desk.offer(ad, taker, 2), desk.offer(ad, desk.trader(), 3)
    letter = desk.store.outbox.claim(desk.identifiers.new(), 60, 1)[0]
    desk.store.outbox.mark_sent(letter)
    desk.pay(offer)
    desk.release(offer)
    desk.cancel(other)
    told = desk.read(lambda unit: unit.readers.told_of_offer(offer.id))
    assert {notice.trader_id for notice in told} == {maker.id, taker.id}
    assert [notice.kind for notice in told if notice.trader_id == taker.id][-1] is NoticeKind.FUNDS_RELEASED
    by_letter = {notice.letter.id: notice.letter for notice in told if notice.letter is not None}
    assert by_letter[letter.id] == ToldLetter(letter.id, "sent", 1, desk.clock.now(), None)
    assert {found.state for number, found in by_letter.items() if number != letter.id} == {"queued"}
    mine = desk.read(lambda unit: unit.readers.notices(taker.id, 0, 100))
    assert {(notice.number, notice.kind, notice.created_at) for notice in mine} == {
        (notice.number, notice.kind, notice.at) for notice in told if notice.trader_id == taker.id
    }
    (entry,) = desk.read(lambda unit: unit.readers.entries_of_offer(offer.id))
    assert (entry.kind, entry.reference) == (EntryKind.RELEASE, f"offer:{offer.id}")
    assert desk.read(lambda unit: unit.readers.told_of_offer(999)) == []
    assert desk.read(lambda unit: unit.readers.entries_of_offer(999)) == []
