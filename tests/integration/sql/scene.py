"""What a desk asks its database: every use case, every list and detail, and what the worker asks again and again."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import domain
from domain import Actor, AdType, DisputeKind, EntryKind, Money, OfferProposal, OfferState, Purse, Taker, Trader
from domain.model.searching import asked_words
from domain.ports.admission import RequestKey, StoredAnswer
from domain.ports.logins import Login
from domain.ports.readers import BoardQuery, EntryQuery, OfferQuery, TraderQuery
from domain.ports.store import Unit
from tests.factories import BankDetailsFactory
from tests.integration.desk import CATALOGUE, Desk
from tests.integration.sql.touched import Asked, noted


class Scene:
    """A desk with an offer in each state that a use case asks for, and a request's key."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.maker, self.taker, self.staff = desk.trader(usdt=100), desk.trader(usdt=100), desk.staff()
        self.sell_ad, self.buy_ad = (
            desk.ad(self.maker, auto_reply_message="Hi."),
            desk.ad(self.maker, ad_type=AdType.BUY),
        )
        self.offers = [desk.offer(self.sell_ad, self.taker, 1) for _ in range(3)]
        self.returned = desk.offer(self.buy_ad, self.taker, 1)
        desk.pay(self.returned)
        self.disputed = desk.offer(self.buy_ad, self.taker, 1)
        desk.pay(self.offers[1])
        desk.pay(self.disputed)
        desk.dispute(self.disputed)
        self.completed = desk.offer(self.sell_ad, self.taker, 1)
        desk.pay(self.completed)
        desk.release(self.completed)
        self.clerk = desk.staff()
        self.withdrawn, self.split, self.proposed, self.rejected = (
            desk.offer(self.buy_ad, self.taker, 1) for _ in range(4)
        )
        for offer in (self.withdrawn, self.split, self.proposed, self.rejected):
            desk.pay(offer)
            desk.dispute(offer)
        desk.propose(self.rejected, self.staff, "buyer")
        now = desk.clock.now()
        for offer in (self.offers[1], self.disputed):
            desk.say(offer, self.maker)
        self.login = Login(uuid4(), self.taker.id, uuid4(), now, now.replace(year=now.year + 1))
        desk.write(lambda unit: unit.logins.open(self.login))

    def request(self, work: Callable[[Unit], Any]) -> list[Asked]:
        """The statements of a whole request: admitted, done, and its answer kept."""
        now, taker = self.desk.clock.now(), self.taker
        key = RequestKey(taker.id, str(uuid4()), b"fingerprint")

        def whole(unit: Unit) -> None:
            unit.admission.admit(taker.id, self.login.id, key)
            work(unit)
            unit.admission.record(key, StoredAnswer(key.fingerprint, 200, b"{}", None), now)

        with noted() as asked:
            self.desk.attempt(whole)
        return asked

    def read(self, work: Callable[[Unit], Any]) -> list[Asked]:
        """The statements of a unit that only reads."""
        with noted() as asked:
            self.desk.read(work)
        return asked


def proposal() -> OfferProposal:
    return OfferProposal(Decimal(1), None, BankDetailsFactory())


def post_ad(scene: Scene, owner: Trader, kind: AdType) -> Callable[[Unit], Any]:
    desk, terms = scene.desk, scene.desk.terms(ad_type=kind)
    return lambda unit: domain.post_ad(
        owner.id, terms, book=unit.book, catalogue=desk.catalogue, default_time_to_pay=30
    )


def judging(unit: Unit) -> dict[str, Any]:
    """The ports of what staff do with a dispute."""
    return {"book": unit.book, "people": unit.people}


