"""One story that calls every operation once with success: the exchanges are the examples of the API document."""

from __future__ import annotations

from typing import Any

from webtest import TestResponse

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from domain.model.ledger import Purse
from domain.ports.store import Store
from tests.integration.http.desk import PASSWORD, Caller, Desk, ad_body, offer_body

HEADERS_SHOWN = ("Location", "ETag")
ACCOUNT = {"bank_account_name": "Jude O", "bank_account_number": "9876543210", "bank_name": "Second Bank"}


class Story:
    """Plays the story on a desk of its own, whose clock stands still and whose ids are in a row."""

    def __init__(self, store: Store | None = None) -> None:
        self.desk = Desk() if store is None else Desk(store=store)
        self.exchanges: dict[str, dict[str, Any]] = {}
        self._operations = {operation.name: operation for operation in OPERATIONS}

    def call(self, name: str, caller: Caller | None = None, body: Any = None, query: str = "", **path: str) -> Any:
        """Call an operation and keep the exchange. Returns the entity, or the id of what was placed."""
        operation = self._operations[name]
        answer = self._send(operation, caller, body, operation.path.format(**path) + query)
        assert answer.status_int == 200, f"{name}: {answer.text}"
        exchange: dict[str, Any] = {"path_parameters": path} if path else {}
        if body is not None:
            exchange["body"] = body
        shown = {header: answer.headers[header] for header in HEADERS_SHOWN if header in answer.headers}
        if shown:
            exchange["headers"] = shown
        # Figures and pages are no examples: only what is in the envelope is.
        if operation.media is None:
            exchange["answer"] = answer.json
        self.exchanges[name] = exchange
        location = answer.headers.get("Location")
        if location is not None:
            return location.rsplit("/", 1)[1]
        return answer.json["entity"] if operation.media is None else None

    def _send(self, operation: Operation, caller: Caller | None, body: Any, url: str) -> TestResponse:
        headers = caller.headers if caller else {}
        if operation.method == "GET":
            return self.desk.app.get(url, headers=headers, expect_errors=True)
        if operation.method == "DELETE":
            return self.desk.app.delete(url, headers=headers, expect_errors=True)
        if body is None:
            return self.desk.app.post(url, headers=headers, expect_errors=True)
        return self.desk.app.post_json(url, body, headers=headers, expect_errors=True)

    def play(self) -> dict[str, dict[str, Any]]:
        """The whole story; the exchanges by operation, in the order of the table."""
        jude = self._join()
        amara = self.desk.trader("Amara", trx="1000")
        ada = self.desk.trader("Ada", is_staff=True)
        ad = self._trade(jude, amara)
        self._quarrel(amara, ada, ad)
        self._look(jude)
        self._oversee(amara, ada)
        self._serve()
        self.call("close_ad", jude, ad_id=ad)
        self.call("log_out", jude, {})
        in_order = [name for name in self._operations if name in self.exchanges]
        return {name: self.exchanges[name] for name in in_order}

    def _join(self) -> Caller:
        jude = {"email": "jude@example.com", "fullname": "Jude", "password": PASSWORD, "country": "NG"}
        self.call("register", body=jude)
        pair = self.call("log_in", body={"email": "jude@example.com", "password": PASSWORD})
        pair = self.call("refresh", body={"refresh": pair["refresh"]})
        caller = Caller(self.desk.app, self.desk.find("jude@example.com"), pair["access"])
        self.call("me", caller)
        self.call("ticket", caller)
        self.desk.deposit(caller.trader, "trx", "1000", Purse.MAIN)
        move = {"crypto_currency": "trx", "amount": "500", "source": "main", "target": "p2p"}
        self.call("transfer", caller, move)
        return caller

    def _trade(self, jude: Caller, amara: Caller) -> str:
        """An ad, an offer that is cancelled, and one that is paid and released. Returns the ad's id."""
        ad: str = self.call("create_ad", jude, ad_body(end_date="2026-12-31", **ACCOUNT))
        self.call("board", amara, query="?ad_type=sell&crypto_currency=trx&sort=price")
        self.call("ad_detail", amara, ad_id=ad)
        self.call("pause_ad", jude, ad_id=ad)
        self.call("resume_ad", jude, ad_id=ad)
        made = self.call("create_offer", amara, offer_body(int(ad), fiat_amount="2000.00"))
        self.call("offer_detail", amara, offer_id=str(made["id"]))
        self.call("cancel_offer", amara, offer_id=str(made["id"]))
        offer = str(amara.offer(int(ad)))
        self.call("indicate_payment", amara, offer_id=offer)
        self.call("release_funds", jude, offer_id=offer)
        return ad

    def _quarrel(self, amara: Caller, ada: Caller, ad: str) -> None:
        offer = str(amara.offer(int(ad), "5"))
        amara.post(f"/p2p/offer/paid/{offer}/")
        self.call("open_dispute", amara, {"reason": "I have paid, and nothing came."}, offer_id=offer)
        self.call("disputes", ada)
        resolution = {"in_favour_of": "buyer", "note": "The bank has confirmed the payment."}
        self.call("resolve_dispute", ada, resolution, offer_id=offer)

    def _look(self, jude: Caller) -> None:
        self.call("my_offers", jude, query="?role=seller&status=completed&limit=1")
        self.call("wallet", jude)
        self.call("wallet_history", jude, query="?limit=2")
        self.call("notifications", jude, query="?since=1&limit=2")
        self.call("mark_read", jude, {"up_to": 3})

    def _oversee(self, amara: Caller, ada: Caller) -> None:
        restriction = {"trader": amara.id, "crypto_currency": "usdt", "reason": "Unclear source of funds."}
        self.call("restrict", ada, restriction)
        self.call("unrestrict", ada, trader_id=amara.id, crypto_currency="usdt")
        self.call("suspend", ada, {"reason": "Account taken over."}, trader_id=amara.id)
        self.call("reinstate", ada, trader_id=amara.id)

    def _serve(self) -> None:
        for name in ("settings", "icon", "alive", "ready", "metrics", "websocket_document", "docs"):
            self.call(name)
        self.call("docs_asset", asset="docs.js")
