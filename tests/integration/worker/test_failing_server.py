"""Many mails through a server that fails in every way that there is: none is lost, and a duplicate has a reason.

A short form runs with the other tests, a long one where P2P_SOAK is 1.
"""

import threading
from collections import Counter
from decimal import Decimal

import pytest

from domain.ports.delivery import Mailer
from tests.factories import TraderFactory
from tests.integration.desk import Desk
from tests.integration.faults.rig.run import Run, by_form
from tests.integration.mail.server import DROP, DROP_INSIDE, SILENCE, Server
from tests.integration.worker.conftest import Fates, deliver_all, postman_of

MAILS = by_form(40, 1000)
SENDERS = 4
MOST_ROUNDS = 60

# Where something goes wrong, how, and how often among all connections.
FATES = {
    None: 20,
    ("greeting", "421 Busy"): 2,
    ("greeting", "554 No service"): 1,
    ("greeting", DROP): 2,
    ("mail", "421 Closing"): 1,
    ("mail", "451 Later"): 1,
    ("mail", "550 Not you"): 1,
    ("mail", DROP): 1,
    ("rcpt", "450 Greylisted"): 2,
    ("rcpt", "452 Too many"): 1,
    ("rcpt", "550 Unknown"): 2,
    ("rcpt", DROP): 1,
    ("data", "452 Full"): 1,
    ("data", "554 No"): 1,
    ("data", DROP): 1,
    ("data", DROP_INSIDE): 2,
    ("message", "451 Later"): 2,
    ("message", "554 No"): 2,
    ("message", "999 What"): 1,
    ("message", DROP): 4,
    ("message", SILENCE): 1,
    ("quit", DROP): 3,
    ("quit", "421 Closing"): 2,
}


@pytest.mark.soak
def test_whatever_a_server_does_no_letter_is_lost(desk: Desk, server: Server, mailer: Mailer, run: Run) -> None:
    """Refused letters are armed again, as an operator would who knows that the server was wrong."""
    # To an address that was verified any number of letters may go.
    maker = desk.add(TraderFactory(created_at=desk.clock.now(), email_verified=True))
    desk.deposit(maker, Decimal(MAILS))
    taker, ad = desk.trader(), desk.ad(maker, crypto_amount=Decimal(MAILS))
    for _ in range(MAILS):
        desk.offer(ad, taker, 1)
    fates = Fates(run.seed, FATES)
    server.script.decide = fates.decide
    for _ in range(MOST_ROUNDS):
        deliver_with_several(desk, mailer)
        if not desk.store.outbox.waiting(1):
            break
        run.count("rounds")
        run.count("armed again", desk.store.outbox.rearm(None))
        desk.clock.advance(hours=3)
    copies = Counter(mail.message["Message-ID"] for mail in server.received)
    duplicates = sum(copies.values()) - len(copies)
    run.figures |= {"mails": MAILS, "lost": MAILS - len(copies), "duplicates": duplicates}
    run.figures["ambiguous answers"] = fates.ambiguous
    assert list(desk.store.outbox.waiting(1)) == []
    assert len(copies) == MAILS
    assert duplicates == fates.ambiguous


def deliver_with_several(desk: Desk, mailer: Mailer) -> None:
    """Deliver all that is due, by several postmen at once."""
    postmen = [postman_of(desk, mailer) for _ in range(SENDERS)]
    threads = [threading.Thread(target=deliver_all, args=(postman,)) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