def writes(scene: Scene) -> dict[str, Callable[[Unit], Any]]:
    """Every use case that a request runs."""
    desk = scene.desk
    pending, paid, other = scene.offers
    maker, taker = Actor(scene.maker.id), Actor(scene.taker.id)
    clerk, staff, money = Actor.of(scene.clerk), Actor.of(scene.staff), Money(Decimal(1), "usdt")
    make = partial(domain.make_offer, catalogue=desk.catalogue)
    return {
        "post_sell_ad": post_ad(scene, scene.maker, AdType.SELL),
        "post_buy_ad": post_ad(scene, scene.taker, AdType.BUY),
        "make_offer": lambda unit: make(scene.sell_ad.id, scene.taker.id, proposal(), book=unit.book),
        "sell_to_ad": lambda unit: make(scene.buy_ad.id, scene.taker.id, proposal(), book=unit.book),
        "paid": lambda unit: domain.indicate_payment(pending.id, taker, book=unit.book),
        "release": lambda unit: domain.release_funds(paid.id, maker, book=unit.book),
        "cancel": lambda unit: domain.cancel_offer(other.id, taker, book=unit.book),
        "return": lambda unit: domain.return_offer(scene.returned.id, maker, book=unit.book),
        "dispute": lambda unit: domain.open_dispute(pending.id, taker, "Why?", book=unit.book),
        "write first": lambda unit: domain.write_message(other.id, taker, "Hello.", book=unit.book),
        "write": lambda unit: domain.write_message(paid.id, taker, "Hello.", book=unit.book),
        "write as staff": lambda unit: domain.write_message(scene.disputed.id, staff, "Hello.", book=unit.book),
        "resolve": lambda unit: domain.resolve_dispute(
            scene.disputed.id, staff, "buyer", "So.", book=unit.book, people=unit.people
        ),
        "rate": lambda unit: domain.give_feedback(scene.completed.id, taker, True, 5, "Quick.", book=unit.book),
        "block": lambda unit: domain.block_trader(taker, scene.staff.id, people=unit.people, at=desk.clock.now()),
        "unblock": lambda unit: domain.unblock_trader(taker, scene.staff.id, people=unit.people),
        "edit": lambda unit: domain.edit_ad(
            scene.sell_ad.id,
            scene.maker.id,
            domain.AdEdit(crypto_amount=Decimal(9)),
            book=unit.book,
            default_time_to_pay=30,
        ),
        "withdraw": lambda unit: domain.withdraw_dispute(scene.withdrawn.id, taker, book=unit.book),
        "take": lambda unit: domain.take_dispute(scene.split.id, staff, book=unit.book, people=unit.people),
        "split": lambda unit: domain.resolve_dispute(
            scene.split.id, staff, "split", "So.", Decimal("0.5"), book=unit.book, people=unit.people
        ),
        "propose": lambda unit: domain.resolve_dispute(
            scene.proposed.id,
            staff,
            "buyer",
            "So.",
            book=unit.book,
            people=unit.people,
            second_approval={"usdt": Decimal(0)},
        ),
        "approve": lambda unit: domain.approve_proposal(
            scene.proposed.id, clerk, "So.", book=unit.book, people=unit.people
        ),
        "reject": lambda unit: domain.reject_proposal(
            scene.rejected.id, clerk, "So.", book=unit.book, people=unit.people
        ),
        "pause": lambda unit: domain.pause_ad(scene.sell_ad.id, scene.maker.id, book=unit.book),
        "resume": lambda unit: domain.resume_ad(
            scene.sell_ad.id, scene.maker.id, book=unit.book, catalogue=desk.catalogue
        ),
        "close": lambda unit: domain.close_ad(scene.sell_ad.id, scene.maker.id, book=unit.book),
        "transfer": lambda unit: domain.transfer_funds(
            scene.taker.id,
            money,
            Purse.P2P,
            Purse.MAIN,
            book=unit.book,
            identifiers=desk.identifiers,
            catalogue=desk.catalogue,
        ),
    }


