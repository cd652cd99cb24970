"""One story that calls every operation with success, and sends what the API document gives as examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pyotp
from webtest import TestResponse

from adapters.http.documents.openapi import described_operations
from adapters.http.documents.openapi_examples import example_of
from adapters.http.operation import Operation
from adapters.worker.bookkeeper import Bookkeeper
from domain.model.ledger import Purse
from domain.ports.store import Store
from tests.integration.files.pictures import picture
from tests.integration.http.desk import PASSWORD, Caller, Desk, new_store


class Story:
    """Plays the story on a desk of its own, whose clock stands still and whose ids are in a row.

    What is sent are the document's own examples; only the ids and tokens in them are this desk's.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.desk = Desk(store=store or new_store())
        self.exchanges: dict[str, dict[str, Any]] = {}
        self._operations = {operation.name: operation for operation in described_operations()}

    def call(
        self,
        name: str,
        caller: Caller | None = None,
        own: Mapping[str, Any] | None = None,
        query: str = "",
        **path: str,
    ) -> Any:
        """Call an operation and keep the exchange. Returns the entity, or the id of what was placed."""
        operation = self._operations[name]
        body = None if operation.body is None else {**example_of(operation.body), **(own or {})}
        answer = self._send(operation, caller, body, operation.path.format(**path) + query)
        assert answer.status_int == operation.success, f"{name}: {answer.text}"
        self.exchanges[name] = {
            "headers": {header: answer.headers[header] for header in operation.headers if header in answer.headers}
        }
        # Figures and pages are no examples: only what is in the envelope is.
        if not operation.media:
            self.exchanges[name]["answer"] = answer.json
        location = answer.headers.get("Location")
        if location is not None:
            return location.rsplit("/", 1)[1]
        return None if operation.media else answer.json["entity"]

    def _send(self, operation: Operation, caller: Caller | None, body: Any, url: str) -> TestResponse:
        headers = caller.headers if caller else {}
        if operation.method == "GET":
            return self.desk.app.get(url, headers=headers, expect_errors=True)
        if operation.method == "DELETE":
            send = self.desk.app.delete if body is None else partial(self.desk.app.delete_json, params=body)
            return send(url, headers=headers, expect_errors=True)
        if operation.prepare is not None:
            return self.desk.app.post(
                url, picture("PNG"), headers=headers, content_type="image/png", expect_errors=True
            )
        if body is None:
            return self.desk.app.post(url, headers=headers, expect_errors=True)
        return self.desk.app.post_json(url, body, headers=headers, expect_errors=True)

    def play(self) -> dict[str, dict[str, Any]]:
        """The whole story; the exchanges by operation."""
        jude, refresh = self._join()
        amara = self.desk.trader("Amara", trx="1000")
        ada = self.desk.trader("Ada", is_staff=True)
        ad = self._trade(jude, amara)
        self._quarrel(amara, ada, ad)
        self._look(jude)
        self._oversee(amara, ada)
        self._serve()
        self.call("close_ad", jude, ad_id=ad)
        key = self.call("make_key", jude)
        self.call("keys", jude)
        self.call("end_key", jude, key_id=key["id"])
        self._have_sent(jude)
        jude, refresh = self._change_passwords(jude)
        self._use_an_authenticator(jude)
        self.call("log_in")
        listed = self.call("logins", jude)["items"]
        self.call("end_login", jude, login_id=next(row["id"] for row in listed if not row["is_current"]))
        self.call("export_data", jude)
        self.call("log_out", jude, {"refresh": refresh})
        self.call("delete_account", self.desk.trader("Chidi"))
        return self.exchanges

    def _join(self) -> tuple[Caller, str]:
        self.call("register")
        pair = self.call("log_in")
        pair = self.call("refresh", own={"refresh": pair["refresh"]})
        caller = Caller(self.desk.app, self.desk.find("jude@example.com"), pair["access"])
        self.call("me", caller)
        self.call("ticket", caller)
        self.desk.deposit(caller.trader, "trx", "1000", Purse.MAIN)
        self.call("transfer", caller)
        return caller, pair["refresh"]

    def _use_an_authenticator(self, jude: Caller) -> None:
        self.call("totp", jude)
        otp = pyotp.TOTP(self.call("begin_totp", jude)["secret"]).at(self.desk.clock.now())
        codes = self.call("confirm_totp", jude, {"otp": otp})["recovery_codes"]
        self.call("disable_totp", jude, {"otp": codes[0]})

    def _change_passwords(self, jude: Caller) -> tuple[Caller, str]:
        """To another one by a code, and back again. Returns the login that is left."""
        # One code was mailed when Jude joined.
        self.desk.clock.advance(minutes=1)
        self.call("send_verification", jude)
        self.call("verify", jude, {"code": self.desk.mailed_code()})
        self.call("ask_for_reset")
        body = {"code": self.desk.mailed_code()}
        self.call("reset_password", own=body)
        changed = example_of(self._operations["reset_password"].body)["password"]
        pair = self.call("log_in", own={"password": changed})
        jude = Caller(self.desk.app, jude.trader, pair["access"])
        self.call("change_password", jude, {"password": changed, "new_password": PASSWORD})
        return jude, pair["refresh"]

    def _trade(self, jude: Caller, amara: Caller) -> str:
        """An ad, an offer that is cancelled, and one that is paid and released. Returns the ad's id."""
        ad: str = self.call("create_ad", jude)
        self.call("prices", amara)
        self.call("board", amara, query="?ad_type=sell&crypto_currency=trx&sort=price")
        self.call("ad_detail", amara, ad_id=ad)
        self.call("edit_ad", jude, ad_id=ad)
        self.call("pause_ad", jude, ad_id=ad)
        self.call("resume_ad", jude, ad_id=ad)
        made = self.call("create_offer", amara, {"ad": int(ad)})
        self.call("offer_detail", amara, offer_id=str(made["id"]))
        self.call("write_message", amara, offer_id=str(made["id"]))
        self.call("send_attachment", amara, query="?name=receipt.png", offer_id=str(made["id"]))
        self.call("attachment", jude, offer_id=str(made["id"]), number="2")
        self.call("chat", jude, offer_id=str(made["id"]))
        self.call("cancel_offer", amara, offer_id=str(made["id"]))
        offer = str(amara.offer(int(ad)))
        self.call("indicate_payment", amara, offer_id=offer)
        self.call("release_funds", jude, offer_id=offer)
        self.call("give_feedback", amara, offer_id=offer)
        self.call("trader", amara, trader_id=jude.id)
        self.call("feedback_about", amara, trader_id=jude.id)
        self.call("block", amara, trader_id=jude.id)
        self.call("blocks", amara)
        self.call("unblock", amara, trader_id=jude.id)
        saved = str(self.call("save_payment_method", amara)["id"])
        self.call("edit_payment_method", amara, method_id=saved)
        self.call("payment_methods", amara)
        self.call("delete_payment_method", amara, method_id=saved)
        return ad

    def _quarrel(self, amara: Caller, ada: Caller, ad: str) -> None:
        offer = str(amara.offer(int(ad), "5"))
        amara.post(f"/p2p/offer/paid/{offer}/")
        self.call("open_dispute", amara, offer_id=offer)
        self.call("withdraw_dispute", amara, offer_id=offer)
        amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came.", "kind": "crypto_not_released"})
        self.call("take_dispute", ada, offer_id=offer)
        self.call("disputes", ada, query="?mine=1&kind=crypto_not_released")
        self.call("resolve_dispute", ada, offer_id=offer)
        self._propose(amara, ada, ad)
        offer = str(amara.offer(int(ad), "5"))
        amara.post(f"/p2p/offer/paid/{offer}/")
        self.call("return_offer", amara, offer_id=offer)

    def _propose(self, amara: Caller, ada: Caller, ad: str) -> None:
        """Two offers, on a desk where two of the staff must agree on any amount."""
        ben = self.desk.trader("Ben", is_staff=True)
        two_agree = self.desk.with_services(second_approval={"trx": Decimal(0)})
        for name in ("reject_proposal", "approve_proposal"):
            offer = amara.offer(int(ad), "5")
            amara.post(f"/p2p/offer/paid/{offer}/")
            amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
            ruling = {"in_favour_of": "buyer", "note": "The bank has confirmed the payment."}
            replace(ada, app=two_agree).post(f"/admin/dispute/resolve/{offer}/", ruling)
            self.call(name, ben, offer_id=str(offer))

    def _look(self, jude: Caller) -> None:
        self.call("limits", jude)
        self.call("my_offers", jude, query="?role=seller&status=completed&limit=1")
        self.call("wallet", jude)
        self.call("wallet_history", jude, query="?limit=2")
        Bookkeeper(self.desk.store, self.desk.services.identifiers, timedelta(hours=1)).work_once()
        self.call("proof", jude)
        self.call("notifications", jude, query="?since=1&limit=2")
        self.call("mark_read", jude)

    def _oversee(self, amara: Caller, ada: Caller) -> None:
        self.call("restrict", ada, {"trader": amara.id})
        self.call("unrestrict", ada, trader_id=amara.id, crypto_currency="usdt")
        self.call("suspend", ada, trader_id=amara.id)
        self.call("reinstate", ada, trader_id=amara.id)
        self.call("freeze", ada)
        self.call("unfreeze", ada)
        self.call("audit", ada, query="?limit=2")
        self.call("traders", ada, query="?q=amara&limit=1")
        self.call("trader_file", ada, trader_id=amara.id)
        self.call("verify_trader", ada, trader_id=amara.id)
        self.call("all_offers", ada, query=f"?status=completed&trader={amara.id}&limit=1")

    def _have_sent(self, jude: Caller) -> None:
        webhook = self.call("add_webhook", jude)["id"]
        self.call("webhooks", jude)
        self.call("test_webhook", jude, webhook_id=webhook)
        self.call("turn_on_webhook", jude, webhook_id=webhook)
        self.call("remove_webhook", jude, webhook_id=webhook)

    def _serve(self) -> None:
        names = (
            "icon",
            "settings",
            "solvency",
            "alive",
            "ready",
            "metrics",
            "api_document",
            "websocket_document",
            "docs",
        )
        for name in names:
            self.call(name)
        self.call("docs_asset", asset="docs.js")
