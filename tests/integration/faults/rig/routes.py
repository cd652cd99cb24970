"""Every way to write over HTTP: how each is set up, what is sent, and how to count what it has done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from domain import Ad, Offer, PaymentMethodTerms

from .books import Books
from .client import Person, Request
from .population import Population

BANK = {"bank_account_name": "Amara Obi", "bank_account_number": "0123456789", "bank_name": "First Bank"}
METHOD = {"label": "In town", "payment_method": "bank_transfer", **BANK}
AD = {"crypto_currency": "usdt", "price_per_unit": "2", "fiat_currency": "usd", "payment_method": "mobile_money"}


@dataclass(frozen=True)
class Prepared:
    """A request that is about to be sent, and the query that counts its effect: 0 before it, 1 after it.

    Without a key it may be asked again, too: ``again`` is what is answered where it was done, and ``adds`` says that it
    is then done once more.
    """

    request: Request
    counting: str
    about: dict[str, Any]
    again: int = 200
    adds: bool = False

    def effects(self, books: Books) -> int:
        ((number,),) = books.rows(self.counting, **self.about)
        return int(number)


Prepare = Callable[[Population], Prepared]


def place_ad(ad_type: str) -> Prepare:
    def prepare(people: Population) -> Prepared:
        maker = people.person(5)
        body = {**AD, "ad_type": ad_type, "crypto_amount": "5"}
        counting = "SELECT count(*) FROM ads WHERE maker_id = :maker"
        return Prepared(Request.keyed(maker, "/p2p/ad/", body), counting, {"maker": maker.id})

    return prepare


def change_ad(verb: str) -> Prepare:
    def prepare(people: Population) -> Prepared:
        maker = people.person(5)
        ad = people.sell_ad(maker, 5)
        before = 1
        if verb == "resume":
            people.desk.pause(ad)
            before = 2
        counting = f"SELECT version - {before} FROM ads WHERE id = :ad"
        return Prepared(Request.keyed(maker, f"/p2p/ad/{verb}/{ad.id}/"), counting, {"ad": ad.id})

    return prepare


def edit_ad(people: Population) -> Prepared:
    """The ad takes what it offers more of into escrow."""
    maker = people.person(5)
    ad = people.sell_ad(maker, 4)
    counting = "SELECT count(*) FROM entries WHERE reference = :reference"
    request = Request.keyed(maker, f"/p2p/ad/edit/{ad.id}/", {"crypto_amount": "5", "price_per_unit": "3"})
    return Prepared(request, counting, {"reference": f"ad:{ad.id}:2"})


def take(ad_type: str) -> Prepare:
    def prepare(people: Population) -> Prepared:
        ad, _, taker = an_ad(people, ad_type)
        body = {"ad": ad.id, "currency_amount": "1.5", **BANK}
        counting = "SELECT count(*) FROM offers WHERE ad_id = :ad"
        return Prepared(Request.keyed(taker, "/p2p/offer/create/", body), counting, {"ad": ad.id})

    return prepare


def move(verb: str, role: str, ad_type: str, *, is_paid: bool = False) -> Prepare:
    def prepare(people: Population) -> Prepared:
        offer, maker, taker = an_offer(people, ad_type, is_paid=is_paid)
        body = {"reason": "The money never came."} if verb == "dispute" else None
        request = Request.keyed({"maker": maker, "taker": taker}[role], f"/p2p/offer/{verb}/{offer.id}/", body)
        return Prepared(request, *next_version(offer, 3 if is_paid else 2))

    return prepare


def rate(people: Population) -> Prepared:
    offer, _, taker = an_offer(people, "sell", is_paid=True)
    people.desk.release(offer)
    counting = "SELECT stars_count FROM traders JOIN ads ON maker_id = traders.id WHERE ads.id = :ad"
    body = {"positive": True, "rating": 5, "comment": "Quick."}
    return Prepared(Request.keyed(taker, f"/p2p/offer/feedback/{offer.id}/", body), counting, {"ad": offer.ad_id})


def block(people: Population) -> Prepared:
    by, whom = people.person(), people.person()
    counting = "SELECT count(*) FROM blocks WHERE whom = :whom"
    return Prepared(Request.keyed(by, f"/p2p/block/{whom.id}/"), counting, {"whom": whom.id})


def write_message(people: Population) -> Prepared:
    offer, _, taker = an_offer(people, "sell", is_paid=True)
    counting = "SELECT count(*) FROM chat_messages WHERE offer_id = :offer"
    request = Request.keyed(taker, f"/p2p/offer/chat/{offer.id}/", {"text": "I have paid."})
    return Prepared(request, counting, {"offer": offer.id})


def send_file(people: Population) -> Prepared:
    """A PDF, which stays as it is. Its file is kept before the unit of work begins."""
    offer, _, taker = an_offer(people, "sell", is_paid=True)
    counting = "SELECT count(*) FROM chat_messages WHERE offer_id = :offer AND file IS NOT NULL"
    path = f"/p2p/offer/attachment/{offer.id}/?name=receipt.pdf"
    request = replace(Request.keyed(taker, path), file=b"%PDF-1.7 A receipt.")
    return Prepared(request, counting, {"offer": offer.id})


def mark_read(people: Population) -> Prepared:
    _, maker, _ = an_offer(people, "sell", is_paid=True)
    counting = "SELECT count(*) FROM notice_counters WHERE trader_id = :maker AND read_up_to = 1"
    return Prepared(Request.keyed(maker, "/notifications/read/", {"up_to": 1}), counting, {"maker": maker.id})


def saved_method(people: Population, owner: Person) -> int:
    terms = PaymentMethodTerms("In town", "mobile_money", payment_details="07 123")
    return people.desk.write(lambda unit: unit.payment_methods.add(owner.id, terms, unit.now())).id


def edit_payment_method(people: Population) -> Prepared:
    owner = people.person()
    path = f"/p2p/payment-method/edit/{saved_method(people, owner)}/"
    counting = "SELECT count(*) FROM saved_payment_methods WHERE trader_id = :owner AND label = 'Abroad'"
    return Prepared(Request.keyed(owner, path, METHOD | {"label": "Abroad"}), counting, {"owner": owner.id})


def save_payment_method(people: Population) -> Prepared:
    owner = people.person()
    body = METHOD
    counting = "SELECT count(*) FROM saved_payment_methods WHERE trader_id = :owner"
    return Prepared(Request.keyed(owner, "/p2p/payment-method/", body), counting, {"owner": owner.id})


def add_webhook(people: Population) -> Prepared:
    """Its answer alone has the secret, so that the answer to whoever asks again must be the first one."""
    owner = people.person()
    counting = "SELECT count(*) FROM webhooks WHERE trader_id = :owner"
    return Prepared(
        Request.keyed(owner, "/webhook/", {"url": "https://bot.example.com/"}), counting, {"owner": owner.id}
    )


def transfer(people: Population) -> Prepared:
    owner = people.person(5)
    body = {"crypto_currency": "usdt", "amount": "2.5", "source": "p2p", "target": "main"}
    counting = (
        "SELECT count(*) FROM postings JOIN entries ON entries.id = entry_id "
        "WHERE kind = 'transfer' AND side = 'credit' AND owner = :owner"
    )
    return Prepared(Request.keyed(owner, "/wallet/transfer/", body), counting, {"owner": owner.id})


def restrict(people: Population) -> Prepared:
    trader = people.person()
    body = {"trader": str(trader.id), "crypto_currency": "usdt", "note": "Why."}
    return staff_act(people, "/admin/restriction/", trader, body)


def suspend(people: Population) -> Prepared:
    trader = people.person()
    return staff_act(people, f"/admin/suspension/{trader.id}/", trader, {"note": "Why."})


def suspend_and_end(people: Population) -> Prepared:
    """Whatever dies meanwhile, the worker of another process ends the trades; the act is kept once."""
    offer, maker, _ = an_offer(people, "sell", is_paid=True)
    body = {"end_trades": True, "note": f"Why: {offer.id}."}
    return staff_act(people, f"/admin/suspension/{maker.id}/", maker, body)


def resolve(people: Population) -> Prepared:
    offer, _, _ = an_offer(people, "sell", is_paid=True)
    people.desk.dispute(offer)
    staff = people.person(is_staff=True)
    request = Request.keyed(staff, f"/admin/dispute/resolve/{offer.id}/", {"in_favour_of": "seller", "note": "No."})
    return Prepared(request, *next_version(offer, 4))


def withdraw(people: Population) -> Prepared:
    offer, maker, _ = an_offer(people, "sell", is_paid=True)
    people.desk.dispute(offer)
    request = Request.keyed(maker, f"/p2p/offer/dispute/withdraw/{offer.id}/", None)
    return Prepared(request, *next_version(offer, 4))


def split(people: Population) -> Prepared:
    offer, _, _ = an_offer(people, "buy", is_paid=True)
    people.desk.dispute(offer)
    staff = people.person(is_staff=True)
    ruling = {"in_favour_of": "split", "buyer_amount": "0.5", "note": "Half of it came."}
    return Prepared(Request.keyed(staff, f"/admin/dispute/resolve/{offer.id}/", ruling), *next_version(offer, 4))


def of_a_proposal(verb: str) -> Prepare:
    """Taking, approving or rejecting, each of which leaves one line in the audit trail."""

    def prepare(people: Population) -> Prepared:
        offer, _, _ = an_offer(people, "sell", is_paid=True)
        people.desk.dispute(offer)
        first, staff = people.person(is_staff=True), people.person(is_staff=True)
        people.desk.propose(offer, people.traders[first.id], "buyer")
        counting = "SELECT count(*) FROM audit_trail WHERE subject = :subject AND by = :by"
        request = Request.keyed(staff, f"/admin/dispute/{verb}/{offer.id}/", {"note": "So."})
        return Prepared(request, counting.replace("by =", '"by" ='), {"subject": f"offer:{offer.id}", "by": staff.id})

    return prepare


def verify(people: Population) -> Prepared:
    trader = people.person()
    return staff_act(people, f"/admin/trader/{trader.id}/", trader, {"has_kyc": True, "note": "Seen."})


def unfreeze(people: Population) -> Prepared:
    """The other half would stop whoever else is at the desk."""
    staff = people.person(is_staff=True)
    counting = "SELECT count(*) FROM audit_trail WHERE act = 'desk.unfreeze' AND note = :note"
    return Prepared(
        Request.keyed(staff, "/admin/unfreeze/", {"note": str(staff.id)}), counting, {"note": str(staff.id)}
    )


KEYED: dict[str, Prepare] = {
    "release": move("release", "maker", "sell", is_paid=True),
    "make offer": take("buy"),
    "place sell ad": place_ad("sell"),
    "place buy ad": place_ad("buy"),
    "edit ad": edit_ad,
    "pause ad": change_ad("pause"),
    "resume ad": change_ad("resume"),
    "close ad": change_ad("close"),
    "make offer on a sell ad": take("sell"),
    "paid": move("paid", "taker", "sell"),
    "cancel": move("cancel", "taker", "buy"),
    "cancel on a sell ad": move("cancel", "taker", "sell"),
    "return": move("return", "taker", "sell", is_paid=True),
    "dispute": move("dispute", "maker", "sell", is_paid=True),
    "feedback": rate,
    "block": block,
    "write message": write_message,
    "send file": send_file,
    "save payment method": save_payment_method,
    "edit payment method": edit_payment_method,
    "mark read": mark_read,
    "add webhook": add_webhook,
    "transfer": transfer,
    "restrict": restrict,
    "suspend": suspend,
    "suspend and end trades": suspend_and_end,
    "verify": verify,
    "unfreeze": unfreeze,
    "resolve dispute": resolve,
    "withdraw dispute": withdraw,
    "split": split,
    "take dispute": of_a_proposal("take"),
    "approve proposal": of_a_proposal("approve"),
    "reject proposal": of_a_proposal("reject"),
}


def an_ad(people: Population, ad_type: str) -> tuple[Ad, Person, Person]:
    maker, taker = people.person(5), people.person(5)
    return (people.sell_ad if ad_type == "sell" else people.buy_ad)(maker, 5), maker, taker


def an_offer(people: Population, ad_type: str, *, is_paid: bool) -> tuple[Offer, Person, Person]:
    ad, maker, taker = an_ad(people, ad_type)
    offer = people.offer(ad, taker, 2)
    if is_paid:
        people.desk.pay(offer)
    return offer, maker, taker


def next_version(offer: Offer, version: int) -> tuple[str, dict[str, Any]]:
    counting = "SELECT count(*) FROM offer_history WHERE offer_id = :offer AND version >= :version"
    return counting, {"offer": offer.id, "version": version}


def staff_act(people: Population, path: str, subject: Person, body: dict[str, Any]) -> Prepared:
    staff = people.person(is_staff=True)
    counting = "SELECT count(*) FROM audit_trail WHERE subject LIKE :subject"
    return Prepared(Request.keyed(staff, path, body), counting, {"subject": f"%{subject.id}%"})
