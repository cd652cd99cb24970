"""An offer as one caller sees it now: what they may do, where the buyer pays, and what happens by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain.model.accounts_seen import accounts_seen
from domain.model.ad import Ad
from domain.model.bank import PayTo
from domain.model.chat import Message
from domain.model.days import day_of
from domain.model.dispute import Dispute
from domain.model.feedback import Feedback
from domain.model.ledger import Entry, Posting
from domain.model.lifecycle import MOVES, RESOLUTIONS, Action, Move, Moves, Role, allowed_actions
from domain.model.locked_offer import disputable_from
from domain.model.money import amount_text, money_text
from domain.model.notices import NoticeKind
from domain.model.offer import HistoryItem, Offer
from domain.model.parties import Actor, Parties
from domain.model.track_record import PublicRecord, Stats
from domain.model.trader import Profile, Ratings, Trader
from domain.model.webhooks import Webhook
from domain.ports.keys import ApiKey, Scope
from domain.ports.logins import Login
from domain.ports.readers import AdView, OfferView, Purses

from .wording import moment_text

# Every sentence here is made of the offer, its ad and the reader as they are, and points at nothing that is not there.
MARK_FIRST = "Mark the offer as paid first, and send the money then: until it is marked, the seller can cancel."
AT_OWN_RISK = "The buyer has not said that the money was sent: do it at your own risk."
FEE = "The desk takes {} % of what reaches the buyer as its fee."

ASK_FIRST = (
    "The seller has given no account to pay to yet: ask for one in the chat, and pay nothing before you have it."
)
NONE_GIVEN = "You have given no account to be paid on: the buyer is told to pay nothing before there is one."
NONE_THERE = "No account to pay to was given yet: the buyer is told to pay nothing before there is one."


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """One thing that the caller may do now."""

    action: str
    method: str
    path: str
    effect: str


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer with its parties by what they do; the rest is for details only.

    ``client_reference`` is there for the taker's own eyes.
    """

    offer: Offer
    ad: Ad
    buyer: Profile
    seller: Profile
    dispute: Dispute | None = None
    my_feedback: Feedback | None = None
    history: tuple[HistoryItem, ...] = ()
    pay_to: PayTo | None = None
    allowed_actions: tuple[AllowedAction, ...] = ()
    at_deadline: str | None = None
    client_reference: str | None = field(default=None, repr=False)

    @property
    def _part(self) -> Decimal | None:
        return self.dispute.buyer_amount if self.dispute else None

    @property
    def fee_amount(self) -> Decimal:
        """What the desk takes of what reaches the buyer."""
        return self.offer.fee(self.ad.crypto, self._part)

    @property
    def buyer_receives(self) -> Decimal:
        """What the buyer gets, if the offer is completed."""
        return self.offer.received(self.ad.crypto, self._part)


@dataclass(frozen=True, slots=True)
class ShownLogin:
    """A login as its trader sees it; ``is_current`` says that it is the one that asks."""

    login: Login
    is_current: bool


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry of the journal without the accounts of others."""

    entry: Entry
    owner: UUID

    @property
    def postings(self) -> list[Posting]:
        """What happened to the owner's wallets."""
        return [posting for posting in self.entry.postings if posting.account.owner == self.owner]

    @property
    def crypto_currency(self) -> str:
        """The currency of them all."""
        return self.postings[0].account.currency


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a message."""

    id: UUID
    fullname: str


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """A file of a chat, and where it is fetched."""

    name: str
    content_type: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message of a chat as its readers see it."""

    message: Message
    fullname: str

    @property
    def by(self) -> Writer:
        """Who wrote it."""
        return Writer(self.message.by, self.fullname)

    @property
    def attachment(self) -> ShownAttachment | None:
        """The file, where it is one."""
        message, found = self.message, self.message.attachment
        if found is None:
            return None
        path = f"/p2p/offer/attachment/{message.offer_id}/{message.number}"
        return ShownAttachment(found.name, found.content_type, found.size, path)


