"""Figures of letters, beside those of requests."""

import io
import json
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.worker.figures import SENT, LetterFigures
from config.logging import JsonFormatter
from config.masking import Redactor
from domain.errors import StoreUnavailable
from tests.integration.http.desk import Desk, new_store, offer_body
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
    ada = desk.trader("Ada", is_staff=True)
    ad = jude.ad()
    offer = amara.offer(ad)
    amara.post("/p2p/offer/create/", offer_body(ad, "5000"))
    amara.post("/p2p/offer/create/", offer_body(ad + 1))
    amara.post(f"/p2p/offer/release/{offer}/")
    ada.post(f"/admin/suspension/{jude.id}/", {"note": "Why."})
    ada.post("/admin/restriction/", {"trader": amara.id, "crypto_currency": "trx", "note": "Why."})

    def lines(operation: str) -> list[dict[str, object]]:
        found = [vars(each) for each in caplog.records if getattr(each, "operation", "") == operation]
        assert all(isinstance(record["milliseconds"], float) for record in found)
        told = ("trader_id", "about_trader_id", "offer_id", "ad_id", "error_code")
        return [{name: record[name] for name in told if name in record} for record in found]

    by_amara, by_ada = {"trader_id": amara.id}, {"trader_id": ada.id}
    assert lines("create_ad") == [{"trader_id": jude.id, "ad_id": ad}]
    assert lines("create_offer") == [
        {**by_amara, "ad_id": ad, "offer_id": offer},
        {**by_amara, "ad_id": ad, "error_code": "above_maximum"},
        {**by_amara, "ad_id": ad + 1, "error_code": "unknown_ad"},
    ]
    assert lines("release_funds") == [{**by_amara, "offer_id": offer, "error_code": "not_authorised"}]
    assert lines("suspend") == [{**by_ada, "about_trader_id": jude.id}]
    assert lines("restrict") == [{**by_ada, "about_trader_id": amara.id}]


def test_what_a_request_logs_on_its_way_has_its_id(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever code it is that logs, which may know nothing of requests."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(Redactor(())))
    amara = desk.trader("Amara")
    with caplog.at_level(logging.WARNING):
        logging.getLogger("adapters.http").addHandler(handler)
        try:
            answer = desk.app.post_json(
                "/auth/token/", {"email": amara.trader.email, "password": "wrong wrong"}, expect_errors=True
            )
        finally:
            logging.getLogger("adapters.http").removeHandler(handler)
    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert line["logger"] == "adapters.http.requests.guessing"
    assert line["request_id"] == answer.headers["X-Request-Id"]
