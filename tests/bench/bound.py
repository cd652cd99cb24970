"""The bound: how fast PostgreSQL does the bare work of a request, asked by pgbench and by nobody else.

Each script below is one transaction of plain statements that changes the rows which the desk changes for the same
request, on the same tables, indexes and constraints: the key of the request, offer, ad, history, counter, notice and
letter, and for a release the balances, the journal, the settlement and how it ended for both. It leaves out what only
a desk has to do: it asks for no login, looks up no earlier answer, checks no rule, and knows every text that it writes
beforehand. The money is computed by the database, and the texts are as long as the desk's own. So no desk on this
schema can be faster, and ``p2p ledger verify`` holds the books right that either of them wrote.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.postgres import Cluster

from .figures import Sample
from .market import AMOUNT, BANK, CRYPTO, FIAT_AMOUNT, HOT_MAKER, MAKERS, TAKER_PREFIX, TAKERS

_TAKER = f"('{TAKER_PREFIX}' || lpad(:taker_number ::text, 12, '0'))::uuid"

_KEEP_KEY = """
INSERT INTO idempotency_keys (trader_id, key, fingerprint, status, body, location, created_at)
    VALUES ({trader}, gen_random_uuid()::text, sha256('a request'::bytea), 200, :answer, NULL, now());
"""

_TELL = """
UPDATE notice_counters SET last = last + 1 WHERE trader_id = {trader} RETURNING last AS number \\gset
INSERT INTO notices (trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at)
    VALUES ({trader}, :number, '{kind}', :offer, {version}, :frame, :facts, true, now());
INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at)
    VALUES ({trader}, :number, '<notice.' || :number ::text || '.' || {trader}::text || '@bench.example>',
        'queued', 0, now());
"""

_MAKE_OFFER = f"""
\\set taker_number random(1, {TAKERS})
\\set ad {{ad}}
BEGIN;
{_KEEP_KEY.format(trader=_TAKER).strip()}
SELECT maker_id AS maker FROM ads WHERE id = :ad FOR NO KEY UPDATE \\gset
UPDATE ads SET available = available - {AMOUNT}, reserved = reserved + {AMOUNT}, version = version + 1,
    trade_started_at = coalesce(trade_started_at, now()) WHERE id = :ad;
INSERT INTO offers (ad_id, taker_id, currency_amount, fiat_amount, bank_account_name, bank_account_number, bank_name,
    created_at, deadline, state, version)
    VALUES (:ad, {_TAKER}, {AMOUNT}, {FIAT_AMOUNT}, '{BANK["bank_account_name"]}', '{BANK["bank_account_number"]}',
    '{BANK["bank_name"]}', now(), now() + interval '1 day', 'pending', 1) RETURNING id AS offer \\gset
INSERT INTO offer_history (offer_id, version, kind, state, at, by)
    VALUES (:offer, 1, 'made', 'pending', now(), {_TAKER});
{_TELL.format(trader=":maker ::uuid", kind="ad_interest", version=1).strip()}
COMMIT;
"""

_RELEASE = f"""
BEGIN;
SELECT id AS offer, ad_id AS ad, taker_id AS taker, currency_amount AS amount FROM offers
    WHERE id = (SELECT nextval('{{sequence}}')) FOR NO KEY UPDATE \\gset
SELECT maker_id AS maker FROM ads WHERE id = :ad FOR NO KEY UPDATE \\gset
{_KEEP_KEY.format(trader=":maker").strip()}
UPDATE offers SET state = 'completed', ended_at = now(), version = version + 1 WHERE id = :offer AND state = 'paid';
UPDATE ads SET reserved = reserved - :amount, sold = sold + :amount, version = version + 1 WHERE id = :ad;
UPDATE accounts SET balance = balance - :amount, version = version + 1
    WHERE owner = :maker AND currency = '{CRYPTO}' AND purse = 'escrow';
UPDATE accounts SET balance = balance + :amount, version = version + 1
    WHERE owner = :taker AND currency = '{CRYPTO}' AND purse = 'p2p';
INSERT INTO entries (kind, reference, at) VALUES ('release', 'offer' || chr(58) || :offer ::text, now())
    RETURNING id AS entry \\gset
INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
    VALUES (:entry, 1, :maker, '{CRYPTO}', 'escrow', 'debit', :amount),
        (:entry, 2, :taker, '{CRYPTO}', 'p2p', 'credit', :amount);
INSERT INTO settlements (offer_id, kind, entry_id) VALUES (:offer, 'released', :entry);
INSERT INTO offer_history (offer_id, version, kind, state, at, by)
    VALUES (:offer, 3, 'released', 'completed', now(), :maker);
INSERT INTO endings (offer_id, trader_id, role, is_completed, at_fault, is_timed)
    VALUES (:offer, :taker, 'buyer', true, false, true), (:offer, :maker, 'seller', true, false, true);
{_TELL.format(trader=":taker ::uuid", kind="funds_released", version=3).strip()}
COMMIT;
"""

_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class BoundFailed(Exception):
    """pgbench could not be run, or its transactions failed."""


def make_offer_script(first_ad: int, *, hot: bool) -> str:
    """Making an offer: on a random ad by a random taker, or on the one hot ad."""
    return _MAKE_OFFER.format(ad=first_ad + HOT_MAKER - 1 if hot else f"{first_ad} - 1 + random(1, {MAKERS})")


def release_script(sequence: str) -> str:
    """Releasing an offer; the sequence gives the id of the next."""
    return _RELEASE.format(sequence=sequence)


class Pgbench:
    """pgbench against one database of a cluster, with the texts that its statements write."""

    def __init__(self, cluster: Cluster, database: str, texts: Mapping[str, str]) -> None:
        self._program = _find_pgbench(cluster.binaries)
        self._where = ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "postgres", database]
        self._texts = [part for name, text in texts.items() for part in ("-D", f"{name}={text}")]

    def run(self, script: str, clients: int, seconds: float) -> Sample:
        """Run the transaction over and over, for at least a second. Raises ``BoundFailed``."""
        with tempfile.TemporaryDirectory(prefix="p2p-bench-") as name:
            folder = Path(name)
            (folder / "script.sql").write_text(script, encoding="utf-8")
            command = [self._program, "--no-vacuum", "--protocol=prepared", f"--file={folder / 'script.sql'}"]
            command += [f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={max(1, round(seconds))}"]
            command += ["--log", f"--log-prefix={folder / 'took'}", *self._texts, *self._where]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
            rate = _RATE.findall(done.stdout)
            if done.returncode or not rate or "abort" in done.stderr:
                raise BoundFailed(f"pgbench failed: {done.stdout}{done.stderr}")
            took = [int(line.split()[2]) / 1000 for log in folder.glob("took.*") for line in log.open(encoding="ascii")]
        # pgbench's own rate leaves out the time that connecting took, as that of the load does.
        return Sample.of(took, len(took) / float(rate[-1]))


def _find_pgbench(binaries: Path) -> str:
    found = shutil.which("pgbench", path=str(binaries)) or shutil.which("pgbench")
    if found is None:
        raise BoundFailed(f"There is no pgbench in {binaries}; name a PostgreSQL that has one in PG_BINDIR.")
    return found
