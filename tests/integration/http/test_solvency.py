"""What the desk owes, and that what one holds is in it: ``GET /p2p/solvency/`` and ``GET /wallet/proof/``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.worker.bookkeeper import Bookkeeper
from entrypoints.cli.main import main
from tests.integration.http.desk import Caller, Desk

NO_STATEMENT = {"number": 0, "at": None, "link_number": 0, "link_digest": ""}


@pytest.fixture(autouse=True)
def masked_as_before() -> Iterator[None]:
    """A command keeps what it writes from others. In this process that would hold for all that later tests write."""
    before = os.umask(0)
    os.umask(before)
    yield
    os.umask(before)


def state(desk: Desk) -> None:
    """The worker chains what there is, and states what is owed."""
    bookkeeper = Bookkeeper(desk.store, desk.services.identifiers, timedelta(minutes=1))
    bookkeeper.chain_once()
    bookkeeper.work_once()


def saved(path: Path, answer: Any) -> str:
    path.write_text(json.dumps(answer), encoding="utf-8")
    return str(path)


def test_before_the_first_statement_nothing_is_said(desk: Desk, jude: Caller) -> None:
    assert desk.app.get("/p2p/solvency/").json["entity"] == {**NO_STATEMENT, "totals": []}
    assert jude.get("/wallet/proof/").json["entity"] == {**NO_STATEMENT, "trader": jude.id, "proofs": []}


def test_anybody_sees_what_is_owed_and_each_trader_finds_themselves(
    desk: Desk, jude: Caller, amara: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state(desk)
    held = {caller.id: caller.get("/wallet/").json["entity"] for caller in (jude, amara)}
    public = desk.app.get("/p2p/solvency/").json
    assert public["entity"]["number"] == 1
    assert public["entity"]["link_number"] == 1
    assert len(public["entity"]["link_digest"]) == 64
    totals = {total["crypto_currency"]: total for total in public["entity"]["totals"]}
    published = saved(tmp_path / "published.json", public)
    for caller in (jude, amara):
        answer = caller.get("/wallet/proof/").json
        proofs = {proof["crypto_currency"]: proof for proof in answer["entity"]["proofs"]}
        assert {code: [proof[purse] for purse in ("main", "p2p", "escrow")] for code, proof in proofs.items()} == {
            purses["crypto_currency"]: [purses[purse] for purse in ("main", "p2p", "escrow")]
            for purses in held[caller.id]
            if any(Decimal(purses[purse]) for purse in ("main", "p2p", "escrow"))
        }
        for code, proof in proofs.items():
            assert proof.items() >= totals[code].items()
        file = saved(tmp_path / "proof.json", answer)
        assert main(["solvency", "check", file, "--published", published, "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        # A desk that shows one leaf to two who have the same is caught by whoever sees another's id.
        assert shown["trader"] == caller.id
        assert [each["root"] for each in shown["proven"]] == [totals[code]["root"] for code in proofs]


@pytest.mark.abuse("C15")
def test_a_proof_is_of_its_caller_alone(desk: Desk, jude: Caller, amara: Caller) -> None:
    state(desk)
    answer = jude.get("/wallet/proof/")
    assert answer.json["entity"]["proofs"]
    assert amara.id not in answer.text
    assert desk.app.get("/wallet/proof/", status=401)
    assert "nonce" not in desk.app.get("/p2p/solvency/").text
    assert jude.id not in desk.app.get("/p2p/solvency/").text


def changed(answer: Any, *keys: Any, to: Any) -> Any:
    """The answer with something else at that place."""
    copied = json.loads(json.dumps(answer))
    place = copied
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = to
    return copied


FIRST = ("entity", "proofs", 0)


@pytest.mark.parametrize(
    ("keys", "to"),
    [
        ((*FIRST, "p2p"), "5"),
        ((*FIRST, "nonce"), "0" * 64),
        ((*FIRST, "owed"), "1"),
        ((*FIRST, "leaves"), 77),
        ((*FIRST, "root"), "0" * 64),
        ((*FIRST, "path"), []),
        ((*FIRST, "path", 0, "side"), None),
        (("entity", "number"), 2),
        (("entity", "at"), "2026-03-02T12:00:00"),
        (("entity", "at"), None),
        (("entity", "trader"), "00000000-0000-0000-0000-000000000001"),
        (("entity", "trader"), "nobody"),
        ((*FIRST, "main"), "-1"),
        ((*FIRST, "main"), 1),
        (("entity", "proofs"), None),
        (("entity",), []),
    ],
)
def test_whatever_was_changed_of_a_proof_is_found(
    desk: Desk, jude: Caller, amara: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str], keys: Any, to: Any
) -> None:
    state(desk)
    answer = jude.get("/wallet/proof/").json
    assert answer["entity"]["proofs"][0]["path"], "somebody else is in it, too"
    file = saved(tmp_path / "proof.json", changed(answer, *keys, to=to))
    assert main(["solvency", "check", file]) == 1
    complaint = capsys.readouterr().err
    assert "is not proven: " in complaint or "is no such answer of the desk" in complaint


def test_what_is_no_answer_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "proof.json"
    for text in ("", "[", "[]", "{}", "7", '"entity"', "[" * 100_000):
        file.write_text(text, encoding="utf-8")
        assert main(["solvency", "check", str(file)]) == 1
        # The settings of the tests themselves are told of as unknown ones before it.
        assert capsys.readouterr().err.splitlines()[-1] == f"p2p: {file} is no such answer of the desk"
    file.write_bytes(b"\xff\xfe\x00")
    assert main(["solvency", "check", str(file)]) == 1
    assert main(["solvency", "check", str(tmp_path / "nothing.json")]) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.abuse("C14")
def test_another_root_than_the_published_is_found(
    desk: Desk, jude: Caller, amara: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As if each were shown a tree of their own."""
    state(desk)
    file = saved(tmp_path / "proof.json", jude.get("/wallet/proof/").json["entity"])
    public = desk.app.get("/p2p/solvency/").json
    assert main(["solvency", "check", file]) == 0
    assert capsys.readouterr().out.startswith(
        f"Statement 1 of 2026-03-02T12:00:00.123456+00:00: all of {jude.id} is proven\n"
    )
    for keys, to in (
        (("entity", "totals", 0, "root"), "0" * 64),
        (("entity", "totals", 0, "owed"), "1"),
        (("entity", "totals"), []),
        (("entity", "number"), 2),
    ):
        published = saved(tmp_path / "published.json", changed(public, *keys, to=to))
        assert main(["solvency", "check", file, "--published", published]) == 1
        assert "another root, or of another statement" in capsys.readouterr().err


def test_whoever_held_nothing_is_told_so(
    desk: Desk, jude: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state(desk)
    nobody = desk.trader("nobody")
    file = saved(tmp_path / "proof.json", nobody.get("/wallet/proof/").json)
    assert main(["solvency", "check", file]) == 0
    assert "nothing to prove" in capsys.readouterr().out
