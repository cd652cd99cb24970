"""Every field of every object comes back as it was written, with values that are no defaults."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest

from domain import (
    About,
    Account,
    Ad,
    AdChange,
    AdStatus,
    AdType,
    BalanceChange,
    BankDetails,
    Changes,
    ConcurrentChange,
    Currency,
    Dispute,
    DisputeChange,
    DisputeKind,
    Entry,
    EntryKind,
    Event,
    EventKind,
    HistoryItem,
    LetterAlone,
    Notice,
    NoticeKind,
    Offer,
    OfferChange,
    OfferState,
    Posting,
    Proposal,
    Purse,
    Requirements,
    Ruling,
    Side,
    Trader,
)
from domain.model.bank import PayTo
from domain.ports.readers import EntryQuery, OfferQuery
from domain.ports.store import Store, Unit
from tests.clock import NOON
from tests.factories import OfferFactory, TraderFactory
from tests.integration.desk import Desk

SMALLEST = Decimal("0.00000000000000000001")
LARGEST = Decimal("999999999999999999.99999999999999999999")
LARGEST_PRICE = Decimal("999999999999999999.9999999999")
UNICODE = "Ọmọ́ \U0001f4b8 “quoted” 'single' \\ % _ {0} \r\n\t Ω Å 漢字 \u202e"
LATE = datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


# A round trip writes rows that no decision would make, so it is not asked whether the books are right.
@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def full_trader(**changed: object) -> Trader:
    return replace(
        Trader(uuid4(), f"{uuid4()}@desk.example", UNICODE, NOON, NOON + timedelta(microseconds=1)), **changed
    )


@pytest.mark.parametrize(
    "flag", ["email_verified", "phone_number_verified", "country_verified", "has_kyc", "is_staff", "is_suspended"]
)
def test_a_trader_with_one_flag(desk: Desk, flag: str) -> None:
    trader = desk.add(full_trader(**{flag: True}))
    assert desk.read(lambda unit: unit.traders.by_id(trader.id)) == trader


def test_a_trader_with_everything(desk: Desk) -> None:
    trader = desk.add(full_trader(country="NG", has_kyc=True, updated_at=LATE), password_hash=UNICODE)
    assert desk.read(lambda unit: unit.traders.by_id(trader.id)) == trader
    assert desk.read(lambda unit: unit.traders.password_hash(trader.id)) == UNICODE


def full_ad(desk: Desk, **changed: object) -> Ad:
    maker = desk.add(TraderFactory())
    ad = Ad(
        id=0,
        maker_id=maker.id,
        ad_type=AdType.BUY,
        crypto=Currency("fine", 20),
        fiat=Currency("jpy", 0),
        payment_method="mobile_money",
        price_per_unit=LARGEST_PRICE,
        crypto_amount=LARGEST,
        min_limit=SMALLEST,
        max_limit=LARGEST,
        start_date=date(2026, 1, 2),
        end_date=date(2100, 2, 28),
        time_to_pay=1440,
        auto_reply_message=UNICODE,
        terms_of_trade=UNICODE + "terms",
        additional_information=UNICODE + "information",
        bank=BankDetails("Amara " + UNICODE, "0123", "First Bank"),
        payment_details=UNICODE + "details",
        created_at=LATE,
        available=LARGEST,
        version=7,
        client_reference="monday-1 " + UNICODE,
        requirements=Requirements(1000, 100, True),
    )
    return replace(ad, **changed)


def write_ad(desk: Desk, ad: Ad) -> Ad:
    """Write a new ad under the id that it gets."""

    def work(unit: Unit) -> Ad:
        locked = unit.book.lock_wallet(ad.maker_id, ad.crypto.code)
        written = replace(ad, id=locked.next_ad_id)
        unit.book.apply(Changes(ad=AdChange(None, written)))
        return written

    return desk.write(work)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"end_date": None, "auto_reply_message": "", "terms_of_trade": "", "additional_information": ""},
        {"bank": BankDetails(), "payment_details": "", "ad_type": AdType.SELL, "time_to_pay": 1},
        {
            "client_reference": None,
            "price_per_unit": Decimal("0.0000000001"),
            "crypto_amount": SMALLEST,
            "available": SMALLEST,
        },
        {"crypto": Currency("usdt", 6), "fiat": Currency("usd", 2), "min_limit": Decimal("0.10")},
    ],
)
def test_a_new_ad(desk: Desk, changed: dict[str, object]) -> None:
    ad = write_ad(desk, full_ad(desk, **changed))
    view = desk.read(lambda unit: unit.readers.ad(ad.id))
    assert view.ad == ad
    assert view.maker.trader == desk.traders[0]
    assert desk.write(lambda unit: unit.book.lock_ad(ad.id)).ad == ad
    assert desk.write(lambda unit: unit.book.ad_for_offer(ad.id, ad.maker_id)).ad == ad


@pytest.mark.parametrize("status", AdStatus)
def test_what_a_move_changes_in_an_ad(desk: Desk, status: AdStatus) -> None:
    ad = write_ad(desk, full_ad(desk))
    moved = replace(
        ad,
        status=status,
        available=SMALLEST,
        reserved=Decimal("99999999999999999.00000000000000000000"),
        sold=Decimal("900000000000000000.99999999999999999997"),
        withdrawn=SMALLEST,
        trade_started_at=NOON,
        trade_completed_at=LATE,
        version=8,
    )
    desk.apply(Changes(ad=AdChange(ad, moved)))
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == moved


def full_offer(desk: Desk, **changed: object) -> Offer:
    ad = write_ad(desk, full_ad(desk))
    taker = desk.add(TraderFactory())
    offer = OfferFactory(
        id=0,
        ad_id=ad.id,
        taker_id=taker.id,
        currency_amount=LARGEST,
        fiat_amount=LARGEST,
        bank=BankDetails(UNICODE, "  0123 ", "Zenith " + UNICODE),
        payment_details=UNICODE + "details",
        created_at=NOON,
        deadline=LATE,
        price_per_unit=LARGEST_PRICE,
        payment_method="mobile_money",
        pay_to=PayTo(BankDetails(UNICODE, "9 8", UNICODE + "bank"), UNICODE + "to pay"),
        client_reference="monday-1 " + UNICODE,
    )
    return replace(offer, **changed)


def write_offer(desk: Desk, offer: Offer) -> Offer:
    def work(unit: Unit) -> Offer:
        locked = unit.book.ad_for_offer(offer.ad_id, offer.taker_id)
        written = replace(offer, id=locked.next_offer_id)
        made = Event(EventKind.MADE, written.id, 1, written.state, NOON, written.taker_id)
        unit.book.apply(Changes(offer=OfferChange(None, written, NOON), facts=(made,)))
        return written

    return desk.write(work)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"bank": BankDetails(), "currency_amount": SMALLEST, "fiat_amount": SMALLEST},
        {"pay_to": PayTo(BankDetails(), ""), "client_reference": None},
    ],
)
def test_a_new_offer(desk: Desk, changed: dict[str, object]) -> None:
    offer = write_offer(desk, full_offer(desk, **changed))
    locked = desk.write(lambda unit: unit.book.lock_offer(offer.id))
    ad = desk.read(lambda unit: unit.readers.ad(offer.ad_id)).ad
    assert (locked.offer, locked.ad, locked.dispute) == (offer, ad, None)
    assert (locked.maker, locked.taker) == tuple(desk.traders)
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.offer, view.ad, view.dispute) == (offer, ad, None)
    assert (view.maker.trader, view.taker.trader) == tuple(desk.traders)
    listed = desk.read(lambda unit: unit.readers.offers(OfferQuery(offer.taker_id, NOON), None, 10)).items
    assert [view.offer for view in listed] == [offer]


@pytest.mark.parametrize("state", OfferState)
def test_what_a_move_changes_in_an_offer(desk: Desk, state: OfferState) -> None:
    offer = write_offer(desk, full_offer(desk))
    moved = replace(offer, state=state, paid_at=NOON + timedelta(microseconds=1), ended_at=LATE, version=2)
    desk.apply(Changes(offer=OfferChange(offer, moved, NOON)))
    assert desk.read(lambda unit: unit.readers.offer(offer.id)).offer == moved


def test_a_dispute_and_its_end(desk: Desk) -> None:
    offer = write_offer(desk, full_offer(desk, state=OfferState.DISPUTED))
    staff = desk.staff()
    opened = Dispute(offer.id, offer.version, DisputeKind.PAYMENT_INCOMPLETE, offer.taker_id, UNICODE, NOON)
    desk.apply(Changes(facts=(opened,)))
    assert desk.read(lambda unit: unit.readers.disputes(None, 10)).items[0].dispute == opened
    taken = opened.taken_by(staff.id)
    desk.apply(Changes(dispute=DisputeChange(opened, taken)))
    ruling = Ruling("split", UNICODE + "note", Decimal("0.00000000000000000001"))
    proposed = taken.with_proposal(Proposal(staff.id, LATE, ruling))
    desk.apply(Changes(dispute=DisputeChange(taken, proposed)))
    assert desk.read(lambda unit: unit.readers.disputes(None, 10)).items[0].dispute == proposed
    resolved = proposed.ended(desk.staff().id, LATE, ruling, is_approved=True)
    ended = replace(offer, state=OfferState.COMPLETED, ended_at=LATE, version=offer.version + 1)
    desk.apply(Changes(offer=OfferChange(offer, ended, LATE), dispute=DisputeChange(proposed, resolved)))
    assert desk.write(lambda unit: unit.book.lock_offer(offer.id)).dispute == resolved
    assert desk.read(lambda unit: unit.readers.offer(offer.id)).dispute == resolved


def test_the_history_of_an_offer(desk: Desk) -> None:
    offer = write_offer(desk, full_offer(desk))
    lines = [HistoryItem(1, offer.state, NOON, offer.taker_id)]
    for version, (kind, state) in enumerate(product(EventKind, OfferState), 2):
        by = offer.taker_id if version % 2 else None
        desk.apply(Changes(facts=(Event(kind, offer.id, version, state, LATE, by),)))
        lines.append(HistoryItem(version, state, LATE, by))
    assert desk.read(lambda unit: unit.readers.offer(offer.id)).history == tuple(lines)


def test_an_entry_with_many_postings(desk: Desk) -> None:
    kind = EntryKind.REFUND
    owner = desk.add(TraderFactory())
    accounts = [Account(owner.id, "fine", purse) for purse in (Purse.MAIN, Purse.P2P, Purse.ESCROW)]
    outside = Account(None, "fine", Purse.OUTSIDE)
    entry = Entry(
        kind,
        UNICODE,
        LATE,
        (
            Posting(outside, Side.DEBIT, LARGEST),
            Posting(accounts[0], Side.CREDIT, SMALLEST),
            Posting(accounts[1], Side.CREDIT, Decimal("1.5")),
            Posting(accounts[2], Side.CREDIT, Decimal("999999999999999998.49999999999999999998")),
        ),
    )
    after = [posting.amount for posting in entry.postings[1:]]
    balances = [BalanceChange(account, None, amount) for account, amount in zip(accounts, after, strict=True)]
    desk.apply(Changes(entries=(entry,), balances=(BalanceChange(outside, None, LARGEST.copy_negate()), *balances)))
    assert desk.read(lambda unit: unit.readers.entries(EntryQuery(owner.id), None, 10)).items == [entry]
    wallet = desk.write(lambda unit: unit.book.lock_wallet(owner.id, "fine", with_outside=True))
    assert wallet.balances == {outside: LARGEST.copy_negate(), **dict(zip(accounts, after, strict=True))}
    assert desk.write(lambda unit: unit.book.posted(kind, UNICODE)) == entry


def test_an_entry_of_each_kind(desk: Desk) -> None:
    owner = desk.add(TraderFactory())
    account, outside = Account(owner.id, "usdt", Purse.MAIN), Account(None, "usdt", Purse.OUTSIDE)
    desk.apply(Changes(balances=tuple(BalanceChange(each, None, Decimal(0)) for each in (account, outside))))
    postings = (Posting(outside, Side.DEBIT, Decimal(1)), Posting(account, Side.CREDIT, Decimal(1)))
    entries = [Entry(kind, "one reference for all", NOON, postings) for kind in EntryKind]
    for entry in entries:
        desk.apply(Changes(entries=(entry,)))
    assert desk.read(lambda unit: unit.readers.entries(EntryQuery(owner.id), None, 100)).items == entries[::-1]


def test_balances(desk: Desk) -> None:
    for purse, balance in product((Purse.MAIN, Purse.P2P, Purse.ESCROW), (Decimal(0), SMALLEST, LARGEST)):
        owner = desk.add(TraderFactory())
        account = Account(owner.id, "fine", purse)
        desk.apply(Changes(balances=(BalanceChange(account, None, balance),)))
        assert desk.write(lambda unit, owner_id=owner.id: unit.book.lock_wallet(owner_id, "fine")).balances == {
            account: balance
        }
        (purses,) = desk.read(lambda unit, owner_id=owner.id: unit.readers.wallet(owner_id))
        assert (purses.currency, getattr(purses, purse.value)) == ("fine", balance)


@pytest.mark.parametrize("amount", [SMALLEST, LARGEST, Decimal(100000)])
def test_a_notice_of_each_kind_and_its_letter(desk: Desk, amount: Decimal) -> None:
    offer = write_offer(desk, full_offer(desk))
    taker = desk.traders[1]
    frame = {"message": UNICODE, "type": "any", "amount": amount, "offer_id": offer.id}
    facts = {"text": UNICODE, "empty": "", "number": 2**53 + 1, "yes": True, "no": False, "nothing": None}
    for number, kind in enumerate(NoticeKind, 1):
        about = About(offer.id, number) if number % 2 else None
        desk.apply(Changes(notices=(Notice(taker.id, kind, frame, facts, LATE, about),)))
        kept = desk.store.tail.after(taker.id, 0, 100)[-1]
        assert (kept.trader_id, kept.number, kept.kind, kept.created_at) == (taker.id, number, kind, LATE)
        assert (kept.frame, list(kept.frame)) == (frame, list(frame))
        assert isinstance(kept.frame["offer_id"], int)
        desk.clock.set(LATE)
        (letter,) = desk.store.outbox.claim(uuid4(), 60, 10)
        assert (letter.trader_id, letter.number, letter.kind, letter.created_at) == (taker.id, number, kind, LATE)
        assert (letter.facts, letter.recipient, letter.fullname) == (facts, taker.email, taker.fullname)
        assert letter.message_id == f"<notice.{number}.{taker.id}@desk.example>"


def test_a_letter_that_no_notice_is_behind(desk: Desk) -> None:
    trader, letter_id = desk.add(TraderFactory()), uuid4()
    facts = {"text": UNICODE, "number": 7, "nothing": None}
    kinds = list(NoticeKind)[:2]
    desk.clock.set(LATE)
    alone = tuple(
        LetterAlone(own_id, trader.id, kind, facts, LATE)
        for own_id, kind in zip((letter_id, uuid4()), kinds, strict=True)
    )
    desk.apply(Changes(letters=alone))
    assert desk.store.tail.after(trader.id, 0, 100) == []
    assert [(item.kind, item.created_at) for item in desk.store.outbox.waiting(10)] == [(kind, LATE) for kind in kinds]
    letters = desk.store.outbox.claim(uuid4(), 60, 10)
    assert [(letter.kind, letter.number, letter.facts, letter.created_at) for letter in letters] == [
        (kind, None, facts, LATE) for kind in kinds
    ]
    assert letters[0].message_id == f"<letter.{letter_id}@desk.example>"
    assert (letters[0].recipient, letters[0].fullname) == (trader.email, trader.fullname)
    with pytest.raises(ConcurrentChange):
        desk.apply(Changes(letters=alone[:1]))


def test_notices_of_several_traders_and_letters_at_once(desk: Desk) -> None:
    """Numbers are in the order of the notices for each, and only those that are mailed have letters."""
    one, other = (desk.add(TraderFactory()) for _ in range(2))
    told = [(one, True), (other, True), (one, False), (one, True)]
    notices = tuple(
        Notice(
            trader.id, NoticeKind.AUTO_REPLY, {"message": str(place)}, {}, NOON + timedelta(seconds=place), None, mailed
        )
        for place, (trader, mailed) in enumerate(told)
    )
    desk.apply(Changes(notices=notices))
    desk.clock.set(LATE)
    kept = [(row.number, row.frame["message"], row.created_at) for row in desk.store.tail.after(one.id, 0, 9)]
    assert kept == [(number, str(place), NOON + timedelta(seconds=place)) for number, place in ((1, 0), (2, 2), (3, 3))]
    letters = desk.store.outbox.claim(uuid4(), 60, 10)
    assert {(letter.trader_id, letter.number, letter.message_id) for letter in letters} == {
        (trader.id, number, f"<notice.{number}.{trader.id}@desk.example>")
        for trader, number in ((one, 1), (one, 3), (other, 1))
    }
