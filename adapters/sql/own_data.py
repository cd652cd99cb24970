"""All that is kept about one trader, on a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound
from domain.model.ad import LIVE_STATUSES
from domain.model.chat import Message
from domain.model.dispute import Dispute
from domain.model.erasure import Holdings, erased, facts_without, frame_without
from domain.model.facts import fact_of
from domain.model.feedback import Feedback
from domain.model.frames import frame_text, parse_frame
from domain.model.lifecycle import LIVE_STATES
from domain.model.notices import letter_kind
from domain.model.searching import words_of
from domain.model.trader import Trader
from domain.ports.keys import ApiKey
from domain.ports.logins import Login
from domain.ports.own_data import KeptDispute, KeptLetter, UsedAddress

from .claiming import IS_NO_CODE, IS_UNSENT
from .keys import key_of
from .locked_traders import lock_trader
from .schema.tables import (
    accounts,
    ads,
    api_keys,
    blocks,
    chat_members,
    chat_messages,
    disputes,
    feedback,
    idempotency_keys,
    known_addresses,
    letters,
    logins,
    mail_codes,
    notices,
    offers,
    saved_payment_methods,
    second_factors,
    staff_mails,
    tickets,
    trader_words,
    traders,
    webhooks,
)
from .schema.types import BIG, Id, Moment, word
from .traders import email_key

_OWN_ALONE = (
    webhooks, mail_codes, idempotency_keys, saved_payment_methods, second_factors, known_addresses, staff_mails,
)  # fmt: skip
"""Tables whose rows are of nobody else's concern: they go with their trader."""
_LIVE_OFFERS = offers.c.state.in_([state.value for state in sorted(LIVE_STATES)])
_LIVE_ADS = ads.c.status.in_([status.value for status in sorted(LIVE_STATUSES)])
_NO_BANK = {"bank_account_name": "", "bank_account_number": "", "bank_name": ""}
_NO_TEXTS = {"auto_reply_message": "", "terms_of_trade": "", "additional_information": "", "payment_details": ""}
_TRADERS_A_QUERY = 500
_THIS = and_(
    notices.c.trader_id == bindparam("of_trader", type_=Id), notices.c.number == bindparam("of_number", type_=BIG)
)


