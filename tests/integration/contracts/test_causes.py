"""Which request caused a notice and its letter is kept with them, alike on every store."""

from __future__ import annotations

from uuid import UUID, uuid4

from domain import Trader, caused_by, current_cause
from domain.ports.delivery import Letter
from domain.ports.keys import Scope
from domain.use_cases.api_keys import make_key
from tests.integration.desk import Desk


def claimed(desk: Desk) -> list[Letter]:
    return list(desk.store.outbox.claim(uuid4(), 60, 100))


def causes_told(desk: Desk, trader: Trader) -> list[UUID | None]:
    return [notice.request_id for notice in desk.store.tail.after(trader.id, 0, 100)]


def test_a_notice_and_its_letter_know_their_request(desk: Desk) -> None:
    made, paid = uuid4(), uuid4()
    maker, taker = desk.trader(usdt=10), desk.trader()
    ad = desk.ad(maker, auto_reply_message="Hello")
    with caused_by(made):
        offer = desk.offer(ad, taker, 4)
    with caused_by(paid):
        desk.pay(offer)
    desk.release(offer)
    assert causes_told(desk, maker) == [made, paid]
    assert causes_told(desk, taker) == [made, None]
    listed = desk.read(lambda unit: unit.readers.notices(maker.id, 0, 100))
    assert [notice.request_id for notice in listed] == [made, paid]
    letters = claimed(desk)
    assert {(letter.trader_id, letter.number): letter.request_id for letter in letters} == {
        (maker.id, 1): made,
        (taker.id, 1): made,
        (maker.id, 2): paid,
        (taker.id, 2): None,
    }
    assert {letter.offer_id for letter in letters} == {offer.id}
    told = desk.read(lambda unit: unit.readers.told_of_offer(offer.id))
    assert sorted((str(each.request_id), each.kind.value) for each in told) == sorted(
        [
            (str(made), "ad_interest"),
            (str(made), "auto_reply"),
            (str(paid), "payment_indication"),
            ("None", "funds_released"),
        ]
    )


def test_a_letter_alone_knows_it_too(desk: Desk) -> None:
    cause, trader = uuid4(), desk.trader()

    def make(name: str) -> None:
        desk.write(
            lambda unit: make_key(
                trader,
                name,
                (Scope.READ,),
                None,
                keys=unit.keys,
                logins=unit.logins,
                book=unit.book,
                identifiers=desk.identifiers,
                at=desk.clock.now(),
            )
        )

    with caused_by(cause):
        make("one")
    make("two")
    letters = sorted(claimed(desk), key=lambda letter: letter.id)
    assert [(letter.number, letter.offer_id, letter.request_id) for letter in letters] == [
        (None, None, cause),
        (None, None, None),
    ]


def test_a_message_in_a_chat_knows_it(desk: Desk) -> None:
    cause = uuid4()
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker, 4)
    with caused_by(cause):
        desk.say(offer, taker)
    last = desk.store.tail.after(maker.id, 1, 100)
    assert [(notice.offer_id, notice.request_id) for notice in last] == [(offer.id, cause)]


def test_a_cause_ends_where_it_began() -> None:
    outer, inner = uuid4(), uuid4()
    assert current_cause() is None
    with caused_by(outer):
        with caused_by(inner):
            assert current_cause() == inner
        assert current_cause() == outer
    assert current_cause() is None
