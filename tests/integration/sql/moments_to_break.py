"""Statements that make each kept moment lie in the future, for test_verify.py."""

from __future__ import annotations

from datetime import timedelta

from adapters.sql.audit.invariants_of_moments import PAST_MOMENTS
from domain.model.digests import NO_DIGEST, digest_of, exact_moment
from tests.clock import NOON
from tests.integration.sql.accounts_to_break import GONE

EMPTY_LINK = digest_of(("p2p link 1", 1, 0, 0, exact_moment(NOON + timedelta(days=1)), NO_DIGEST))
"""Of a link that is right but for being of tomorrow."""

INSERTED = (
    "logins", "mail_codes", "idempotency_keys", "market_rates", "desk_freeze", "trades_to_end", "api_keys",
    "ledger_checks", "saved_payment_methods", "second_factors", "known_addresses", "webhooks", "staff_mails",
    "journal_links", "solvency_statements", "traders.deleted_at", "forgotten",
)  # fmt: skip
"""Moments that are broken by a row of their own, or by one of the story in a state that the story leaves none in."""

# fmt: off
IN_THE_FUTURE = [
    *(f"UPDATE {moment.split('.')[0]} SET {moment.split('.')[1]} = {{tomorrow}}" for moment in PAST_MOMENTS
      if not moment.startswith(INSERTED)),
    GONE.format(when="{tomorrow}"),
    ("INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at)"
    " VALUES ('{jude}', '{jude}', '{jude}', {tomorrow}, {tomorrow})"),
    ("INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at, ended_at)"
    " VALUES ('{jude}', '{jude}', '{jude}', {yesterday}, {tomorrow}, {tomorrow})"),
    ("INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at, used_at)"
    " VALUES ('{jude}', '{jude}', '{jude}', {yesterday}, {tomorrow}, {tomorrow})"),
    ("INSERT INTO mail_codes (id, trader_id, purpose, digest, created_at, tries)"
    " VALUES ('{jude}', '{jude}', 'verify', {nothing}, {tomorrow}, 0)"),
    ("INSERT INTO mail_codes (id, trader_id, purpose, digest, created_at, tries, used_at)"
    " VALUES ('{jude}', '{jude}', 'verify', {nothing}, {yesterday}, 0, {tomorrow})"),
    ("INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at)"
    " VALUES ('{jude}', '{jude}', '{jude}', {yesterday}, {tomorrow});"
    "INSERT INTO api_keys (id, trader_id, name, scopes, digest, created_at)"
    " VALUES ('{jude}', '{jude}', 'bot', 'read', {nothing}, {tomorrow})"),
    "INSERT INTO staff_mails VALUES ('{jude}', {tomorrow}, NULL)",
    ("INSERT INTO letters (trader_id, message_id, state, attempts, next_attempt_at, kind, facts, created_at)"
    " VALUES ('{jude}', 'mailed', 'queued', 0, {yesterday}, 'disputes_waiting', '{{}}', {tomorrow});"
    "INSERT INTO staff_mails VALUES ('{jude}', NULL, {tomorrow})"),
    "INSERT INTO known_addresses VALUES ('{jude}', '192.0.2.7', {tomorrow})",
    *("INSERT INTO webhooks (id, trader_id, url, types, sealed_secret, created_at, is_on, last_at, position, tries,"
      f" is_proven) VALUES ('{{jude}}', '{{jude}}', '', '', {{nothing}}, {created}, {{yes}}, {heard}, 0, 0, {{yes}})"
      for created, heard in (("{tomorrow}", "NULL"), ("{yesterday}", "{tomorrow}"))),
    ("INSERT INTO second_factors VALUES ('{jude}', {nothing}, {tomorrow}, NULL, 0, {nothing}, 0, NULL)"),
    ("UPDATE traders SET has_totp = {yes} WHERE id = '{jude}';"
    "INSERT INTO second_factors VALUES ('{jude}', {nothing}, {yesterday}, {tomorrow}, 0, {nothing}, 0, NULL)"),
    "INSERT INTO saved_payment_methods VALUES (1, '{jude}', 'bank', 'card', '', '', '', '', {tomorrow})",
    f"INSERT INTO journal_links VALUES (1, 0, 0, '{EMPTY_LINK}', {{tomorrow}})",
    "INSERT INTO solvency_statements VALUES (1, {tomorrow}, 0, '', 'seed')",
    ("INSERT INTO market_rates VALUES ('btc', 'usd', <1>, {tomorrow}, {yesterday}, '[]')"),
    ("INSERT INTO market_rates VALUES ('btc', 'usd', <1>, {yesterday}, {tomorrow}, '[]')"),
    ("UPDATE traders SET is_suspended = {yes} WHERE id = '{jude}';"
    "INSERT INTO trades_to_end (trader_id, since) VALUES ('{jude}', {tomorrow})"),
    ("INSERT INTO audit_trail (by, at, act, subject, note) VALUES (NULL, {yesterday}, 'desk.freeze', 'desk', '');"
    "INSERT INTO desk_freeze (number, since) VALUES (1, {tomorrow})"),
    "INSERT INTO ledger_checks VALUES (1, {tomorrow}, 0)",
    "INSERT INTO forgotten VALUES (1, {tomorrow})",
    ("INSERT INTO idempotency_keys (trader_id, key, fingerprint, status, body, created_at)"
    " VALUES ('{jude}', 'key', {nothing}, 200, {nothing}, {tomorrow})"),
]
# fmt: on

WEBHOOKS_AHEAD = ("webhooks.due_at", "webhooks.retry_at")
"""Moments of webhooks that may lie in the future."""
_WEBHOOK = (
    "INSERT INTO webhooks (id, trader_id, url, types, sealed_secret, created_at, is_on, position, tries, is_proven)"
    " VALUES ('00000000-0000-4000-8000-00000000000{number}', '{{jude}}', '', '', {{nothing}}, {{yesterday}}, {{yes}},"
    " {position}, {tries}, {{yes}})"
)
OF_WEBHOOKS = {
    "no webhook is ahead of its trader's notices, and of those that failed each is due again": [
        _WEBHOOK.format(number=1, position=1000, tries=0),
        _WEBHOOK.format(number=1, position=0, tries=1),
    ],
    "a trader has five webhooks at most": [
        ";".join(_WEBHOOK.format(number=number, position=0, tries=0) for number in range(1, 7))
    ],
}
"""What breaks the invariants of webhooks, as in ``test_verify.BREAKS``."""
