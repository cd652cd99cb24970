"""How fast a backlog of letters is drained by ``p2p worker`` through a real SMTP server: measured and printed.

A short form runs with the other tests, a long one where P2P_SOAK is 1.
"""

import time
from pathlib import Path

import pytest

from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess
from tests.integration.faults.rig.run import Run, by_form
from tests.integration.mail.server import Server
from tests.integration.waiting import until

MAILS = by_form(100, 10_000)
PATIENCE_SECONDS = by_form(60.0, 1200.0)


@pytest.mark.soak
def test_a_backlog_is_drained(database_url: str, server: Server, run: Run, tmp_path: Path) -> None:
    settings = {"P2P_DATABASE_URL": database_url, "P2P_MAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    with Population(database_url) as people:
        outbox = people.store.outbox
        maker, taker = people.person(MAILS, is_verified=True), people.person(is_verified=True)
        # Each offer makes two letters: the maker's, and the text of the ad for the taker.
        ad = people.sell_ad(maker, MAILS, auto_reply_message="Pay within the window, please.")
        for _ in range(MAILS // 2):
            people.offer(ad, taker)
        with DeskProcess("worker", settings, tmp_path):
            began = time.monotonic()
            before = len(server.received)
            until(lambda: len(server.received) >= MAILS, PATIENCE_SECONDS)
            lasted = time.monotonic() - began
            until(lambda: not outbox.waiting(1))
        waiting = outbox.waiting(1)
    sent = len(server.received) - before
    run.figures |= {
        "mails": len(server.received),
        "seconds to drain": round(lasted, 1),
        "mails/s": round(sent / lasted),
    }
    assert list(waiting) == []
    assert len({mail.message["Message-ID"] for mail in server.received}) == len(server.received) == MAILS
