"""Letters from the outbox to the mail server: none is lost, and a duplicate has a reason."""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from adapters.worker.figures import LetterFigures
from adapters.worker.postman import (
    AMBIGUOUS_DELAY_SECONDS,
    FIRST_DELAY_SECONDS,
    JITTER,
    LEASE_SECONDS,
    LONGEST_DELAY_SECONDS,
    MOST_ATTEMPTS,
)
from domain import AdType, caused_by
from domain.ports.delivery import Mailer, OutboxItem
from tests.factories import TraderFactory
from tests.integration.desk import Desk
from tests.integration.mail.server import DROP, SILENCE, Server
from tests.integration.worker.conftest import deliver_all, deliver_once, postman_of


def one_letter(desk: Desk) -> OutboxItem:
    """A letter that is due: the proposal of an offer."""
    desk.offer(desk.sell_ad(10), desk.trader(), 2)
    return waiting(desk)[0]


def waiting(desk: Desk) -> list[OutboxItem]:
    return list(desk.store.outbox.waiting(10_000))


def delay(desk: Desk) -> timedelta:
    return waiting(desk)[0].next_attempt_at - desk.clock.now()


def seconds(low: float, high: float) -> tuple[timedelta, timedelta]:
    return timedelta(seconds=low * (1 - JITTER)), timedelta(seconds=high * (1 + JITTER))


def test_a_letter_is_sent_once_and_marked(desk: Desk, server: Server, mailer: Mailer) -> None:
    one_letter(desk)
    postman = postman_of(desk, mailer)
    assert [deliver_once(postman), deliver_once(postman)] == [1, 0]
    assert waiting(desk) == []
    assert [mail.recipients for mail in server.received] == [[desk.traders[0].email]]


@pytest.mark.parametrize("step", [{"greeting": "421 Busy"}, {"rcpt": "450 Greylisted"}, {"data": DROP}])
def test_a_passing_failure_is_tried_again_later_and_later(
    desk: Desk, server: Server, mailer: Mailer, step: dict[str, str]
) -> None:
    one_letter(desk)
    server.script.steps = step
    postman = postman_of(desk, mailer)
    for attempt in range(1, 12):
        assert deliver_once(postman) == 1
        assert deliver_once(postman) == 0
        expected = min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS)
        low, high = seconds(expected, expected)
        assert low <= delay(desk) <= high
        desk.clock.set(waiting(desk)[0].next_attempt_at)
    server.script.steps = {}
    assert deliver_once(postman) == 1
    assert waiting(desk) == []
    assert len(server.received) == 1


def test_an_ambiguous_answer_is_given_ten_minutes_and_one_message_id(
    desk: Desk, server: Server, mailer: Mailer
) -> None:
    one_letter(desk)
    server.script.steps = {"message": DROP}
    postman = postman_of(desk, mailer)
    deliver_once(postman)
    assert delay(desk) >= timedelta(seconds=AMBIGUOUS_DELAY_SECONDS)
    server.script.steps = {}
    desk.clock.set(waiting(desk)[0].next_attempt_at)
    deliver_once(postman)
    assert waiting(desk) == []
    first, second = server.received
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message["Subject"] == second.message["Subject"]


@pytest.mark.abuse("H7")
def test_a_refusal_parks_the_letter_until_the_operator_arms_it_again(
    desk: Desk, server: Server, mailer: Mailer
) -> None:
    letter = one_letter(desk)
    server.script.steps = {"rcpt": f"550 <{letter.recipient}> is unknown"}
    postman = postman_of(desk, mailer)
    deliver_once(postman)
    desk.clock.advance(days=30)
    assert deliver_once(postman) == 0
    (parked,) = waiting(desk)
    assert parked.state == "parked"
    assert parked.last_error == "the mail server refused the recipient: 550 <the recipient> is unknown"
    server.script.steps = {}
    assert desk.store.outbox.rearm([parked.id]) == 1
    assert deliver_once(postman) == 1
    assert waiting(desk) == []


def test_what_becomes_of_letters_is_told_and_counted(
    desk: Desk, server: Server, mailer: Mailer, caplog: pytest.LogCaptureFixture
) -> None:
    figures = LetterFigures()
    postman = postman_of(desk, mailer, figures)

    def counted() -> list[float | None]:
        outcomes = ("sent", "deferred", "parked")
        return [figures.registry.get_sample_value("p2p_letters_total", {"outcome": each}) for each in outcomes]

    assert counted() == [0, 0, 0]
    letter = one_letter(desk)
    server.script.steps = {"greeting": "421 Busy"}
    deliver_once(postman)
    server.script.steps = {"rcpt": "550 Unknown"}
    desk.clock.set(waiting(desk)[0].next_attempt_at)
    deliver_once(postman)
    server.script.steps = {}
    desk.store.outbox.rearm(None)
    deliver_once(postman)
    assert counted() == [1, 1, 1]
    deferred, parked = [record for record in caplog.records if record.name == "adapters.worker.postman"]
    assert (deferred.levelname, parked.levelname) == ("WARNING", "ERROR")
    assert deferred.getMessage().startswith(f"Letter {letter.id} is tried again in ")
    assert deferred.getMessage().endswith("no connection to the mail server: 421 Busy")
    assert parked.getMessage().startswith(f"Letter {letter.id} is parked after 2 attempts: ")


