"""An upgrade without a pause: the old processes serve while the tables change, and then the new ones take over."""

import shutil
import subprocess
import threading
import time
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path

import pytest

from adapters.sql.migrations.revisions import head_revision
from tests.integration.faults.rig.run import by_form
from tests.integration.operations.figures import Figures
from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("adapters", "config", "domain", "entrypoints")
PATIENCE_SECONDS = 60
CALLERS = 3
AT_LEAST = by_form(3, 30)

# What a next version might bring: a column, an index and a table, of which today's code knows nothing.
TOMORROW = f'''"""What the next version adds."""

from alembic import op

revision = "tomorrow"
down_revision = "{head_revision()}"
branch_labels = None
depends_on = None
expands = EXPANDS


def upgrade() -> None:
    op.execute("ALTER TABLE offers ADD COLUMN weather TEXT")
    op.execute("CREATE INDEX ads_maker_and_status_idx ON ads (maker_id, status)")
    op.execute("CREATE TABLE forecasts (day TEXT PRIMARY KEY)")
'''


def next_version(today: Cli, folder: Path, *, expands: bool) -> Cli:
    """The desk's code with one revision more, in a folder from which it runs, with the settings of today's."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    step = folder / "adapters" / "sql" / "migrations" / "versions" / "tomorrow.py"
    step.write_text(TOMORROW.replace("EXPANDS", str(expands)))
    return Cli(folder, **today.settings)


def said_by(cli: Cli, *arguments: str) -> tuple[int, str]:
    """The exit code of a command of that version, and what it printed."""
    ran = subprocess.run(
        cli.command(*arguments), cwd=cli.folder, env=cli.environment(), capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout.strip() or ran.stderr.strip()


class Callers:
    """Traders who place one ad after the other, wherever the desk is at the moment, and write down each answer."""

    def __init__(self, cli: Cli, port: int) -> None:
        self.port = port
        self.answers: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(self._token(cli, n),)) for n in range(CALLERS)]

    @staticmethod
    def _token(cli: Cli, number: int) -> str:
        email = f"caller{number}@example.com"
        cli.done("trader", "add", email, "--fullname", f"Caller {number}", "--password", PASSWORD)
        cli.done("wallet", "deposit", email, "trx", "100000", "--wallet", "p2p")
        return cli.done("trader", "token", email)

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, token: str) -> None:
        ad = {
            "ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "1", "price_per_unit": "2",
            "fiat_currency": "usd", "payment_method": "cash_deposit",
        }  # fmt: skip
        while not self._stop.is_set():
            try:
                status, _ = ask(self.port, "POST", "/p2p/ad/", token, ad)
                self.answers.append(str(status))
            except (OSError, HTTPException) as error:
                self.answers.append(repr(error))

    def go_on(self) -> None:
        """Wait until so many more were answered that each caller began one after now."""
        before = len(self.answers)
        until(lambda: len(self.answers) > before + AT_LEAST * CALLERS, PATIENCE_SECONDS)


@pytest.fixture
def today(database_url: str, tmp_path: Path) -> Cli:
    settings = {"RATE_LIMITS": "off", "MAX_LIVE_ADS": "0", "MAIL_URL": "file:var/mail"}
    return Cli(tmp_path, DATABASE_URL=database_url, SECRET_KEY=KEY, **settings)


@pytest.mark.soak
def test_old_processes_serve_while_the_tables_change_and_new_ones_take_over(
    today: Cli, tmp_path: Path, figures: Figures
) -> None:
    tomorrow = next_version(today, tmp_path / "tomorrow", expands=True)
    old, new = Addresses(), Addresses()
    with ExitStack() as running:
        http = running.enter_context(Serving(today, "http", **old.settings))
        worker = running.enter_context(Serving(today, "worker"))
        websocket = running.enter_context(Serving(today, "ws", **old.settings))
        http.wait_until_ready(old.http)
        worker.wait_for("The worker is at work.")
        websocket.wait_for("Listening on ws://")
        callers = running.enter_context(Callers(today, old.http))
        callers.go_on()
        step = "p2p migrate makes 1 step: tomorrow; processes of before can go on meanwhile"
        assert said_by(tomorrow, "migrate", "--check") == (
            1,
            f"The database is of revision {head_revision()}; {step}",
        )
        began = time.monotonic()
        assert said_by(tomorrow, "migrate") == (0, "The database is up to date")
        seconds = time.monotonic() - began
        callers.go_on()
        # The old ones are as good as before, those that start anew as well.
        assert ask(old.http, "GET", "/readyz")[0] == 200
        assert all(process.process.poll() is None for process in (http, worker, websocket))
        newer = "The database is of revision tomorrow, of a newer version, and serves this one too"
        assert today.done("migrate", "--check") == today.done("migrate") == newer
        successors = [running.enter_context(Serving(tomorrow, role, **new.settings)) for role in ("http", "worker")]
        successors[0].wait_until_ready(new.http)
        callers.port = new.http
        callers.go_on()
        for process in (http, worker, websocket):
            assert process.stop() == 0
        callers.go_on()
        callers.__exit__()
        assert set(callers.answers) == {"200"}
        for process in (http, worker, websocket, *successors):
            assert "Traceback" not in process.said
            assert " ERROR " not in process.said
    assert today.done("ledger", "verify") == "Every invariant holds"
    figures.note(
        "upgrade under load",
        writes_answered=len(callers.answers),
        requests_failed=0,
        seconds_of_p2p_migrate=round(seconds, 1),
    )


def test_old_processes_take_themselves_out_where_the_tables_serve_them_no_more(today: Cli, tmp_path: Path) -> None:
    tomorrow = next_version(today, tmp_path / "tomorrow", expands=False)
    addresses = Addresses()
    with Serving(today, "http", **addresses.settings) as http:
        http.wait_until_ready(addresses.http)
        assert said_by(tomorrow, "migrate", "--check")[1].endswith("tomorrow; stop all processes before")
        assert said_by(tomorrow, "migrate") == (0, "The database is up to date")
        assert ask(addresses.http, "GET", "/readyz")[0] == 503
    for arguments in (["ledger", "verify"], ["migrate"], ["migrate", "--check"], ["migrate", "--sql"], ["worker"]):
        assert "of revision tomorrow, which this version of the desk does not know" in today.refused(*arguments)
