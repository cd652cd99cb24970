"""A desk on which single lists are very long: of one trader, of one chat, of the board, of staff.

It is made by PostgreSQL itself, and only to be read: what is told of these rows elsewhere in the books is not there.
"""

from contextlib import closing

from adapters.sql.schema.tables import DESK_OWNER_ID
from tests.integration.sql.big_desk import Size, fill, trader_id
from tests.integration.sql.conftest import administrator

LONG = 100_000
"""So many rows has each list."""
BASE = Size(traders=LONG, ads=1000, offers_an_ad=1)
OWNER, BLOCKER, TOLD, CHATTED = trader_id(7), trader_id(8), trader_id(9), 5
"""Who has the long lists, who has blocked most traders, who was told much; and the offer with the long chat."""
STAFF = trader_id(10)
MERCHANT, ADS_OF_MERCHANT = trader_id(11), 100
"""Who lives from many offers on a few ads, of which ``LIVE_OF_MERCHANT`` are live."""
LIVE_OF_MERCHANT = 60

_TRADER = "('00000000-0000-4000-8000-' || lpad(to_hex(({})::integer), 12, '0'))::uuid"
_AT = "'2026-03-02T12:00:00+00:00'::timestamptz + number * interval '1 millisecond'"
_NUMBERS = f"FROM generate_series(1, {LONG}) AS number"
_IS_LIVE = f"(number > {LONG - LIVE_OF_MERCHANT})"
_ADS = """INSERT INTO ads (id, maker_id, ad_type, crypto_currency, crypto_decimals, fiat_currency, fiat_decimals,
        payment_method, price_per_unit, crypto_amount, min_limit, max_limit, start_date, time_to_pay,
        auto_reply_message, terms_of_trade, additional_information, bank_account_name, bank_account_number,
        bank_name, payment_details, created_at, status, available, reserved, sold, withdrawn, version,
        min_completed_offers, client_reference)"""
_OFFERS = """INSERT INTO offers (id, ad_id, taker_id, currency_amount, fiat_amount, bank_account_name,
        bank_account_number, bank_name, created_at, deadline, state, paid_at, ended_at, version, client_reference)"""
