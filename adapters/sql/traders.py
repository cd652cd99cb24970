"""Who trades here, on a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.errors import FieldProblem, InvalidFields, Problem, TraderNotFound
from domain.model.changes import StaffAct
from domain.model.facts import plain_values
from domain.model.lifecycle import LIVE_STATES
from domain.model.searching import words_of
from domain.model.trader import Profile, Trader, Verified

from .locked_traders import lock_trader
from .schema import mapping as rows
from .schema.facts import insert_of
from .schema.tables import ads, logins, notice_counters, offers, restrictions, trader_words, traders, trades_to_end
from .schema.types import word
from .trades_to_end import forget_endings

_TRADER = select(*rows.profile_columns(traders, ""))
_RATINGS = ("positive_feedback_count", "negative_feedback_count", "stars_total", "stars_count")


def email_key(email: str) -> str:
    """The form of an email that two of one person share: compared without case."""
    return email.casefold()


class SqlTraders:
    """The port ``Traders``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add(self, trader: Trader, password_hash: str) -> None:
        """Keep a new trader."""
        values: dict[str, Any] = {
            column.name: getattr(trader, column.name) for column in traders.c if hasattr(trader, column.name)
        }
        values |= {"email_key": email_key(trader.email), "password_hash": password_hash} | dict.fromkeys(_RATINGS, 0)
        statement = self._insert(traders).values(values).on_conflict_do_nothing(index_elements=["email_key"])
        # Neither driver counts the rows of an INSERT that does nothing in a way to rely on, so it names what it wrote.
        if self._connection.execute(statement.returning(traders.c.id)).one_or_none() is None:
            raise InvalidFields((FieldProblem("email", Problem.TAKEN),))
        self._connection.execute(insert(notice_counters), {"trader_id": trader.id, "last": 0, "read_up_to": 0})
        words = [{"word": word, "trader_id": trader.id} for word in sorted(words_of(trader))]
        self._connection.execute(insert(trader_words), words)

    def by_id(self, trader_id: UUID) -> Trader:
        """A trader."""
        return self._one(traders.c.id == trader_id).trader

    def by_email(self, email: str) -> Trader:
        """A trader by email."""
        return self._one(traders.c.email_key == email_key(email)).trader

    def password_hash(self, trader_id: UUID) -> str:
        """The hash to verify a password against."""
        statement = select(traders.c.password_hash).where(traders.c.id == trader_id)
        found: str | None = self._connection.execute(statement).scalar_one_or_none()
        if found is None:
            raise TraderNotFound()
        return found

    def hold_password_hash(self, trader_id: UUID) -> str:
        """The same, under the lock of whoever would replace it; read anew once that was waited for."""
        lock_trader(self._connection, trader_id)
        return self.password_hash(trader_id)

    def set_password(self, trader_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the hash."""
        self._change(trader_id, at, password_hash=password_hash)

    def set_email_verified(self, trader_id: UUID, at: datetime) -> None:
        """Note that the address is the trader's own."""
        self._change(trader_id, at, email_verified=True)

    def profile(self, trader_id: UUID) -> Profile:
        """A trader with the other public facts."""
        return self._one(traders.c.id == trader_id)

    def set_restricted(self, trader_id: UUID, crypto_currency: str, restricted: bool, act: StaffAct) -> None:
        """Bar a trader from one currency, or let them trade it again."""
        lock_trader(self._connection, trader_id)
        key = {"trader_id": trader_id, "crypto_currency": crypto_currency}
        if restricted:
            statement = self._insert(restrictions).values(**key, at=act.at).on_conflict_do_nothing()
            self._connection.execute(statement)
        else:
            self._connection.execute(restrictions.delete().filter_by(**key))
        self._keep(act)

    def set_suspended(self, trader_id: UUID, suspended: bool, act: StaffAct, *, end_trades: bool = False) -> None:
        """Shut a trader out, or let them in again."""
        if not suspended:
            self._end_logins(trader_id, act.at)
        self._change(trader_id, act.at, is_suspended=suspended)
        if not suspended:
            self._connection.execute(trades_to_end.delete().where(trades_to_end.c.trader_id == trader_id))
        elif end_trades:
            asked = self._insert(trades_to_end).values(trader_id=trader_id, since=act.at)
            self._connection.execute(asked.on_conflict_do_update(index_elements=["trader_id"], set_={"since": act.at}))
        self._keep(act)

    def are_trading(self, one: UUID, other: UUID, at: datetime) -> bool:
        """Whether two traders are the parties of a live offer."""
        parties = or_(
            and_(offers.c.taker_id == one, ads.c.maker_id == other),
            and_(offers.c.taker_id == other, ads.c.maker_id == one),
        )
        found = (
            select(offers.c.id)
            .join(ads, ads.c.id == offers.c.ad_id)
            .where(parties, offers.c.taker_id.in_([one, other]))
        )
        is_live = or_(offers.c.state != word("pending"), offers.c.deadline > at)
        found = found.where(offers.c.state.in_([word(state.value) for state in LIVE_STATES]), is_live)
        return bool(self._connection.execute(select(found.exists())).scalar_one())

    def _end_logins(self, trader_id: UUID, at: datetime) -> None:
        """End all logins of a trader who is shut out."""
        is_shut_out = exists().where(traders.c.id == trader_id, traders.c.is_suspended)
        live = logins.c.trader_id == trader_id, logins.c.ended_at.is_(None), is_shut_out
        self._connection.execute(update(logins).where(*live).values(ended_at=at))

    def forget_endings(self, before: datetime) -> int:
        """Look no more at those of whom nothing is left to end."""
        return forget_endings(self._connection, before)

    def set_verified(self, trader_id: UUID, verified: Verified, act: StaffAct) -> None:
        """Keep what of a trader is verified."""
        self._change(trader_id, act.at, **verified.said)
        self._keep(act)

    def restrictions(self, trader_id: UUID) -> frozenset[str]:
        """The crypto currencies that a trader is barred from."""
        statement = select(restrictions.c.crypto_currency).where(restrictions.c.trader_id == trader_id)
        return frozenset(self._connection.execute(statement).scalars())

    def newest(self, limit: int) -> Sequence[Trader]:
        """The traders who joined last."""
        statement = _TRADER.order_by(traders.c.created_at.desc(), traders.c.id).limit(limit)
        return [rows.profile_from(row, "").trader for row in self._connection.execute(statement).mappings()]

    def count(self) -> int:
        """How many traders there are."""
        return self._connection.execute(select(func.count()).select_from(traders)).scalar_one()

    def _change(self, trader_id: UUID, at: datetime, **values: Any) -> None:
        still_here = traders.c.id == trader_id, traders.c.deleted_at.is_(None)
        statement = update(traders).where(*still_here).values(**values, updated_at=at)
        if not self._connection.execute(statement).rowcount:
            raise TraderNotFound()

    def _one(self, criterion: ColumnElement[bool]) -> Profile:
        row = self._connection.execute(_TRADER.where(criterion)).mappings().one_or_none()
        if row is None:
            raise TraderNotFound()
        return rows.profile_from(row, "")

    def _keep(self, act: StaffAct) -> None:
        self._connection.execute(insert_of(StaffAct), plain_values(act))