def test_a_letter_is_parked_after_days_of_trying(desk: Desk, server: Server, mailer: Mailer) -> None:
    one_letter(desk)
    began = desk.clock.now()
    server.script.steps = {"greeting": "421 Busy"}
    postman = postman_of(desk, mailer)
    for _ in range(MOST_ATTEMPTS):
        assert deliver_once(postman) == 1
        desk.clock.set(max(desk.clock.now(), waiting(desk)[0].next_attempt_at))
    (parked,) = waiting(desk)
    assert (parked.state, parked.attempts) == ("parked", MOST_ATTEMPTS)
    assert timedelta(days=3) < desk.clock.now() - began < timedelta(days=7)


@pytest.mark.abuse("H4")
def test_a_letter_that_cannot_be_built_is_parked_and_the_next_goes_out(
    desk: Desk, server: Server, mailer: Mailer
) -> None:
    ad = desk.sell_ad(10)
    nowhere = desk.add(TraderFactory(email="no address at all"))
    desk.offer(desk.ad(nowhere, ad_type=AdType.BUY), desk.trader(usdt=5), 2)
    desk.offer(ad, desk.trader(), 2)
    assert deliver_all(postman_of(desk, mailer)) == 2
    assert [item.state for item in waiting(desk)] == ["parked"]
    assert len(server.received) == 1


def test_a_vanished_claim_runs_out_and_its_late_holder_marks_nothing(
    desk: Desk, server: Server, mailer: Mailer
) -> None:
    one_letter(desk)
    vanished, other = postman_of(desk, mailer), postman_of(desk, mailer)
    (claimed,) = vanished.claim(10)
    assert deliver_once(other) == 0
    desk.clock.advance(seconds=LEASE_SECONDS)
    (taken,) = other.claim(10)
    vanished.deliver(claimed)
    vanished.put_down()
    assert [item.state for item in waiting(desk)] == ["sending"]
    other.deliver(taken)
    other.put_down()
    assert waiting(desk) == []
    assert len({mail.message["Message-ID"] for mail in server.received}) == 1


@pytest.mark.abuse("I8")
def test_no_transaction_is_open_while_a_mail_is_sent(desk: Desk, server: Server, mailer: Mailer) -> None:
    """Each letter's server is asked to write to the desk itself, which an open transaction would keep it from."""
    one_letter(desk)
    done: list[datetime] = []

    def decide(step: str, _: object) -> str | None:
        if step == "message":
            desk.trader(usdt=1)
            done.append(desk.clock.now())
        return None

    server.script.decide = decide
    deliver_once(postman_of(desk, mailer))
    assert len(done) >= 1
    assert waiting(desk) == []


def test_silence_after_the_dot_is_ambiguous_too(desk: Desk, server: Server, mailer: Mailer) -> None:
    one_letter(desk)
    server.script.steps = {"message": SILENCE}
    deliver_once(postman_of(desk, mailer))
    assert delay(desk) >= timedelta(seconds=AMBIGUOUS_DELAY_SECONDS)


@pytest.mark.parametrize(
    ("step", "level"), [({}, "INFO"), ({"rcpt": "450 Later"}, "WARNING"), ({"rcpt": "550 No"}, "ERROR")]
)
def test_the_log_says_whom_and_what_a_letter_was_about_and_which_request_caused_it(
    desk: Desk, server: Server, mailer: Mailer, caplog: pytest.LogCaptureFixture, step: dict[str, str], level: str
) -> None:
    cause, ad = uuid4(), desk.sell_ad(10)
    with caused_by(cause):
        offer = desk.offer(ad, desk.trader(), 2)
    server.script.steps = step
    with caplog.at_level(logging.INFO):
        deliver_once(postman_of(desk, mailer))
    (record,) = [vars(record) for record in caplog.records if record.name == "adapters.worker.postman"]
    assert record["levelname"] == level
    told = {name: record[name] for name in ("kind", "trader_id", "offer_id", "request_id")}
    assert told == {"kind": "ad_interest", "trader_id": ad.maker_id, "offer_id": offer.id, "request_id": cause}
