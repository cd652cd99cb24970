"""Every letter with sample data, so that one can see what traders are sent without making offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from domain.model.account_letters import ACCOUNT_LETTERS
from domain.model.ad import Ad, AdStatus, Closure
from domain.model.bank import BankDetails, PayTo
from domain.model.chat import MAIL_AFTER, Chat, Member
from domain.model.dispute import Dispute, DisputeKind, Ruling
from domain.model.events import Event
from domain.model.lifecycle import MOVES, AdType, EventKind, OfferState
from domain.model.locked_chat import LockedChat
from domain.model.message_ids import of_letter_alone, of_notice
from domain.model.money import Currency
from domain.model.offer import Offer
from domain.model.telling import notices_for
from domain.model.trader import Trader
from domain.ports.delivery import Letter

from .writing import Writer

_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_JUDE = Trader(UUID(int=1), "jude@example.com", "Jude Okafor", _NOW, _NOW)
_AMARA = Trader(UUID(int=2), "amara@example.com", "Amara Nwosu", _NOW, _NOW)
_STAFF = UUID(int=3)

_STATES = {EventKind.MADE: OfferState.PENDING} | {
    move.event: move.to for move in MOVES.values() if move.event is not EventKind.DISPUTE_RESOLVED
}
"""Where an offer stands once something has happened to it; how a dispute was resolved is told case by case."""


def write_previews(folder: Path) -> list[Path]:
    """Write every letter, as text and as HTML, for both types of ad, into a folder; tell the files."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer()
    paths = []
    for name, letter in sample_letters():
        written = writer.write(letter)
        for ending, content in (("txt", f"Subject: {written.subject}\n\n{written.text}"), ("html", written.html)):
            path = folder / f"{name}.{ending}"
            path.write_text(content, encoding="utf-8")
            paths.append(path)
    return paths


def sample_letters() -> Iterator[tuple[str, Letter]]:
    """Every letter that is ever mailed, with a name of its own."""
    for ad_type in AdType:
        ad = _ad(ad_type)
        ended = replace(ad, status=AdStatus.CLOSED)
        for kind, state in _STATES.items():
            yield from _letters(kind, state, ad)
        for kind in (EventKind.CANCELLED, EventKind.EXPIRED):
            yield from _letters(kind, _STATES[kind], ended, suffix="-ad-ended", closure=Closure.CLOSED)
        for closure in (Closure.PAUSED, Closure.MAKER_RESTRICTED, Closure.NOT_TRADED):
            suffix = f"-ad-{closure.value.replace('_', '-')}"
            yield from _letters(EventKind.CANCELLED, OfferState.CANCELLED, ad, suffix=suffix, closure=closure)
        yield from _letters(EventKind.DISPUTE_OPENED, OfferState.DISPUTED, ad, "nobody", suffix="-by-desk")
        yield from _letters(EventKind.DISPUTE_RESOLVED, OfferState.COMPLETED, ad, "buyer", suffix="-for-buyer")
        yield from _letters(EventKind.DISPUTE_RESOLVED, OfferState.CANCELLED, ad, "seller", suffix="-for-seller")
        yield from _letters(EventKind.DISPUTE_RESOLVED, OfferState.COMPLETED, ad, "split", suffix="-split")
        yield from _unread(ad)
    yield from _about_accounts()
    without_account = replace(_ad(AdType.SELL), bank=BankDetails())
    for kind in (EventKind.MADE, EventKind.PAYMENT_INDICATED):
        yield from _letters(kind, _STATES[kind], without_account, suffix="-no-account")


def _about_accounts() -> Iterator[tuple[str, Letter]]:
    for number, (kind, row) in enumerate(ACCOUNT_LETTERS.items(), start=1):
        message_id = of_letter_alone(UUID(int=number), "example.com")
        letter = Letter(number, _JUDE.id, None, kind, _JUDE.email, _JUDE.fullname, message_id, row.sample, _NOW, 1)
        yield kind.value, letter


