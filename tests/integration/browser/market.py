"""What people do at the desk by programs, to have something to look at on the page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from entrypoints.cli.demo_traders import PASSWORD
from tests.integration.browser.people import Desk
from tests.integration.serving import ask

ACCOUNT = {
    "bank_account_name": "Jude Okafor",
    "bank_account_number": "0123456789",
    "bank_name": "First Bank",
}
OTHER_ACCOUNT = {"bank_account_name": "Amara Nwosu", "bank_account_number": "0987654321", "bank_name": "GTBank"}

_WALLETS = ("main", "p2p", "escrow")


class Market:
    """Jude, Amara and the others of the made-up market, each with a token."""

    PASSWORD = PASSWORD

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._port = desk.addresses.http
        self._tokens = dict[str, str]()

    def ad(self, who: str, ad_type: str, **more: Any) -> int:
        """Place an ad of 100 trx for 200 ngn each."""
        body = {
            "ad_type": ad_type, "crypto_currency": "trx", "crypto_amount": "100", "price_per_unit": "200",
            "fiat_currency": "ngn", "payment_method": "bank_transfer", **(ACCOUNT if ad_type == "sell" else {}), **more,
        }  # fmt: skip
        self.call("POST", "/p2p/ad/", who, body)
        return int(self.call("GET", "/p2p/ad/?mine=1&limit=1", who)["items"][0]["id"])

    def offer(self, who: str, ad: int, amount: str = "10") -> int:
        body = {"ad": ad, "currency_amount": amount, **OTHER_ACCOUNT}
        return int(self.call("POST", "/p2p/offer/create/", who, body)["id"])

    def paid(self, who: str, offer: int) -> None:
        self.call("POST", f"/p2p/offer/paid/{offer}/", who)

    def status(self, offer: int, who: str = "jude") -> str:
        return str(self.call("GET", f"/p2p/offer/detail/{offer}", who)["status"])

    def held(self, who: str) -> Decimal:
        """How much trx is in all wallets of somebody."""
        purses = self.call("GET", "/wallet/", who)
        return sum(
            (Decimal(purse[name]) for purse in purses if purse["crypto_currency"] == "trx" for name in _WALLETS),
            Decimal(0),
        )

    def id(self, who: str) -> str:
        return str(self.call("GET", "/auth/me/", who)["id"])

    def staff(self, who: str) -> None:
        """Somebody of the staff joins."""
        name, options = f"{who.capitalize()} of the staff", ("--staff", "--password", PASSWORD)
        self._desk.cli.done("trader", "add", f"{who}@example.com", "--fullname", name, *options)

    def call(self, method: str, path: str, who: str, body: dict[str, Any] | None = None) -> Any:
        """What the desk answers somebody, which is no failure."""
        status, answer = ask(self._port, method, path, self._token(who), body)
        assert status < 300, answer
        return answer["entity"]

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            body = {"email": f"{who}@example.com", "password": PASSWORD}
            status, answer = ask(self._port, "POST", "/auth/token/", body=body)
            assert status == 200, answer
            self._tokens[who] = answer["entity"]["access"]
        return self._tokens[who]