_STATEMENTS = (
    # Every other ad asks for more than most have done, and one in ten is of somebody whom the owner has blocked.
    f"""{_ADS} SELECT 1000 + number, {_TRADER.format("1000 + number % 200")}, 'sell', 'usdt', 6, 'usd', 2,
        'bank_transfer', 2 + number / 200 * 0.01, 10, 0.01, 1000, '2026-03-02', 30, '', '', '', '', '', '', '',
        {_AT}, 'pending', 10, 0, 0, 0, 1, number % 2 * 1000, NULL {_NUMBERS}""",
    f"""{_ADS} SELECT {LONG} + 1000 + number, '{OWNER}', 'buy', 'usdt', 6, 'usd', 2,
        'bank_transfer', 2, 10, 0.01, 1000, '2026-03-02', 30, '', '', '', '', '', '', '',
        {_AT}, 'closed', 0, 0, 0, 10, 1, 0, 'order ' || number % 10 {_NUMBERS}""",
    f"""INSERT INTO blocks ("by", whom, at) SELECT '{OWNER}', {_TRADER.format("1000 + number")}, {_AT}
        FROM generate_series(1, 20) AS number""",
    f"""INSERT INTO blocks ("by", whom, at) SELECT '{BLOCKER}', {_TRADER.format("number + 2000")}, {_AT}
        FROM generate_series(1, {LONG} - 2001) AS number""",
    # Every other offer is completed, and every other in dispute.
    f"""{_OFFERS} SELECT 1000 + 2 * number, number % 1000 + 1, '{OWNER}', 1, 2, '', '', '', {_AT},
        {_AT} + interval '1 hour', 'completed', {_AT}, {_AT}, 3, 'order ' || number % 10 {_NUMBERS}""",
    f"""{_OFFERS} SELECT 1001 + 2 * number, number % 1000 + 1, {_TRADER.format("number % 1000 + 500")}, 1, 2, '',
        '', '', {_AT}, {_AT} + interval '1 hour', 'disputed', {_AT}, NULL, 3, NULL {_NUMBERS}""",
    f"""INSERT INTO disputes (offer_id, opened_by, reason, opened_at, note, version, kind, handled_by)
        SELECT 1001 + 2 * number, {_TRADER.format("number % 1000 + 500")}, 'Why.', {_AT}, '', 3,
            CASE WHEN number % 1000 = 0 THEN 'no_answer' ELSE 'other' END,
            CASE WHEN number % 1000 = 1 THEN '{STAFF}'::uuid END {_NUMBERS}""",
    f"""INSERT INTO feedback SELECT 1000 + 2 * number, {_TRADER.format("number")}, '{OWNER}', true, 5, 'Quick.', {_AT}
        {_NUMBERS}""",
    f"""INSERT INTO endings SELECT 1000 + 2 * number, '{OWNER}', 'buyer', true, false, true {_NUMBERS}""",
    # The others took of them what they sell, each one offer, and the last are live.
    f"""{_ADS} SELECT 300000 + number, '{MERCHANT}', 'sell', 'usdt', 6, 'usd', 2,
        'bank_transfer', 2, 100000, 0.01, 1000, '2026-03-02', 30, '', '', '', '', '', '', '',
        {_AT}, 'paused', 98000, 0, 2000, 0, 1, 0, NULL FROM generate_series(1, {ADS_OF_MERCHANT}) AS number""",
    f"""{_OFFERS} SELECT 300000 + number, 300001 + number % {ADS_OF_MERCHANT}, {_TRADER.format("number")}, 1, 2, '', '',
        '', {_AT}, {_AT} + interval '1 hour', CASE WHEN {_IS_LIVE} THEN 'paid' ELSE 'completed' END, {_AT},
        CASE WHEN {_IS_LIVE} THEN NULL ELSE {_AT} END, 3, NULL {_NUMBERS}""",
    f"""INSERT INTO endings SELECT 300000 + number, '{MERCHANT}', 'seller', true, false, number % 2 = 0 {_NUMBERS}
        WHERE NOT {_IS_LIVE}""",
    f"INSERT INTO chats VALUES ({CHATTED}, {LONG}, 2)",
    f"""INSERT INTO chat_messages (offer_id, number, by, is_staff, text, at)
        SELECT {CHATTED}, number, '{OWNER}', false, 'Hello.', {_AT} {_NUMBERS}""",
    f"""INSERT INTO chat_members SELECT 1000 + number, {_TRADER.format("number")}, false, 0, 1, {_AT}, NULL, 0
        {_NUMBERS}""",
    f"""INSERT INTO audit_trail (by, at, act, subject, note)
        SELECT '{STAFF}', {_AT}, 'trader.suspend', 'trader:' || number, 'Why.' {_NUMBERS}""",
    f"""INSERT INTO saved_payment_methods (trader_id, label, payment_method, bank_account_name, bank_account_number,
            bank_name, payment_details, created_at)
        SELECT '{OWNER}', 'One', 'mobile_money', '', '', '', '07 ' || number, {_AT} {_NUMBERS}""",
    f"""INSERT INTO notices SELECT '{TOLD}', 1000 + number, 'chat_message', {CHATTED}, 1, '{{}}', '{{}}', false, {_AT}
        {_NUMBERS}""",
    f"""INSERT INTO entries (id, kind, reference, at) SELECT 10000000 + number, 'deposit', 'long ' || number, {_AT}
        {_NUMBERS}""",
    f"""INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
        SELECT 10000000 + number, line, owner, 'usdt', purse, side, 1
        FROM generate_series(1, {LONG}) AS number, LATERAL (VALUES
            (1, '{DESK_OWNER_ID}'::uuid, 'outside', 'debit'), (2, '{OWNER}'::uuid, 'main', 'credit'))
            AS moved (line, owner, purse, side)""",
    "UPDATE traders SET is_suspended = true WHERE email LIKE '%77@desk.example'",
    "ANALYZE",
)


def fill_long(database_url: str) -> None:
    """Fill an empty, migrated PostgreSQL database."""
    fill(database_url, BASE)
    with closing(administrator(database_url)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET work_mem = '256MB'")
        for statement in _STATEMENTS:
            connection.execute(statement)
