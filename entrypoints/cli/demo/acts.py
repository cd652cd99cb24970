"""The customer's own story, once on a sell ad and once on a buy ad."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .actors import PASSWORD, Theatre, Trader

AD_KEYS = {
    "id", "user", "crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount",
    "start_date", "end_date", "auto_reply_message", "terms_of_trade", "additional_information", "status", "max_limit",
    "min_limit", "total_available", "trade_started_at", "trade_completed_at", "asset_id", "time_to_pay",
    "version", "gives_account", "client_reference", "min_completed_offers", "min_completion_rate", "requires_kyc",
    "fee_percent",
}  # fmt: skip
OFFER_KEYS = {
    "id", "created_at", "currency_amount", "status", "fiat_amount", "has_indicated_paid", "ad", "user",
}  # fmt: skip
AUTO_REPLY = "Hello, please pay within the window."
INSUFFICIENT = "Insufficient p2p balance, please move some funds to your p2p wallet"
NOBODYS_OFFER = 999_999_999


def ad_body(**changed: Any) -> dict[str, Any]:
    """The document's request body, with a trade that is worth telling."""
    return {
        "crypto_currency": "trx",
        "price_per_unit": "200.00",
        "ad_type": "sell",
        "payment_method": "bank_transfer",
        "fiat_currency": "usd",
        "crypto_amount": "100",
        "auto_reply_message": AUTO_REPLY,
        "terms_of_trade": "No third-party payments.",
        "time_to_pay": 30,
        "bank_account_name": "Jude N",
        "bank_account_number": "9876543210",
        "bank_name": "Second Bank",
        **changed,
    }


def offer_body(ad: int, name: str) -> dict[str, Any]:
    """The document's request body for 10 trx at 200 usd."""
    return {
        "currency_amount": "10",
        "fiat_amount": "2000",
        "bank_account_name": f"{name} N",
        "bank_account_number": "0123456789",
        "bank_name": "First Bank",
        "ad": ad,
    }


