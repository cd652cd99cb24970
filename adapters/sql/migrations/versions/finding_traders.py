"""The words that traders are found by, and indexes for the lists that staff look at.

A process of the version before may go on: it adds traders without their words, who are on the list of all, and whom
nobody finds by a word.
"""

from __future__ import annotations

import re
import unicodedata

from alembic import op
from sqlalchemy import text

revision = "finding_traders"
down_revision = "logins_to_see"
branch_labels = None
depends_on = None

_ON_POSTGRESQL = (
    """CREATE TABLE trader_words (
    word TEXT COLLATE "C" NOT NULL,
    trader_id UUID NOT NULL,
    CONSTRAINT trader_words_pkey PRIMARY KEY (word, trader_id),
    CONSTRAINT trader_words_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)""",
)
_ON_SQLITE = (
    """CREATE TABLE trader_words (
    word TEXT NOT NULL,
    trader_id TEXT NOT NULL,
    CONSTRAINT trader_words_pkey PRIMARY KEY (word, trader_id),
    CONSTRAINT trader_words_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT""",
)
_ON_BOTH = (
    "CREATE INDEX traders_newest_idx ON traders (created_at, id)",
    "CREATE INDEX traders_suspended_idx ON traders (created_at, id) WHERE is_suspended",
    "CREATE INDEX offers_state_idx ON offers (state, id)",
)
_ADD = text("INSERT INTO trader_words (word, trader_id) VALUES (:word, :trader_id)")


def _spelled(given: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", given).casefold())


def _words(trader_id: str, email: str, fullname: str) -> list[str]:
    address = _spelled(email)
    parts = re.split(r"[._+-]", address.partition("@")[0])
    return sorted({word for word in (*_spelled(fullname).split(), address, *parts, trader_id) if word})


def upgrade() -> None:
    """The same outcome on both engines. As the words are spelled today, so they stay spelled here."""
    connection = op.get_bind()
    for statement in (*(_ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE), *_ON_BOTH):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    for trader in connection.execute(text("SELECT id, email, fullname FROM traders")).all():
        found = [
            {"word": word, "trader_id": trader.id} for word in _words(str(trader.id), trader.email, trader.fullname)
        ]
        connection.execute(_ADD, found)
