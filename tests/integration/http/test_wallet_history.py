"""The movements of one's wallets: what is asked for, and the same as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from adapters.http.answering.spreadsheets import CSV_PAGE, defused
from tests.integration.http.desk import NO_CRYPTO, PASSWORD, Caller, Desk, told

COLUMNS = ["created_at", "kind", "reference", "crypto_currency", "wallet", "side", "amount"]


def move(caller: Caller, amount: str = "1", source: str = "p2p", target: str = "main") -> None:
    body = {"crypto_currency": "trx", "amount": amount, "source": source, "target": target}
    assert caller.post("/wallet/transfer/", body).status_int == 200


def table(caller: Caller, query: str = "", accept: str = "text/csv") -> list[list[str]]:
    answer = caller.get(f"/wallet/history/{query}", accept=accept)
    assert answer.content_type == "text/csv", answer.text
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def test_the_history_is_asked_for_a_currency_a_purse_and_days(desk: Desk) -> None:
    jude = desk.trader("Jude", trx="10", btc="2")
    desk.clock.advance(days=1)
    body = {"email": jude.trader.email, "password": PASSWORD}
    # The token of yesterday is good no more.
    jude = replace(jude, token=desk.app.post_json("/auth/token/", body).json["entity"]["access"])
    move(jude)

    def kinds(query: str) -> list[tuple[str, str]]:
        items = jude.get(f"/wallet/history/?{query}").json["entity"]["items"]
        return [(item["kind"], item["crypto_currency"]) for item in items]

    moved, btc, trx = ("transfer", "trx"), ("deposit", "btc"), ("deposit", "trx")
    assert kinds("") == [moved, btc, trx]
    assert kinds("crypto_currency=BTC") == [btc]
    assert kinds("purse=main") == [moved]
    assert kinds("purse=escrow") == []
    assert kinds("from=2026-03-03") == [moved]
    assert kinds("to=2026-03-02") == [btc, trx]
    assert kinds("from=2026-03-02&to=2026-03-03&crypto_currency=trx") == [moved, trx]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("purse=outside", "(purse) This is not a valid choice."),
        ("from=yesterday", "(from) A valid date is required, as YYYY-MM-DD."),
        ("to=2026-02-30", "(to) A valid date is required, as YYYY-MM-DD."),
        ("from=2026-03-02&to=2026-03-01", "(to) The end date is before the start date."),
        ("crypto_currency=tr-x", f"(crypto_currency) {NO_CRYPTO}"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_what_cannot_be_asked_for_is_named_in_the_envelope(desk: Desk, query: str, message: str, accept: str) -> None:
    answer = desk.trader("Jude").get(f"/wallet/history/?{query}", accept=accept)
    assert told(answer) == (400, message)


def test_the_table_has_a_row_for_each_wallet_that_was_touched(desk: Desk) -> None:
    jude = desk.trader("Jude", trx="10.5")
    move(jude, "0.000001")
    head, debit, credit, deposit = table(jude)
    assert head == COLUMNS
    shown = jude.get("/wallet/history/").json["entity"]["items"]
    moved = [shown[0][name] for name in COLUMNS[:4]]
    amount = "0.00000100000000000000"
    assert (debit, credit) == ([*moved, "p2p", "debit", amount], [*moved, "main", "credit", amount])
    assert deposit[3:] == ["trx", "p2p", "credit", "10.50000000000000000000"]
    assert table(jude, "?crypto_currency=btc") == [COLUMNS]
    assert [row[1] for row in table(jude, "?purse=main")] == ["kind", "transfer", "transfer"]


def test_the_table_is_a_file_that_nobody_keeps_or_reads_as_anything_else(desk: Desk) -> None:
    answer = desk.trader("Jude").get("/wallet/history/", accept="text/csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wallet-history.csv"'
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json", "text/csv;q=0.5, */*", "text/html", "no, such ,, thing"]
)
def test_who_does_not_prefer_a_table_is_given_json(desk: Desk, accept: str) -> None:
    answer = desk.trader("Jude").get("/wallet/history/", accept=accept)
    assert (answer.content_type, answer.headers["Vary"]) == ("application/json", "Accept")


@pytest.mark.parametrize("accept", ["text/csv", "TEXT/CSV", "text/*", "text/csv, application/json;q=0.9"])
def test_who_prefers_a_table_is_given_one(desk: Desk, accept: str) -> None:
    assert table(desk.trader("Jude"), accept=accept) == [COLUMNS]


def test_the_table_has_all_pages(desk: Desk) -> None:
    jude = desk.trader("Jude", trx="1000")
    for _ in range(CSV_PAGE // 2 + 1):
        move(jude)
        move(jude, source="main", target="p2p")
    rows = table(jude, "?limit=1")
    # Two rows a transfer, the deposit and the head.
    assert len(rows) == (CSV_PAGE // 2 + 1) * 4 + 2
    assert len({row[2] for row in rows[1:]}) == (CSV_PAGE // 2 + 1) * 2 + 1


def test_a_cursor_goes_on_with_its_own_question_in_either_form(desk: Desk) -> None:
    jude = desk.trader("Jude", trx="10")
    move(jude)
    cursor = jude.get("/wallet/history/?crypto_currency=trx&limit=1").json["entity"]["next"]
    assert [row[1] for row in table(jude, f"?crypto_currency=trx&cursor={cursor}")] == ["kind", "deposit"]
    for other in ("", "&crypto_currency=btc", "&crypto_currency=trx&purse=p2p", "&crypto_currency=trx&to=2026-03-02"):
        for accept in ("application/json", "text/csv"):
            assert jude.get(f"/wallet/history/?cursor={cursor}{other}", accept=accept).status_int == 400


@pytest.mark.parametrize("reference", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1"])
def test_no_cell_is_a_formula(desk: Desk, reference: str) -> None:
    jude = desk.trader("Jude")
    desk.deposit(jude.trader, "trx", "1", reference=reference)
    assert table(jude)[1][2] == f"'{reference}"
    assert jude.get("/wallet/history/").json["entity"]["items"][0]["reference"] == reference


@pytest.mark.parametrize("cell", ["\t=1", "\r=1", "\n=1", "=", "\uff20a"])
def test_a_cell_that_begins_as_a_formula_is_a_text(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "trx", "1.5", "a=b", "ad:1"])
def test_another_cell_stays_as_it_is(cell: str) -> None:
    assert defused(cell) == cell