def reads(scene: Scene) -> dict[str, Callable[[Unit], Any]]:
    now = scene.desk.clock.now()
    taker = scene.taker.id
    return {
        "ad": lambda unit: unit.readers.ad(scene.sell_ad.id),
        "board": lambda unit: unit.readers.board(BoardQuery(now.date(), CATALOGUE), None, 50),
        "offer": lambda unit: unit.readers.offer(scene.disputed.id),
        "offers": lambda unit: unit.readers.offers(OfferQuery(taker, now), None, 50),
        "wallet": lambda unit: unit.readers.wallet(taker),
        "counts": lambda unit: unit.readers.counts(taker, now),
        "entries": lambda unit: unit.readers.entries(EntryQuery(taker), None, 50),
        "notices": lambda unit: unit.readers.notices(taker, 0, 50),
        "disputes": lambda unit: unit.readers.disputes(None, 50),
        "staff_acts": lambda unit: unit.readers.staff_acts(None, 50),
        "messages": lambda unit: unit.chats.messages(scene.disputed.id, 0, 50),
        "due_mails": lambda unit: unit.chats.due_mails(now, 50),
        "kept_files": lambda unit: unit.chats.kept_files([uuid4()]),
        "due_offers": lambda unit: unit.readers.due_offers(now, 50),
        "my disputes": lambda unit: unit.readers.disputes(None, 50, handled_by=taker),
        "due_escalations": lambda unit: unit.readers.due_escalations(now, 50),
        "disputes_to_tell": lambda unit: unit.readers.disputes_to_tell(50),
        "staff_to_tell": lambda unit: unit.readers.staff_to_tell(scene.disputed.id),
        "has_act": lambda unit: unit.readers.has_act(taker, "bank_details.read", "offer:1", now),
        "due_ads": lambda unit: unit.readers.due_ads(now.date(), 50),
        "admit": lambda unit: unit.admission.admit(taker, scene.login.id),
    }


def traders_cursor(unit: Unit) -> str | None:
    return unit.readers.traders(TraderQuery(), None, 1).next