class SqlOwnData:
    """The port ``OwnData``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_postgresql = connection.dialect.name == "postgresql"

    def logins(self, trader_id: UUID) -> Sequence[Login]:
        """All that are kept; behind a key of a program stands one, too."""
        is_key = exists().where(api_keys.c.id == logins.c.id)
        own = select(logins).where(logins.c.trader_id == trader_id, ~is_key).order_by(logins.c.created_at, logins.c.id)
        found = self._connection.execute(own).mappings()
        return [Login(**{column.name: row[column.name] for column in logins.c}) for row in found]

    def addresses(self, trader_id: UUID) -> Sequence[UsedAddress]:
        """From where the account was used."""
        known = select(known_addresses.c.address, known_addresses.c.used_at)
        found = self._connection.execute(known.where(known_addresses.c.trader_id == trader_id))
        # Sorted here: each engine has an order of texts of its own.
        return sorted((UsedAddress(*row) for row in found), key=lambda used: used.address)

    def keys(self, trader_id: UUID) -> Sequence[ApiKey]:
        """All keys of programs."""
        own = select(api_keys).where(api_keys.c.trader_id == trader_id).order_by(api_keys.c.created_at, api_keys.c.id)
        return [key_of(row) for row in self._connection.execute(own).mappings()]

    def messages(self, trader_id: UUID) -> Sequence[Message]:
        """What the trader wrote in chats, which is in those that they are in."""
        chats_of = select(chat_members.c.offer_id).where(chat_members.c.trader_id == trader_id)
        own = select(chat_messages).where(chat_messages.c.offer_id.in_(chats_of), chat_messages.c.by == trader_id)
        found = self._connection.execute(own.order_by(chat_messages.c.offer_id, chat_messages.c.number)).mappings()
        return [fact_of(Message, dict(row), {}) for row in found]

    def disputes(self, trader_id: UUID) -> Sequence[KeptDispute]:
        """The disputes on the trader's offers."""
        own = select(disputes).where(disputes.c.offer_id.in_(_offers_of(trader_id)))
        found = self._connection.execute(own.order_by(disputes.c.offer_id, disputes.c.version)).mappings()
        return [KeptDispute.of(fact_of(Dispute, dict(row), {})) for row in found]

    def feedback_by(self, trader_id: UUID) -> Sequence[Feedback]:
        """What the trader said of others, which is about their offers."""
        own = select(feedback).where(feedback.c.offer_id.in_(_offers_of(trader_id)), feedback.c.by == trader_id)
        found = self._connection.execute(own.order_by(feedback.c.offer_id)).mappings()
        return [fact_of(Feedback, dict(row), {}) for row in found]

    def feedback_about(self, trader_id: UUID) -> Sequence[Feedback]:
        """What others said of the trader."""
        about = select(feedback).where(feedback.c.whom == trader_id).order_by(feedback.c.offer_id)
        return [fact_of(Feedback, dict(row), {}) for row in self._connection.execute(about).mappings()]

    def letters(self, trader_id: UUID) -> Sequence[KeptLetter]:
        """The letters to the trader."""
        is_its_notice = and_(notices.c.trader_id == letters.c.trader_id, notices.c.number == letters.c.number)
        told = [func.coalesce(letters.c[name], notices.c[name]).label(name) for name in ("kind", "created_at")]
        own = select(*told, letters.c.state).outerjoin(notices, is_its_notice).where(letters.c.trader_id == trader_id)
        found = self._connection.execute(own.order_by(letters.c.id))
        return [KeptLetter(letter_kind(row.kind), row.created_at, row.state) for row in found]

    def letters_lately(self, trader_id: UUID, since: datetime, limit: int) -> Sequence[datetime]:
        """When letters were sent to the trader.

        Their letters are locked and then their row, in the order of whoever claims letters, who would else be waited
        for by whom they wait for.
        """
        unsent = select(letters.c.id).where(letters.c.trader_id == trader_id, IS_UNSENT)
        self._connection.execute(unsent.order_by(letters.c.id).with_for_update(key_share=True)).all()
        lock_trader(self._connection, trader_id)
        is_being_sent = letters.c.state == word("sending")
        moment = func.coalesce(letters.c.sent_at, letters.c.next_attempt_at, type_=Moment)
        own = select(moment).where(letters.c.trader_id == trader_id, IS_NO_CODE)
        lately = own.where(or_(is_being_sent, letters.c.sent_at > since))
        return self._connection.execute(lately.order_by(moment.desc()).limit(limit)).scalars().all()

    def lock_holdings(self, trader_id: UUID, at: datetime) -> Holdings:  # noqa: ARG002 (what is there counts)
        """What the trader holds and has under way, in their own place: see the migration ``deleted_traders``."""
        if self._on_postgresql:
            # A statement of its own: one that waited would still see what was there before.
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(trader_id), 0))))
        is_there = exists().where(traders.c.id == trader_id, traders.c.deleted_at.is_(None))
        if not self._connection.execute(select(is_there)).scalar_one():
            raise TraderNotFound()
        has_coins = exists().where(accounts.c.owner == trader_id, accounts.c.balance > Decimal(0))
        live_ads = select(func.count()).select_from(ads).where(ads.c.maker_id == trader_id, _LIVE_ADS)
        live_offers = (
            select(func.count()).select_from(offers).where(offers.c.id.in_(_offers_of(trader_id)), _LIVE_OFFERS)
        )
        asked = select(has_coins, live_ads.scalar_subquery(), live_offers.scalar_subquery())
        coins, of_ads, of_offers = self._connection.execute(asked).one()
        return Holdings(bool(coins), of_ads, of_offers)

    def erase(self, trader: Trader, at: datetime) -> None:
        """Keep nothing of the person."""
        others = [*self._connection.execute(_others_of(trader.id)).scalars(), trader.id]
        self._erase_trader(trader, at)
        self._erase_access(trader.id, at)
        self._erase_trades(trader.id)
        self._erase_letters(trader.id, at)
        for start in range(0, len(others), _TRADERS_A_QUERY):
            self._erase_told(trader, others[start : start + _TRADERS_A_QUERY])

    def _erase_trader(self, trader: Trader, at: datetime) -> None:
        left = erased(trader, at)
        values = {column.name: getattr(left, column.name) for column in traders.c if hasattr(left, column.name)}
        values |= {"email_key": email_key(left.email), "password_hash": "", "deleted_at": at}
        self._connection.execute(update(traders).where(traders.c.id == trader.id).values(values))
        self._connection.execute(delete(trader_words).where(trader_words.c.trader_id == trader.id))
        words = [{"word": word, "trader_id": trader.id} for word in sorted(words_of(left))]
        self._connection.execute(insert(trader_words), words)

    def _erase_access(self, trader_id: UUID, at: datetime) -> None:
        of_trader = logins.c.trader_id == trader_id
        its_logins = select(logins.c.id).where(of_trader)
        ended_at = func.coalesce(logins.c.ended_at, literal(at, Moment))
        for statement in (
            update(logins).where(of_trader).values(ended_at=ended_at, address="", client=""),
            delete(tickets).where(tickets.c.login_id.in_(its_logins)),
            update(api_keys).where(api_keys.c.trader_id == trader_id).values(name=""),
            *(delete(table).where(table.c.trader_id == trader_id) for table in _OWN_ALONE),
            delete(blocks).where(or_(blocks.c.by == trader_id, blocks.c.whom == trader_id)),
        ):
            self._connection.execute(statement)

    def _erase_trades(self, trader_id: UUID) -> None:
        """The accounts and texts that the trader gave; what an offer keeps of an account of theirs, too."""
        no_pay_to = dict.fromkeys(
            ("pay_to_account_name", "pay_to_account_number", "pay_to_bank_name", "pay_to_details"), ""
        )
        sells_by_ad = select(ads.c.id).where(ads.c.maker_id == trader_id, ads.c.ad_type == "sell")
        is_buy_ad = exists().where(ads.c.id == offers.c.ad_id, ads.c.ad_type == "buy")
        is_taker = offers.c.taker_id == trader_id
        is_seller = or_(offers.c.ad_id.in_(sells_by_ad), and_(is_taker, is_buy_ad))
        for statement in (
            update(ads).where(ads.c.maker_id == trader_id).values(**_NO_BANK, **_NO_TEXTS, client_reference=None),
            update(offers).where(is_taker).values(**_NO_BANK, payment_details="", client_reference=None),
            update(offers).where(is_seller, offers.c.price_per_unit.is_not(None)).values(**no_pay_to),
            update(chat_members).where(chat_members.c.trader_id == trader_id).values(mail_due_at=None),
        ):
            self._connection.execute(statement)

    def _erase_letters(self, trader_id: UUID, at: datetime) -> None:
        """Letters to the trader that were not sent go nowhere."""
        own = letters.c.trader_id == trader_id
        is_unsent = letters.c.state != "sent"
        sent = {"state": "sent", "sent_at": at, "claim": None, "last_error": None}
        self._connection.execute(update(letters).where(own, is_unsent).values(**sent))
        self._connection.execute(update(letters).where(own, letters.c.facts.is_not(None)).values(facts="{}"))
        self._connection.execute(update(notices).where(notices.c.trader_id == trader_id).values(facts="{}"))

    def _erase_told(self, trader: Trader, whom: Sequence[UUID]) -> None:
        """What these were told loses the name; what only letters say is forgotten but for those that are to be sent."""
        spelled = json.dumps(trader.fullname)[1:-1]
        has_it = func.strpos if self._on_postgresql else func.instr
        told = select(notices).where(
            notices.c.trader_id.in_(whom),
            or_(has_it(notices.c.frame, spelled) > 0, has_it(notices.c.facts, spelled) > 0),
        )
        waits = exists().where(
            letters.c.trader_id == notices.c.trader_id, letters.c.number == notices.c.number, letters.c.state != "sent"
        )
        rows = self._connection.execute(told.add_columns(waits.label("waits"))).mappings().all()
        changed = [_without_name(row, trader.fullname) for row in rows]
        if changed:
            values: dict[str, Any] = {"frame": bindparam("new_frame"), "facts": bindparam("new_facts")}
            self._connection.execute(update(notices).where(_THIS).values(**values), changed)


