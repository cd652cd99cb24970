"""What is secret or somebody's own is told to nobody else, wherever it could come out.

Each secret and personal field of one story is a canary. Then everything is read that a stranger, the other party, the
operator and a mail server come to see, and looked through for each.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
from webtest import TestResponse

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.security import Caller as Callers
from tests.integration.http.desk import Caller, Desk
from tests.integration.http.test_authorisation import IDS

MAKERS_ACCOUNT, TAKERS_ACCOUNT, SAVED_ACCOUNT = "NG00-canary-maker", "NG00-canary-taker", "NG00-canary-saved"
GUESS, NOBODY = "a canary that somebody guessed", "nobody@canary.example"
READ = [operation for operation in OPERATIONS if operation.method == "GET" and operation.caller is not Callers.STAFF]


class Story:
    """A trade under way between Jude and Amara, at which Eve looks on; and what nobody else may come to see of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.of_nobody: dict[str, str] = {}
        self.jude, self.amara = self._join("jude"), self._join("amara")
        self.eve = desk.trader("Eve")
        desk.deposit(self.jude.trader, "trx", "1000")
        account = {"bank_account_name": "J", "bank_name": "First Bank", "bank_account_number": MAKERS_ACCOUNT}
        self.ad = self.jude.ad(**account, client_reference="canary-of-jude")
        self._save(self.jude)
        offer = {"bank_account_number": TAKERS_ACCOUNT, "client_reference": "canary-of-amara"}
        self.offer = self.amara.offer(self.ad, **offer)
        self._do(self.amara, f"/p2p/offer/chat/{self.offer}/", {"text": "canary of the chat"})
        self._do(self.amara, f"/p2p/offer/paid/{self.offer}/")
        self._do(self.jude, f"/p2p/offer/dispute/{self.offer}/", {"reason": "canary of the dispute"})
        self.of_jude = {
            "address": "jude@canary.example",
            "reference": "canary-of-jude",
            "saved account": SAVED_ACCOUNT,
        }
        self.of_amara = {"address": "amara@canary.example", "reference": "canary-of-amara"}
        self.of_both = {
            "maker's account": MAKERS_ACCOUNT,
            "taker's account": TAKERS_ACCOUNT,
            "chat": "canary of the chat",
            "dispute": "canary of the dispute",
        }

    def _join(self, name: str) -> Caller:
        """Registered and logged in over HTTP; all that is told on the way is a canary."""
        app, password = self.desk.app, f"the canary password of {name}"
        given = {"email": f"{name}@canary.example", "fullname": name.title(), "password": password}
        app.post_json("/auth/register/", given)
        pair = app.post_json("/auth/token/", {"email": given["email"], "password": password}).json["entity"]
        trader = self.desk.find(given["email"])
        caller = Caller(app, trader, pair["access"])
        ticket = self._do(caller, "/auth/ticket/")["ticket"]
        key = self._do(caller, "/auth/key/", {"name": "bot", "scopes": ["read"]})["key"]
        secrets = {"password": password, "access": pair["access"], "refresh": pair["refresh"], "ticket": ticket}
        kept = self.desk.store.run(lambda unit: unit.traders.password_hash(trader.id), writes=False)
        secrets |= {"key": key, "hash": kept}
        self.of_nobody |= {f"{kind} of {name}": value for kind, value in secrets.items()}
        return caller

    def _save(self, caller: Caller) -> None:
        account = {"bank_account_name": "J", "bank_name": "First Bank", "bank_account_number": SAVED_ACCOUNT}
        self._do(caller, "/p2p/payment-method/", {"label": "Mine", "payment_method": "bank_transfer", **account})

    @staticmethod
    def _do(caller: Caller, path: str, body: Any = None) -> Any:
        answer = caller.post(path, body)
        assert answer.status_int == 200, answer.text
        return answer.json["entity"]

    def path(self, operation: Operation) -> str:
        ids = {"ad_id": str(self.ad), "offer_id": str(self.offer), "trader_id": self.jude.id}
        return operation.path.format(**IDS | ids)

    def all_that_is_read_by(self, caller: Caller) -> str:
        """The answers of everything that can be read, headers and failures included."""
        answers = [caller.get(self.path(operation)) for operation in READ]
        return "\n".join(f"{answer.headers!r} {answer.body.decode(errors='replace')}" for answer in answers)


