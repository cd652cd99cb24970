"""``p2p offer show``: what became of one trade, on one screen."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from config.container import build
from config.settings import read_settings
from tests.integration.desk import Desk
from tests.integration.running import Cli


@pytest.fixture(params=["cli", "postgres_cli"])
def any_cli(request: pytest.FixtureRequest) -> Cli:
    found: Cli = request.getfixturevalue(request.param)
    return found


def test_a_trade_on_one_screen(any_cli: Cli) -> None:
    container = build(read_settings(any_cli.environment(), any_cli.folder))
    with closing(container):
        desk = Desk(container.store, container.clock)  # type: ignore[arg-type]
        taker = desk.trader()
        offer = desk.offer(desk.sell_ad(10), taker, 2)
        maker = next(trader for trader in desk.traders if trader.id != taker.id)
        desk.pay(offer)
        desk.release(offer)
    text = any_cli.done("offer", "show", str(offer.id))
    lines = text.splitlines()
    assert lines[0] == f"Offer {offer.id} is completed, version 3, on sell ad {offer.ad_id}"
    assert any(line.startswith("  maker (seller)") and maker.email in line for line in lines)
    assert any(line.startswith("  taker (buyer)") and taker.email in line for line in lines)
    history = lines[lines.index("History") + 1 : lines.index("Notices and letters")]
    assert [line.split()[2] for line in history] == ["pending", "paid", "completed"]
    assert history[-1].endswith("by maker (seller)")
    notices = lines[lines.index("Notices and letters") + 1 : lines.index("Postings")]
    assert any("funds_released" in line and "to taker (buyer)" in line and "queued" in line for line in notices)
    postings = lines[lines.index("Postings") + 1 :]
    assert "release" in postings[0]
    assert [line.split()[1:] for line in postings[1:]] == [
        ["usdt", "escrow", "of", "maker", "(seller)"],
        ["usdt", "p2p", "of", "taker", "(buyer)"],
    ]
    for secret in (offer.bank.account_number, offer.bank.account_name):
        assert secret not in text
    data = json.loads(any_cli.done("offer", "show", str(offer.id), "--json"))
    assert (data["state"], data["crypto"].split()[1]) == ("completed", "usdt")
    assert len(data["notices"]) == len(notices)


def test_an_offer_that_there_is_not(cli: Cli) -> None:
    assert "offer" in cli.refused("offer", "show", "7").lower()
    assert cli.run("offer", "show", "0").returncode == 2