def hot(desk: Desk, trader: UUID) -> dict[str, Callable[[Unit], Any]]:
    """What is asked at every request, and again and again by the worker."""
    now = desk.clock.now()
    today, outbox = now.date(), desk.store.outbox
    boards = {
        "newest": BoardQuery(today, CATALOGUE),
        "price": BoardQuery(today, CATALOGUE, crypto_currency="usdt", sort="price"),
        "-price": BoardQuery(today, CATALOGUE, sort="-price"),
        "price of a pair": BoardQuery(today, CATALOGUE, crypto_currency="usdt", fiat_currency="usd", sort="price"),
        "amount": BoardQuery(today, CATALOGUE, crypto_currency="usdt", amount=Decimal(2)),
        "mine": BoardQuery(today, CATALOGUE, mine=trader),
        "viewed": BoardQuery(today, CATALOGUE, viewer=trader),
        "mine by reference": BoardQuery(today, CATALOGUE, mine=trader, client_reference="one"),
        "takeable": BoardQuery(today, CATALOGUE, viewer=trader, takeable_by=Taker(trader)),
    }
    lists = {
        "all": OfferQuery(trader, now),
        **{role: OfferQuery(trader, now, role=role) for role in ("maker", "taker", "buyer", "seller")},
        **{state.value: OfferQuery(trader, now, state=state) for state in (OfferState.PENDING, OfferState.EXPIRED)},
        "of an ad": OfferQuery(trader, now, ad_id=7),
        "of nobody": OfferQuery(uuid4(), now),
        "of everybody": OfferQuery(None, now),
        **{f"of everybody {state.value}": OfferQuery(None, now, state=state) for state in OfferState},
        "by reference": OfferQuery(trader, now, client_reference="one"),
    }
    of_trader = {
        f"offers {name}": lambda unit, asked=query: unit.readers.offers(asked, None, 50)
        for name, query in lists.items()
    }
    return of_trader | {
        **{f"board {name}": lambda unit, q=query: unit.readers.board(q, None, 50) for name, query in boards.items()},
        "ad": lambda unit: unit.readers.ad(3),
        "offer": lambda unit: unit.readers.offer(5),
        "wallet": lambda unit: unit.readers.wallet(trader),
        "entries": lambda unit: unit.readers.entries(EntryQuery(trader), None, 50),
        "notices": lambda unit: unit.readers.notices(trader, 100, 50),
        "disputes": lambda unit: unit.readers.disputes(None, 50),
        "staff acts": lambda unit: unit.readers.staff_acts(None, 50),
        "traders": lambda unit: unit.readers.traders(TraderQuery(), None, 50),
        "traders behind": lambda unit: unit.readers.traders(TraderQuery(), traders_cursor(unit), 50),
        "traders found": lambda unit: unit.readers.traders(TraderQuery(asked_words("trader1 trader17")), None, 50),
        "traders suspended": lambda unit: unit.readers.traders(TraderQuery(is_suspended=True), None, 50),
        "messages": lambda unit: unit.chats.messages(5, 0, 50),
        "lock chat": lambda unit: unit.book.lock_chat(5, trader),
        "mark read": lambda unit: unit.chats.mark_read(5, trader, 1),
        "due mails": lambda unit: unit.chats.due_mails(now, 50),
        "kept files": lambda unit: unit.chats.kept_files([uuid4()]),
        "due offers": lambda unit: unit.readers.due_offers(now, 50),
        "disputes of a kind": lambda unit: unit.readers.disputes(None, 50, kind=DisputeKind.OTHER),
        "due escalations": lambda unit: unit.readers.due_escalations(now, 50),
        "disputes to tell": lambda unit: unit.readers.disputes_to_tell(50),
        "staff to tell": lambda unit: unit.readers.staff_to_tell(5),
        "has act": lambda unit: unit.readers.has_act(trader, "bank_details.read", "offer:5", now),
        "due ads": lambda unit: unit.readers.due_ads(today, 50),
        "lock wallet": lambda unit: unit.book.lock_wallet(trader, "usdt"),
        "lock wallet for an ad": lambda unit: unit.book.lock_wallet(trader, "usdt", for_ad=True),
        "counts": lambda unit: unit.readers.counts(trader, now),
        "lock ad": lambda unit: unit.book.lock_ad(500),
        "ad for offer": lambda unit: unit.book.ad_for_offer(500, trader),
        "lock offer": lambda unit: unit.book.lock_offer(7),
        "offer for feedback": lambda unit: unit.book.offer_for_feedback(7),
        "public record": lambda unit: unit.people.public_record(trader),
        "track record": lambda unit: unit.people.track_record(trader),
        "feedback": lambda unit: unit.people.feedback_about(trader, None, 50),
        "payment methods": lambda unit: unit.payment_methods.saved_by(trader, None, 50),
        "payment method": lambda unit: unit.payment_methods.find(trader, 7),
        "blocks": lambda unit: unit.people.blocked_by(trader, None, 50),
        "was posted": lambda unit: unit.book.posted(EntryKind.DEPOSIT, "one"),
        "claim letters": lambda _: outbox.claim(uuid4(), 60, 50),
        "claim webhooks": lambda _: desk.store.webhook_queue.claim(uuid4(), 60, 50, 50, {trader}),
        "forget letters": lambda _: outbox.forget(now, 50),
        "letters waiting": lambda _: outbox.waiting(50),
        "rearm letters": lambda _: outbox.rearm(None),
        "tail": lambda _: desk.store.tail.after(trader, 100, 50),
        "last numbers": lambda _: desk.store.tail.last_numbers([trader]),
        "admit": lambda unit: unit.admission.admit(trader, uuid4()),
        "forget": lambda unit: unit.admission.forget(now, 50),
        "forget logins": lambda unit: unit.logins.forget(now, 50),
    }  # fmt: skip
