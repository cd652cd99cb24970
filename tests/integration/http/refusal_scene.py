"""Who is there, and on which ad, where refusals are provoked."""

from __future__ import annotations

from typing import Any

from webtest import TestResponse

from tests.integration.http.desk import PASSWORD, Caller, Desk, offer_body


class Scene:
    """A desk with Jude, who has an ad of a hundred trx, and with Amara, Eve and staff."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.jude = self.desk.trader("Jude", trx="1000")
        self.amara = self.desk.trader("Amara", trx="1000")
        self.eve = self.desk.trader("Eve")
        self.staff = self.desk.trader("Ada", is_staff=True, trx="1000")
        self.ad = self.jude.ad(min_limit="100", max_limit="10000")

    def offer(self, *moves: str) -> int:
        """An offer of Amara's, after these moves by whoever may make them."""
        offer = self.amara.offer(self.ad)
        for move in moves:
            self.move(move, offer)
        return offer

    def move(self, move: str, offer: int) -> None:
        by = self.jude if move == "release" else self.amara
        body = {"reason": "Nothing came."} if move == "dispute" else None
        answer = by.post(f"/p2p/offer/{move}/{offer}/", body)
        assert answer.status_int == 200, answer.text

    def late(self, *moves: str) -> int:
        """The same, with the time to pay over."""
        offer = self.offer(*moves)
        self.desk.clock.advance(minutes=30)
        # The access tokens of this desk are good for just as long.
        self.jude = self._again(self.jude)
        self.amara = self._again(self.amara)
        return offer

    def _again(self, caller: Caller) -> Caller:
        body = {"email": caller.trader.email, "password": PASSWORD}
        pair = self.desk.app.post_json("/auth/token/", body).json["entity"]
        return Caller(self.desk.app, caller.trader, pair["access"])

    def make(self, amount: str | None = "10", by: Caller | None = None, **fields: Any) -> TestResponse:
        """An offer, whatever comes of it."""
        return (by or self.amara).post("/p2p/offer/create/", offer_body(self.ad, amount, **fields))

    def make_for(self, fiat_amount: str) -> TestResponse:
        """An offer that names the fiat only."""
        return self.make(None, fiat_amount=fiat_amount)

    def make_of_the_rest(self, amount: str | None, fiat: str | None = None, gone: str = "70") -> TestResponse:
        """An offer on an ad of a hundred trx at one usd, at least forty in one offer, of which some are gone."""
        self.ad = self.jude.ad(price_per_unit="1", min_limit="40")
        self.amara.offer(self.ad, gone)
        return self.make(amount, fiat_amount=fiat)

    def resolve(self, offer: int, by: Caller | None = None) -> TestResponse:
        return (by or self.staff).post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "buyer", "note": "So."})
