"""A desk that told very much: notices and their letters, answers, logins, codes and tries that are long over.

PostgreSQL makes it itself, and only to be asked: what the books have besides of these notices is not there. The one
trader who is looked at has equally many at each size, spread over all of the time, as others' come between them.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from tests.integration.sql.big_desk import Size, fill, trader_id
from tests.integration.sql.conftest import administrator

TOLD = trader_id(7)
OF_TOLD = 6000
"""So many notices has the trader who is looked at."""
DUE = 1000
"""So many letters wait to be sent."""
BASE = Size(traders=2000, ads=1000, offers_an_ad=1)


@dataclass(frozen=True)
class Past:
    """How much there is: of notices and of letters, and of each of the others that are forgotten after a while."""

    notices: int
    others: int


_TRADER = "('00000000-0000-4000-8000-' || lpad(to_hex({}), 12, '0'))::uuid"
_WHOSE = f"""CASE WHEN number % ({{notices}} / {OF_TOLD}.0) < 1 THEN '{TOLD}'::uuid
    ELSE {_TRADER.format("8 + number % 1990")} END"""
# All of it was within a hundred days.
_AT = "'2026-03-03T12:00:00+00:00'::timestamptz + number * (interval '100 days' / {many})"
_NOTICE_AT, _OTHER_AT = _AT.replace("{many}", "{notices}"), _AT.replace("{many}", "{others}")
_NUMBERS, _OTHERS = "FROM generate_series(1, {notices}) AS number", "FROM generate_series({others}, 1, -1) AS number"
_FIRST = 1_000_000
"""Numbers begin here, where those of the base have ended."""
# Those that were last come first in their tables, and by their ids, so that who looks for old ones in either order goes
# through all the others.
_ID = "('00000000-0000-4000-9000-' || lpad(to_hex({others} - number), 12, '0'))::uuid"
_STATEMENTS = (
    f"""INSERT INTO notices (trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at)
        SELECT {_WHOSE}, {_FIRST} + number, 'funds_released', {_FIRST} + number / 3, 1 + number % 3,
            '{{{{"message": "Funds have been released"}}}}', '{{{{}}}}', true, {_NOTICE_AT} {_NUMBERS}""",
    f"""INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at, sent_at)
        SELECT {_WHOSE}, {_FIRST} + number, '<notice.' || ({_FIRST} + number) || '@desk.example>',
            CASE WHEN number > {{notices}} - {DUE} THEN 'queued' ELSE 'sent' END, 1, {_NOTICE_AT},
            CASE WHEN number <= {{notices}} - {DUE} THEN {_NOTICE_AT} END {_NUMBERS}""",
    f"UPDATE notice_counters SET last = {_FIRST} + {{notices}}",
    f"""INSERT INTO idempotency_keys (trader_id, key, fingerprint, status, body, created_at)
        SELECT {_TRADER.format("number % 2000")}, 'key ' || md5(number::text), '\\x00', 200, '\\x7b7d', {_OTHER_AT}
        {_OTHERS}""",
    f"""INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at)
        SELECT {_ID}, {_TRADER.format("number % 2000")}, {_ID}, {_OTHER_AT}, {_OTHER_AT} {_OTHERS}""",
    f"""INSERT INTO tickets (digest, login_id, expires_at)
        SELECT decode(md5(number::text), 'hex'), {_ID}, {_OTHER_AT} {_OTHERS} WHERE number % 2 = 0""",
    f"""INSERT INTO mail_codes (id, trader_id, purpose, digest, created_at, tries)
        SELECT {_ID}, {_TRADER.format("number % 2000")}, 'verify', '\\x00', {_OTHER_AT}, 0 {_OTHERS}""",
    f"""INSERT INTO wrong_tries (digest, moments, waits, kept_until)
        SELECT decode(md5(number::text), 'hex'), '[]', 0, {_OTHER_AT} {_OTHERS}""",
    f"""INSERT INTO known_addresses (trader_id, address, used_at)
        SELECT {_TRADER.format("number % 2000")}, 'address ' || number, {_OTHER_AT} {_OTHERS}""",
    "UPDATE traders SET email_verified = true",
    "SELECT setval(pg_get_serial_sequence('letters', 'id'), max(id)) FROM letters",
    "VACUUM ANALYZE",
)


def fill_told(database_url: str, past: Past) -> None:
    """Fill an empty, migrated PostgreSQL database."""
    fill(database_url, BASE)
    with closing(administrator(database_url)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        for statement in _STATEMENTS:
            connection.execute(statement.format(notices=past.notices, others=past.others))