def _letters(
    kind: EventKind,
    state: OfferState,
    ad: Ad,
    in_favour_of: str | None = None,
    suffix: str = "",
    closure: Closure | None = None,
) -> Iterator[tuple[str, Letter]]:
    """What one event mails. Where both parties are told, the maker's letter says so in its name."""
    event = Event(kind, 12, 2, state, _NOW, _AMARA.id)
    of_disputes = (EventKind.DISPUTE_OPENED, EventKind.DISPUTE_RESOLVED, EventKind.DISPUTE_WITHDRAWN)
    dispute = _dispute(in_favour_of) if kind in of_disputes else None
    notices = notices_for(event, _offer(ad, state), ad, _JUDE, _AMARA, dispute, closure)
    mailed = [notice for notice in notices if notice.is_mailed]
    are_two = len(mailed) > len({notice.kind for notice in mailed})
    for number, notice in enumerate(mailed, start=1):
        reader = _JUDE if notice.trader_id == _JUDE.id else _AMARA
        message_id = of_notice(number, reader.id, "example.com")
        letter = Letter(
            number, reader.id, number, notice.kind, reader.email, reader.fullname, message_id, notice.facts, _NOW, 1
        )
        reader_suffix = "-to-maker" if are_two and reader is _JUDE else ""
        yield f"{ad.ad_type.value}-ad-{notice.kind.value}{suffix}{reader_suffix}", letter


def _unread(ad: Ad) -> Iterator[tuple[str, Letter]]:
    """What is mailed about a chat, to each party."""
    offer = _offer(ad, OfferState.PAID)
    for number, (reader, suffix) in enumerate(((_JUDE, "-to-maker"), (_AMARA, "")), start=1):
        unread = Chat(offer.id, 1).having(Member(reader.id).told(1, _NOW - MAIL_AFTER))
        asked = LockedChat(unread, offer, ad, _JUDE, _AMARA, reader, _NOW)
        (alone,) = asked.mail_unread(UUID(int=number), _NOW).letters
        message_id = of_letter_alone(alone.id, "example.com")
        letter = Letter(
            number, reader.id, None, alone.kind, reader.email, reader.fullname, message_id, alone.facts, _NOW, 1
        )
        yield f"{ad.ad_type.value}-ad-{alone.kind.value}{suffix}", letter


def _dispute(in_favour_of: str | None) -> Dispute:
    if in_favour_of == "nobody":
        reason = "The seller has not answered for 24 hours; staff will look at it."
        return Dispute(12, 3, DisputeKind.NO_ANSWER, None, reason, _NOW)
    reason = "The money is on its way since yesterday,\nand nobody answers."
    opened = Dispute(12, 3, DisputeKind.CRYPTO_NOT_RELEASED, _AMARA.id, reason, _NOW)
    if in_favour_of is None:
        return opened
    note, part = "The statement shows the transfer.", Decimal(4) if in_favour_of == "split" else None
    return opened.ended(_STAFF, _NOW, Ruling(in_favour_of, note, part))


def _ad(ad_type: AdType) -> Ad:
    return Ad(
        id=3,
        maker_id=_JUDE.id,
        ad_type=ad_type,
        crypto=Currency("trx", 6),
        fiat=Currency("usd", 2),
        payment_method="bank_transfer",
        price_per_unit=Decimal("200.00"),
        crypto_amount=Decimal(100),
        min_limit=Decimal("0.01"),
        max_limit=Decimal("20000.00"),
        start_date=date(2026, 3, 1),
        end_date=None,
        time_to_pay=30,
        auto_reply_message="Hello, and thank you.\n\nPlease pay within the window, and use no other account.",
        terms_of_trade="",
        additional_information="",
        bank=BankDetails("Jude Okafor", "9876543210", "Second Bank") if ad_type is AdType.SELL else BankDetails(),
        payment_details="",
        created_at=_NOW,
        available=Decimal(90),
        reserved=Decimal(10),
    )


def _offer(ad: Ad, state: OfferState) -> Offer:
    account = BankDetails("Amara Nwosu", "0123456789", "First Bank")
    return Offer(
        id=12,
        ad_id=3,
        taker_id=_AMARA.id,
        currency_amount=Decimal(10),
        fiat_amount=Decimal("2000.00"),
        bank=account,
        created_at=_NOW,
        deadline=_NOW + timedelta(minutes=30),
        price_per_unit=ad.price_per_unit,
        payment_method=ad.payment_method,
        pay_to=PayTo(ad.bank if ad.ad_type is AdType.SELL else account, ""),
        state=state,
    )