def _without_name(row: Any, fullname: str) -> dict[str, Any]:
    facts = facts_without(json.loads(row["facts"]), fullname) if row["waits"] else {}
    return {
        "of_trader": row["trader_id"],
        "of_number": row["number"],
        "new_frame": frame_text(frame_without(parse_frame(row["frame"]), fullname)),
        "new_facts": json.dumps(facts),
    }


def _offers_of(trader_id: UUID) -> Any:
    """The offers that a trader is a party to."""
    own_ads = select(ads.c.id).where(ads.c.maker_id == trader_id)
    return union(
        select(offers.c.id).where(offers.c.taker_id == trader_id),
        select(offers.c.id).where(offers.c.ad_id.in_(own_ads)),
    )


def _others_of(trader_id: UUID) -> Any:
    """Who may have been told of a trader: the parties of their offers, and whoever is in the chats of these."""
    its_offers = _offers_of(trader_id)
    is_another: ColumnElement[bool] = literal(trader_id, Id) != offers.c.taker_id
    return union(
        select(offers.c.taker_id).where(offers.c.id.in_(its_offers), is_another),
        select(ads.c.maker_id)
        .join(offers, offers.c.ad_id == ads.c.id)
        .where(offers.c.taker_id == trader_id, ads.c.maker_id != trader_id),
        select(chat_members.c.trader_id).where(
            chat_members.c.offer_id.in_(its_offers), chat_members.c.trader_id != trader_id
        ),
    )
