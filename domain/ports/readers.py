"""Reading without locks: what clients look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from ..model.ad import Ad, AdStatus
from ..model.bounds import takes_fiat, takes_something
from ..model.changes import StaffAct
from ..model.dispute import Dispute, DisputeKind
from ..model.facts import AnyFact
from ..model.feedback import Feedback
from ..model.ledger import Entry, Purse
from ..model.lifecycle import AdType, OfferState
from ..model.limits import TraderCounts
from ..model.money import Catalogue
from ..model.notices import NoticeKind, NumberedNotice
from ..model.offer import HistoryItem, Offer
from ..model.parties import Parties
from ..model.requirements import Taker
from ..model.trader import Profile

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list, and the cursor of the next part; None where there is none."""

    items: Sequence[Item]
    next: str | None = None


class BadCursor(ValueError):
    """The cursor was not made by this list."""


@dataclass(frozen=True, slots=True)
class AdView:
    """An ad and its maker, as others see them."""

    ad: Ad
    maker: Profile


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer with everything a party may see of it; ``feedback`` is what whoever asks has said of the other."""

    offer: Offer
    ad: Ad
    maker: Profile
    taker: Profile
    history: tuple[HistoryItem, ...] = ()
    dispute: Dispute | None = None
    feedback: Feedback | None = None

    @property
    def parties(self) -> Parties[Profile]:
        """Who is who to it."""
        return Parties(self.ad.ad_type, self.maker, self.taker)


@dataclass(frozen=True, slots=True)
class ToldLetter:
    """What became of the letter of a notice. ``state`` is queued, sending, parked or sent."""

    id: int
    state: str
    attempts: int
    sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told of an offer: in which notice of theirs, when, and by which letter, if by one.

    ``request_id`` is the request that caused it, where the store keeps that.
    """

    trader_id: UUID
    number: int
    kind: NoticeKind
    at: datetime
    letter: ToldLetter | None
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NumberedAct:
    """A line of the audit trail, and the number that the store gave it: rising, and with gaps."""

    id: int
    act: StaffAct


@dataclass(frozen=True, slots=True)
class Purses:
    """What a trader holds in one currency."""

    currency: str
    main: Decimal
    p2p: Decimal
    escrow: Decimal


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What to show of the board. ``amount`` is fiat that one offer must be able to be for; without one, any fiat.

    ``sort`` is ``newest``, ``price`` or ``-price``. ``mine`` shows this trader's own ads, ended ones too. Other ads are
    shown only where what they are about is ``traded`` here: on no other is an offer taken. ``status`` is the status on
    the day ``today``: a live ad past its end date counts as expired. ``client_reference`` is for one's own ads only.
    Whoever has blocked the ``viewer``, and whom the viewer has blocked, is left out. With
    ``takeable_by`` there are only ads of others that this one could take from.
    """

    today: date
    traded: Catalogue
    ad_type: AdType | None = None
    crypto_currency: str | None = None
    fiat_currency: str | None = None
    payment_method: str | None = None
    amount: Decimal | None = None
    sort: str = "newest"
    mine: UUID | None = None
    viewer: UUID | None = None
    takeable_by: Taker | None = None
    status: AdStatus | None = None
    client_reference: str | None = field(default=None, repr=False)

    def is_answered_by(self, ad: Ad) -> bool:
        """Whether what can be bought or sold on the ad is what is asked for; the other facts are not looked at."""
        if self.amount is not None:
            return takes_fiat(ad, self.amount)
        return self.mine is not None or takes_something(ad)


@dataclass(frozen=True, slots=True)
class TraderQuery:
    """Which traders to list: all, or those who are found by ``words`` (as ``asked_words`` reads them), or suspended."""

    words: tuple[str, ...] = ()
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class OfferQuery:
    """Which offers to list: a trader's, or with none everybody's.

    ``role`` is what the trader is to them: ``maker``, ``taker``, ``buyer`` or ``seller``. ``state`` is the state at the
    moment ``at``: a pending offer past its deadline counts as expired. With a ``client_reference`` they are those that
    the trader made and gave it to.
    """

    trader_id: UUID | None
    at: datetime
    role: str | None = None
    state: OfferState | None = None
    ad_id: int | None = None
    client_reference: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which of the journal entries that touch a trader to list: all, or those of a currency, a purse and some days.

    The days are in UTC and belong to the list both. An entry is of a purse if it touches that purse of the trader's.
    """

    trader_id: UUID
    crypto_currency: str | None = None
    purse: Purse | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def since(self) -> datetime | None:
        """The first moment of the first day."""
        return None if self.first_day is None else datetime.combine(self.first_day, time.min, UTC)

    @property
    def until(self) -> datetime | None:
        """The last moment of the last day."""
        return None if self.last_day is None else datetime.combine(self.last_day, time.max, UTC)


