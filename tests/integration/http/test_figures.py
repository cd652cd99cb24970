"""Figures of letters, beside those of requests."""

import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.worker.figures import SENT, LetterFigures
from domain.errors import StoreUnavailable
from tests.integration.http.desk import Desk, new_store
from tests.integration.http.faults import BreakableStore


@pytest.fixture
def store() -> BreakableStore:
    return BreakableStore(new_store())


@pytest.fixture
def desk(store: BreakableStore) -> Desk:
    return Desk(store=store)


def samples(text: str, name: str) -> dict[str, float]:
    """The values of one figure, by its one label."""
    families = text_string_to_metric_families(text)
    found = [sample for family in families for sample in family.samples if sample.name == name]
    return {next(iter(sample.labels.values())): sample.value for sample in found}


def test_letters_that_wait_are_counted_as_the_store_has_them(desk: Desk) -> None:
    assert samples(desk.app.get("/metrics").text, "p2p_letters_waiting") == {"queued": 0, "parked": 0}
    desk.trader("Amara").offer(desk.trader("Jude", trx="1000").ad())
    assert samples(desk.app.get("/metrics").text, "p2p_letters_waiting") == {"queued": 2, "parked": 0}


def test_figures_are_there_while_the_store_is_away(desk: Desk, store: BreakableStore) -> None:
    desk.app.get("/healthz")
    store.on_begin.append(StoreUnavailable("no connection"))
    text = desk.app.get("/metrics").text
    assert samples(text, "p2p_letters_waiting") == {}
    assert samples(text, "p2p_http_requests_total")["alive"] == 1


def test_what_a_worker_in_the_same_process_did_is_among_them(desk: Desk) -> None:
    figures = LetterFigures()
    figures.count(SENT)
    text = desk.with_services(registries=(figures.registry,)).get("/metrics").text
    assert samples(text, "p2p_letters_total") == {"sent": 1, "deferred": 0, "parked": 0}


def test_refusals_are_counted_by_their_code(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    jude = desk.trader("Jude")
    for path in ("/p2p/ad/detail/5/", "/nowhere", "/nowhere"):
        jude.get(path)
    desk.app.get("/wallet/", expect_errors=True)
    text = desk.app.get("/metrics").text
    assert samples(text, "p2p_http_refusals_total") == {"ad_not_found": 1, "not_found": 2, "no_token": 1}
    (record,) = [record for record in caplog.records if getattr(record, "operation", "") == "ad_detail"]
    assert record.error_code == "ad_not_found"  # type: ignore[attr-defined]
    assert "ad_detail 404 ad_not_found in" in record.getMessage()


def test_the_line_of_a_request_says_whose_it_was_and_about_what(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    jude, amara = desk.trader("Jude", trx="1000"), desk.trader("Amara")
    ad = jude.ad()
    offer = amara.offer(ad)
    amara.post(f"/p2p/offer/release/{offer}/")

    def line(operation: str) -> dict[str, object]:
        (record,) = [vars(each) for each in caplog.records if getattr(each, "operation", "") == operation]
        assert isinstance(record["milliseconds"], float)
        return {name: record[name] for name in ("trader_id", "offer_id", "ad_id", "error_code") if name in record}

    assert line("create_offer") == {"trader_id": str(amara.id), "offer_id": str(offer)}
    refused = {"trader_id": str(amara.id), "offer_id": str(offer), "error_code": "not_authorised"}
    assert line("release_funds") == refused