class Story:
    """Jude, Amara and Eve, and what they do."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.stage = theatre.stage
        self.jude, self.amara, self.eve = (Trader(theatre, name) for name in ("Jude", "Amara", "Eve"))

    def operate(self, *arguments: str, typed: str = "") -> str:
        """The operator runs a command of the desk; what it asks for is not shown. Returns what it said."""
        said = self.theatre.desk.operate(*arguments, typed=typed)
        self.stage.command(f"p2p {' '.join(arguments)}", said)
        return said

    def appoint(self, name: str) -> Trader:
        """The operator lets somebody join as staff, who log in."""
        staff = Trader(self.theatre, name)
        said = self.operate("trader", "add", staff.email, "--fullname", name, "--staff", typed=PASSWORD)
        staff.id = said.splitlines()[-1]
        staff.log_in()
        return staff

    def prologue(self) -> None:
        """Three traders join, and one has coins."""
        self.stage.act("Prologue")
        for trader in (self.jude, self.amara, self.eve):
            self.stage.scene(f"{trader.name} joins the desk")
            trader.join()
        self.stage.scene("Jude wants to sell before there is anything in the p2p wallet")
        self.jude.is_refused("/p2p/ad/", INSUFFICIENT, ad_body())
        self.stage.scene("Coins arrive from outside, and Jude moves them to the p2p wallet")
        self.operate("wallet", "deposit", self.jude.email, "trx", "1000", "--reference", "chain:1")
        moved = self.jude.post(
            "/wallet/transfer/", {"crypto_currency": "trx", "amount": "1000", "source": "main", "target": "p2p"}
        )
        self.stage.check("200", moved.status == 200, moved.text)
        self.jude.holds("trx", p2p="1000", escrow="0")
        self.stage.scene("Staff restrict Jude from trading usdt")
        self.operate("trader", "restrict", self.jude.email, "usdt")
        restricted = "You have been restricted from trading usdt, please contact support"
        self.jude.is_refused("/p2p/ad/", restricted, ad_body(crypto_currency="usdt"))

    def place_ad(self, body: dict[str, Any]) -> int:
        """Jude places an ad; the header names it, since the documented body does not."""
        answer = self.jude.succeeds("/p2p/ad/", "Ad created successfully", body)
        path, _, number = (answer.location or "").rpartition("/")
        self.stage.check(
            "Location names the ad, the entity is null",
            path.endswith("/p2p/ad/detail") and answer.entity is None,
            answer,
        )
        return int(number or 0)

    def look_at_ad(self, ad: int, available: str) -> None:
        """Amara looks at the ad; nothing private of Jude is in it."""
        shown = self.amara.get(f"/p2p/ad/detail/{ad}")
        entity = shown.entity or {}
        self.stage.check("exactly the document's keys", entity.keys() == AD_KEYS, sorted(entity))
        private = [word for word in (self.jude.email, "password", "is_staff", "groups") if word in shown.text]
        self.stage.check("no email, password, staff flag or group of Jude", not private, private)
        self.stage.check(
            f"{available} trx available", Decimal(entity.get("total_available", "-1")) == Decimal(available), entity
        )

    def pay(self, offer: int) -> None:
        """Amara, who buys from Jude, pays and says so."""
        self.amara.succeeds(f"/p2p/offer/paid/{offer}/", "Offer successfully marked as paid")
        claim = "Amara has claimed to have made payment regarding your P2P advertisement."
        self.jude.hears({"message": claim, "type": "payment_indication", "offer_id": offer})
        self.jude.finds_mail("Amara", "10", "2000.00")

    def make_offer(self, ad: int) -> int:
        """Amara makes an offer for 10 trx."""
        made = self.amara.succeeds("/p2p/offer/create/", "Offer created successfully", offer_body(ad, "Amara"))
        offer = made.entity or {}
        self.stage.check("exactly the document's keys", offer.keys() == OFFER_KEYS, sorted(offer))
        seen = tuple(
            offer.get(key) for key in ("currency_amount", "fiat_amount", "status", "has_indicated_paid", "ad", "user")
        )
        wanted = ("10.00000000000000000000", "2000.00", "pending", False, ad, self.amara.id)
        self.stage.check("20 decimals of crypto, 2 of fiat, pending, of Amara", seen == wanted, seen)
        return int(offer.get("id", 0))

    def hear_of_offer(self, wants: str, ad: int, offer: int) -> None:
        """What both are told about a new offer."""
        interest = f"You have an interested {wants} on your p2p ad"
        self.jude.hears({"message": interest, "type": "ad_interest", "ad_id": ad, "offer_id": offer})
        self.jude.finds_mail("Amara", "10", "2000.00")
        self.amara.hears({"message": AUTO_REPLY, "type": "auto_reply", "ad_id": ad, "offer_id": offer})
        self.amara.finds_mail(AUTO_REPLY)

    def refuse_strangers(self, offer: int) -> None:
        """Eve has no part in the offer, and nobody has one in an offer that is not there."""
        self.stage.scene("Eve tries to meddle, and Jude mistakes the number")
        for action, message in (
            ("paid", "You are not authorized to indicate payment on this offer"),
            ("cancel", "You are not authorized to cancel this offer"),
            ("release", "You are not authorized to release funds on this trade"),
        ):
            self.eve.is_refused(f"/p2p/offer/{action}/{offer}/", message)
            self.jude.is_refused(f"/p2p/offer/{action}/{NOBODYS_OFFER}/", "Offer not found")

    def release(self, seller: Trader, buyer: Trader, offer: int) -> None:
        """The seller releases, and the buyer has the coins."""
        seller.succeeds(f"/p2p/offer/release/{offer}/", "Funds have been released successfully")
        frame = {"message": "Funds have been released", "amount": Decimal("10.0"), "type": "funds_released"}
        buyer.hears({**frame, "crypto_currency": "trx"}, literally='"amount": 10.0')
        buyer.finds_mail("10 trx")
        seller.is_refused(f"/p2p/offer/release/{offer}/", "Funds have already been released")

    def replay(self, trader: Trader) -> None:
        """A trader who was away is told everything once more, in order, and HTTP says the same."""
        trader.stop_listening()
        listed = trader.get("/notifications/?since=0", brief=True)
        items = (listed.entity or {}).get("items", [])
        self.stage.check(f"HTTP lists all {len(items)} notices of {trader.name}", len(items) > 0, listed.text)
        trader.listen(since=0)
        for number, item in enumerate(items, start=1):
            frame = trader.hears_again(number)
            wanted = {key: value for key, value in item.items() if key not in ("notice", "created_at")}
            self.stage.check("and HTTP says the same of it", frame == wanted, item)
        trader.stop_listening()
