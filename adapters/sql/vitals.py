"""How the desk is as a whole, on a database: asked by the worker once in a while, and by nobody's request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Engine, Numeric, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.model.ledger import Purse
from domain.ports.vitals import LedgerCheck, Vitals

from .connections.engine import own_transaction
from .connections.moments import Moments
from .freezing import frozen_column
from .schema.tables import accounts, ledger_checks, letters, notices, offers
from .schema.types import Moment, word

_HELD = (accounts.c.purse == word(Purse.ESCROW), accounts.c.balance > Decimal(0))
_OF_NOTICE = (notices.c.trader_id == letters.c.trader_id) & (notices.c.number == letters.c.number)
_FIRST_LETTER = select(func.min(letters.c.id)).where(letters.c.state.in_([word("queued"), word("sending")]))
# A letter with a notice is as old as that. Ids are given out in the order of time, as near as it matters here.
_OLDEST_LETTER = (
    select(func.coalesce(letters.c.created_at, notices.c.created_at, type_=Moment))
    .select_from(letters.outerjoin(notices, _OF_NOTICE))
    .where(letters.c.id == _FIRST_LETTER.scalar_subquery())
)
_FIRST_DEADLINE = select(func.min(offers.c.deadline)).where(offers.c.state == word("pending"))
_CHECKED = select(ledger_checks.c.at, ledger_checks.c.broken)


def vitals(engine: Engine, moments: Moments) -> Vitals:
    """All of it in one short transaction. Raises ``StoreUnavailable``."""
    with own_transaction(engine, writes=False) as connection:
        at = moments.now(connection)
        deadline = connection.execute(_FIRST_DEADLINE).scalar_one()
        checked = connection.execute(_CHECKED).one_or_none()
        return Vitals(
            at=at,
            is_frozen=bool(connection.execute(select(frozen_column())).scalar_one()),
            escrow=_held(connection),
            oldest_letter=connection.execute(_OLDEST_LETTER).scalar_one_or_none(),
            overdue=deadline if deadline is not None and deadline <= at else None,
            checked=None if checked is None else LedgerCheck(checked.at, checked.broken),
        )


def _held(connection: Connection) -> Mapping[str, Decimal]:
    if connection.dialect.name == "postgresql":
        total = func.sum(accounts.c.balance, type_=Numeric(asdecimal=True))
        rows = connection.execute(select(accounts.c.currency, total).where(*_HELD).group_by(accounts.c.currency))
        return {row.currency: row[1] for row in rows}
    # SQLite would add binary numbers.
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for code, balance in connection.execute(select(accounts.c.currency, accounts.c.balance).where(*_HELD)):
        found[code] += balance
    return dict(found)


def note_check(engine: Engine, moments: Moments, broken: int) -> None:
    """Keep that the books were checked just now. Raises ``StoreUnavailable``."""
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    with own_transaction(engine, writes=True) as connection:
        found = {"at": moments.now(connection), "broken": broken}
        statement = insert(ledger_checks).values(number=1, **found)
        connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=found))