@pytest.fixture
def story(desk: Desk) -> Story:
    return Story(desk)


def seen(text: str, *canaries: dict[str, str]) -> list[str]:
    """The names of those that are in the text."""
    return [name for some in canaries for name, value in some.items() if value in text]


@pytest.mark.abuse("J1")
def test_what_is_secret_is_told_to_nobody_else(story: Story) -> None:
    """In any answer: neither to a stranger nor to the other party, who sees no more than what the trade needs."""
    by_eve, by_amara, by_jude = (story.all_that_is_read_by(caller) for caller in (story.eve, story.amara, story.jude))
    assert seen(by_eve, story.of_nobody, story.of_jude, story.of_amara, story.of_both) == []
    assert seen(by_amara, story.of_nobody, story.of_jude) == []
    assert seen(by_jude, story.of_nobody, story.of_amara) == []
    # What the other tests look for would be found: each sees their own, and what is of both.
    assert seen(by_jude, story.of_jude, story.of_both) == [*story.of_jude, *story.of_both]
    assert seen(by_amara, story.of_amara, story.of_both) == [*story.of_amara, *story.of_both]


@pytest.mark.abuse("J1")
def test_what_is_secret_is_in_no_log_and_no_figure(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        story = Story(desk)
        for caller in (story.eve, story.amara, story.jude):
            story.all_that_is_read_by(caller)
        refused = refusals_of(story)
    assert {answer.status_int for answer in refused} == {400, 401}
    figures = desk.app.get("/metrics").text
    logged = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in caplog.records)
    assert caplog.records
    guessed = {"guess": GUESS, "nobody's address": NOBODY}
    for text in (logged, figures):
        assert seen(text, story.of_nobody, story.of_jude, story.of_amara, story.of_both, guessed) == []


def refusals_of(story: Story) -> list[TestResponse]:
    """What is answered, and noted for the operator, where somebody guesses, or sends what is theirs to no use."""
    app, address = story.desk.app, story.of_jude["address"]
    bodies = [
        ("/auth/token/", {"email": address, "password": GUESS}),
        ("/auth/token/", {"email": NOBODY, "password": GUESS}),
        ("/auth/token/refresh/", {"refresh": story.of_nobody["access of jude"]}),
        ("/auth/password/reset/confirm/", {"email": address, "code": "000000", "new_password": GUESS}),
    ]
    refused = [app.post_json(path, body, expect_errors=True) for path, body in bodies]
    refused += [
        story.jude.post("/auth/password/", {"password": GUESS, "new_password": GUESS}),
        story.jude.post("/p2p/payment-method/", {"label": "Mine", "bank_account_number": SAVED_ACCOUNT}),
    ]
    return refused


@pytest.mark.abuse("J1")
def test_what_is_secret_is_in_no_letter_to_another(story: Story) -> None:
    letters: dict[str, list[str]] = {name: [] for name in ("jude", "amara")}
    for letter in story.desk.store.outbox.claim(uuid4(), 60, 1000):
        letters[letter.recipient.partition("@")[0]].append(repr(letter.facts))
    for name, others in (("jude", story.of_amara), ("amara", story.of_jude)):
        text = "\n".join(letters[name])
        assert text
        accounts = {"maker's": MAKERS_ACCOUNT, "taker's": TAKERS_ACCOUNT}
        assert seen(text, story.of_nobody, others, accounts) == []


@pytest.mark.abuse("J1")
def test_what_is_secret_is_not_printed_with_what_holds_it(story: Story) -> None:
    services = story.desk.services
    held = {"tokens": services.tokens, "sealer": services.sealer, "passwords": services.passwords, "all": services}
    assert [name for name, part in held.items() if "a secret of the tests" in repr(part)] == []