@dataclass(frozen=True, slots=True)
class ShownAd:
    """An ad with its maker, what the desk takes of new offers on it, and whether its price can be relied on now.

    ``client_reference`` is there for the maker's own eyes.
    """

    ad: Ad
    maker: Profile
    fee_percent: str
    price_known: bool = True
    client_reference: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TraderFile:
    """A trader with all that staff look at."""

    profile: PublicRecord
    balances: tuple[Purses, ...]
    restrictions: tuple[str, ...]
    live_ads: tuple[ShownAd, ...]
    live_offers: tuple[ShownOffer, ...]

    @property
    def trader(self) -> Trader:
        """Who it is."""
        return self.profile.trader

    @property
    def ratings(self) -> Ratings:
        """What others said of them."""
        return self.profile.ratings

    @property
    def has_p2p(self) -> bool:
        """Whether their p2p wallet was ever used."""
        return self.profile.has_p2p

    @property
    def stats(self) -> Stats:
        """What their past offers say of them."""
        return self.profile.stats


@dataclass(frozen=True, slots=True)
class ShownWebhook:
    """A webhook; ``secret`` is there in the one answer that tells it."""

    webhook: Webhook
    secret: str | None = field(default=None, repr=False)

    @property
    def types(self) -> list[str]:
        """In the order in which the document names them; none where it is for all."""
        return [kind.value for kind in NoticeKind if kind in self.webhook.types]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """The key of a program; ``text`` is there in the one answer that tells it."""

    key: ApiKey
    text: str | None = field(default=None, repr=False)

    @property
    def scopes(self) -> list[str]:
        """In the order in which the document names them."""
        return [scope.value for scope in Scope if scope in self.key.scopes]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the caller is to the offer, and whether its seller could cancel it now, which a buyer is to know.

    ``opened_it`` says that the dispute is theirs, ``waits`` what they may not do, or only later.
    """

    roles: frozenset[Role]
    seller_can_cancel: bool
    opened_it: bool = False
    waits: frozenset[Action] = frozenset()


def advertised(views: Iterable[AdView], at: datetime, reader: UUID, fee_percent: Decimal) -> list[ShownAd]:
    """Ads at this moment, as somebody is to see them: only its maker sees what they know one by."""
    today, fee = day_of(at), amount_text(fee_percent)
    shown = []
    for view in views:
        ad = view.ad.as_of(today)
        reference = ad.client_reference if ad.maker_id == reader else None
        shown.append(ShownAd(ad, view.maker, fee, ad.is_price_known(at), reference))
    return shown


def listed(view: OfferView, at: datetime, reader: UUID | None = None) -> ShownOffer:
    """An offer as an item of a list. Past its deadline it has expired, though nobody swept it yet.

    Only its taker sees what they know it by, and only whoever gave it feedback that.
    """
    offer, state, parties = view.offer, view.offer.state_at(at), view.parties
    reference = offer.client_reference if reader == offer.taker_id else None
    shown = offer if state is offer.state else replace(offer, state=state)
    given = view.feedback if view.feedback is not None and view.feedback.by == reader else None
    return ShownOffer(shown, view.ad, parties.buyer, parties.seller, view.dispute, given, client_reference=reference)


def detailed(
    view: OfferView,
    caller: Trader,
    at: datetime,
    moves: Moves = MOVES,
    *,
    dispute_after: timedelta = timedelta(0),
    is_apart: bool = False,
) -> ShownOffer:
    """An offer with all that a party, or staff, may see of it; what they may do is told from the lifecycle.

    A dispute can be opened ``dispute_after`` the payment at the earliest. Whoever ``is_apart`` is kept from one of the
    parties, and judges nothing between them.
    """
    actor, parties = Actor.of(caller), view.parties
    seen = accounts_seen(parties, view.offer, view.dispute, actor, at)
    shown = replace(listed(view, at, caller.id), ad=view.ad.as_of(day_of(at)), history=view.history)
    sellers = allowed_actions(shown.offer.state, parties.roles_of(Actor(parties.seller.id)), moves)
    opened_it = view.dispute is not None and view.dispute.opened_by == caller.id
    possible_from = disputable_from(view.offer, dispute_after)
    waits = frozenset({Action.OPEN_DISPUTE}) if possible_from is not None and at < possible_from else frozenset()
    waits |= frozenset(RESOLUTIONS.values()) if is_apart else frozenset()
    reader = _Reader(parties.roles_of(actor), Action.CANCEL in sellers, opened_it, waits)
    return replace(
        shown,
        offer=replace(shown.offer, bank=seen.bank),
        pay_to=_pay_to(shown, reader) if seen.pay_to is not None else None,
        allowed_actions=_allowed(shown, reader, moves),
        at_deadline=_at_deadline(shown, reader, moves),
    )


def _pay_to(shown: ShownOffer, reader: _Reader) -> PayTo:
    """Where to pay, which was said. A buyer who could still be cancelled on is told what to do first."""
    found = shown.offer.pay_to
    if not found.is_enough or not reader.seller_can_cancel or Role.BUYER not in reader.roles:
        return found
    return replace(found, payment_details=f"{found.payment_details}\n\n{MARK_FIRST}".strip())


def _without_account(shown: ShownOffer, reader: _Reader) -> str:
    """What the reader is told where nobody has said where to pay, behind a space; nothing where somebody has."""
    if shown.offer.pay_to.is_enough:
        return ""
    if Role.BUYER in reader.roles:
        return f" {ASK_FIRST}"
    return f" {NONE_GIVEN}" if Role.SELLER in reader.roles else f" {NONE_THERE}"


def _returns_to(ad: Ad, reader: _Reader) -> str:
    """Where the crypto of an offer that comes to nothing goes, in the words of the reader."""
    if ad.takes_back:
        return "the ad"
    return "your p2p wallet" if Role.SELLER in reader.roles else "the seller's p2p wallet"


def _allowed(shown: ShownOffer, reader: _Reader, moves: Moves) -> tuple[AllowedAction, ...]:
    actions = allowed_actions(shown.offer.state, reader.roles, moves, is_opener=reader.opened_it)
    # The ways to resolve a dispute are one call with as many choices.
    found = {_path(action, shown.offer.id): action for action in reversed(actions) if action not in reader.waits}
    return tuple(
        AllowedAction(_word(action), "POST", path, _effect(moves[shown.offer.state, action], shown, reader))
        for path, action in reversed(found.items())
    )


def _word(action: Action) -> str:
    return "resolve" if action in RESOLUTIONS.values() else action.value


def _path(action: Action, offer_id: int) -> str:
    if action in RESOLUTIONS.values():
        return f"/admin/dispute/resolve/{offer_id}/"
    word = "dispute/withdraw" if action is Action.WITHDRAW_DISPUTE else action.value
    return f"/p2p/offer/{word}/{offer_id}/"


def effect_of(action: Action, offer: Offer, ad: Ad, parties: Parties[Trader], actor: Actor, at: datetime) -> str:
    """What comes of a move that somebody is about to make, in the words in which the offer's detail offers it."""
    state = offer.state_at(at)
    buyer, seller = (Profile(party) for party in (parties.buyer, parties.seller))
    shown = ShownOffer(replace(offer, state=state), ad.as_of(day_of(at)), buyer, seller)
    sellers = allowed_actions(state, parties.roles_of(Actor(seller.id)))
    return _effect(MOVES[state, action], shown, _Reader(parties.roles_of(actor), Action.CANCEL in sellers))


def _effect(move: Move, shown: ShownOffer, reader: _Reader) -> str:
    """What comes of a move, in the table's words; what these leave open is filled in here, each part of it."""
    offer, ad = shown.offer, shown.ad
    without_account = _without_account(shown, reader)
    first = f" {MARK_FIRST}" if reader.seller_can_cancel else ""
    return move.effect.format(
        amount=money_text(offer.currency_amount, ad.crypto.code),
        back=_returns_to(ad, reader),
        deadline=moment_text(offer.deadline),
        fee=f" {FEE.format(amount_text(offer.fee_percent))}" if offer.fee_percent else "",
        first=without_account or first,
        risk="" if offer.has_indicated_paid else f" {AT_OWN_RISK}",
        without_account=without_account,
    )


def _at_deadline(shown: ShownOffer, reader: _Reader, moves: Moves) -> str | None:
    """What the desk does by itself when the time to pay is over; nothing but for a pending offer."""
    expiry = moves.get((shown.offer.state, Action.EXPIRE))
    if expiry is None:
        return None
    # An ad whose last day is over by then has ended by itself, and takes nothing back.
    then = replace(shown, ad=shown.ad.as_of(day_of(shown.offer.deadline)))
    return _effect(expiry, then, reader)