class Readers(Protocol):
    """Lists and details, as of the moment they are read. Nothing here waits for a writer.

    A cursor outlives the row that it was made behind: where that has left the list meanwhile, the list goes on with
    what comes after it. Nothing that stays on the list is shown twice or left out.
    """

    def ad(self, ad_id: int) -> AdView:
        """One ad. Raises ``AdNotFound``."""
        ...

    def board(self, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
        """Ads that take offers today (or one's own). Raises ``BadCursor``.

        A part may have fewer ads than the limit, or none, and another part behind it.
        """
        ...

    def offer(self, offer_id: int, reader: UUID | None = None) -> OfferView:
        """One offer with its history, and what the reader has said of the other party. Raises ``OfferNotFound``."""
        ...

    def offers(self, query: OfferQuery, cursor: str | None, limit: int) -> Page[OfferView]:
        """A trader's offers, or everybody's, newest first, without their histories. Raises ``BadCursor``.

        Each of a trader's has what they said of the other party.
        """
        ...

    def traders(self, query: TraderQuery, cursor: str | None, limit: int) -> Page[Profile]:
        """Who trades here: who joined last is first, and of those who joined at one moment the highest id.

        Raises ``BadCursor``.
        """
        ...

    def counts(self, trader_id: UUID, at: datetime) -> TraderCounts:
        """What a trader has under way at this moment, and how offers of theirs came to nothing lately."""
        ...

    def wallet(self, trader_id: UUID) -> Sequence[Purses]:
        """What a trader holds, by currency code; only currencies that they ever had an account in."""
        ...

    def entries(self, query: EntryQuery, cursor: str | None, limit: int) -> Page[Entry]:
        """The journal entries that touch a trader, newest first, each whole. Raises ``BadCursor``."""
        ...

    def told_of_offer(self, offer_id: int) -> Sequence[Told]:
        """Who was told what of an offer, in the order of its versions, and of traders and their numbers in each."""
        ...

    def entries_of_offer(self, offer_id: int) -> Sequence[Entry]:
        """What moved for an offer by itself, in the order of the journal; what its ad had locked is the ad's."""
        ...

    def notices(self, trader_id: UUID, since: int, limit: int) -> Sequence[NumberedNotice]:
        """A trader's notices after number ``since``, in order, at most ``limit``."""
        ...

    def disputes(
        self, cursor: str | None, limit: int, *, handled_by: UUID | None = None, kind: DisputeKind | None = None
    ) -> Page[OfferView]:
        """Offers in dispute, oldest dispute first; all, or those that somebody looks at, or of a kind.

        Raises ``BadCursor``.
        """
        ...

    def facts(self, kind: type[AnyFact], key: tuple[object, ...], limit: int) -> Sequence[AnyFact]:
        """The facts of a kind whose key begins with these values, in the order of their keys.

        Those that the store numbers come in the order in which they were written, and have no key to ask by.
        """
        ...

    def staff_acts(self, cursor: str | None, limit: int) -> Page[NumberedAct]:
        """The audit trail, newest first: every act of staff and of the operator that was ever kept.

        Raises ``BadCursor``.
        """
        ...

    def has_act(self, by: UUID, act: str, subject: str, since: datetime) -> bool:
        """Whether somebody of the staff has a line of the audit trail of an act and a subject, from a moment on."""
        ...

    def due_offers(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of unpaid offers whose deadline has come, the longest overdue first."""
        ...

    def due_escalations(self, paid_before: datetime, limit: int) -> Sequence[int]:
        """Ids of offers that have been paid since this moment or longer, the longest first.

        An offer that came back from a dispute has been paid since that was withdrawn.
        """
        ...

    def disputes_to_tell(self, limit: int) -> Sequence[int]:
        """Ids of the offers in dispute of which nobody of the staff was told, the longest first."""
        ...

    def staff_to_tell(self, offer_id: int) -> Sequence[UUID]:
        """Who of the staff was not told that this offer is in dispute: no parties of it, and nobody suspended."""
        ...

    def ads_to_end(self, limit: int) -> Sequence[int]:
        """Ids of the live ads of those whose trades staff want ended."""
        ...

    def offers_to_end(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of the paid offers, and of the pending ones in time, that such a trader is a party to."""
        ...

    def due_ads(self, today: date, limit: int) -> Sequence[int]:
        """Ids of live ads whose end date is over."""
        ...
