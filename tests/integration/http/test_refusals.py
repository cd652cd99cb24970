"""Every refusal of the domain, provoked over HTTP: its status and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from webtest import TestApp, TestResponse

from adapters.http.documents.sample_refusals import SAMPLES
from adapters.http.replies.refusals import ANSWERS
from adapters.http.replies.wording import moment_text
from domain import Catalogue, Currency, Limits, errors, every_refusal
from domain.errors import Problem, Refusal
from domain.model.ad import Closure
from tests.clock import NOON
from tests.integration.http.among_people import AMONG_PEOPLE
from tests.integration.http.desk import Caller, ad_body, offer_body, told
from tests.integration.http.refusal_scene import Scene
from tests.integration.http.refused_accounts import (
    leaving_with_coins,
    otp_off_again,
    otp_on_again,
    reused_refresh,
    suspended,
    too_many_blocks,
    too_many_keys,
    too_many_payment_methods,
    too_many_webhooks,
    two_codes_at_once,
    unknown_key,
    unknown_login,
    unknown_trader,
    unknown_webhook,
    verified_again,
    without_otp,
    wrong_code,
    wrong_otp,
    wrong_password,
)
from tests.integration.http.refused_in_chats import IN_CHATS

DOCUMENTED_BALANCE = "Insufficient p2p balance, please move some funds to your p2p wallet"
RESTRICTED = "You have been restricted from trading trx, please contact support"


Provoke = Callable[[Scene], TestResponse]
Expected = tuple[type[Refusal], int, str, Provoke]


def _restricted_taker(scene: Scene) -> TestResponse:
    scene.desk.restrict(scene.amara, "trx")
    return scene.make()


def _restricted_seller(scene: Scene) -> TestResponse:
    scene.desk.restrict(scene.amara, "trx")
    return scene.amara.post("/p2p/ad/", ad_body())


def _not_open(closure: Closure) -> Provoke:
    def provoke(scene: Scene) -> TestResponse:
        if closure is Closure.PAUSED:
            scene.jude.post(f"/p2p/ad/pause/{scene.ad}/")
        if closure is Closure.CLOSED:
            scene.jude.post(f"/p2p/ad/close/{scene.ad}/")
        if closure is Closure.COMPLETED:
            scene.ad = scene.jude.ad(crypto_amount="10")
            scene.move("release", scene.offer())
        if closure is Closure.EXPIRED:
            scene.ad = scene.jude.ad(end_date="2026-03-02")
            scene.desk.clock.advance(days=1)
            scene.amara = scene._again(scene.amara)
        if closure is Closure.NOT_STARTED:
            scene.ad = scene.jude.ad(start_date="2026-04-01")
        if closure is Closure.MAKER_RESTRICTED:
            scene.desk.restrict(scene.jude, "trx")
        if closure is Closure.NOT_TRADED:
            scene.amara = replace(scene.amara, app=_without_trx(scene))
        return scene.make()

    return provoke


def _without_trx(scene: Scene) -> TestApp:
    catalogue = Catalogue.of([Currency("btc", 8)], [Currency("usd", 2)], ["bank_transfer"])
    return scene.desk.with_services(catalogue=catalogue)


def _resumed_where_it_is_not_traded(scene: Scene) -> TestResponse:
    scene.jude.post(f"/p2p/ad/pause/{scene.ad}/")
    return replace(scene.jude, app=_without_trx(scene)).post(f"/p2p/ad/resume/{scene.ad}/")


def _by_arbiter_who_is_a_party(scene: Scene) -> TestResponse:
    offer = scene.staff.offer(scene.ad)
    scene.staff.post(f"/p2p/offer/paid/{offer}/")
    scene.staff.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    return scene.resolve(offer)


def _suspending_the_other_party(scene: Scene) -> TestResponse:
    scene.staff.offer(scene.ad)
    return scene.staff.post(f"/admin/suspension/{scene.jude.id}/", {"note": "They are slow."})


def _too_early(scene: Scene) -> TestResponse:
    offer = scene.offer("paid")
    amara = replace(scene.amara, app=scene.desk.with_services(dispute_after=timedelta(minutes=15)))
    return amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})


def _judged(verb: str, *moves: str) -> Provoke:
    """Somebody of the staff judges a proposal that is not there."""
    return lambda scene: scene.staff.post(f"/admin/dispute/{verb}/{scene.offer(*moves)}/", {"note": "So."})


def _by_its_proposer(scene: Scene) -> TestResponse:
    offer = scene.offer("paid", "dispute")
    two_agree = scene.desk.with_services(second_approval={"trx": Decimal(0)})
    scene.resolve(offer, replace(scene.staff, app=two_agree))
    return scene.staff.post(f"/admin/dispute/approve/{offer}/", {"note": "So."})


def _stale(scene: Scene) -> TestResponse:
    return scene.amara.post(f"/p2p/offer/cancel/{scene.offer()}/", if_match='"2"')


def _twice(path: str) -> Provoke:
    def provoke(scene: Scene) -> TestResponse:
        scene.jude.post(f"{path}{scene.ad}/")
        return scene.jude.post(f"{path}{scene.ad}/")

    return provoke


def by(who: str, move: str, *moves: str, late: bool = False) -> Provoke:
    """A trader tries a move on an offer to which these moves have happened."""

    def provoke(scene: Scene) -> TestResponse:
        offer = scene.late(*moves) if late else scene.offer(*moves)
        body = {"reason": "Nothing came."} if move == "dispute" else None
        caller: Caller = getattr(scene, who)
        return caller.post(f"/p2p/offer/{move}/{offer}/", body)

    return provoke


def on_nothing(move: str) -> Provoke:
    body = {"reason": "Nothing came."} if move == "dispute" else None
    return lambda scene: scene.amara.post(f"/p2p/offer/{move}/999/", body)


UNAUTHORISED = {
    "paid": "You are not authorized to indicate payment on this offer",
    "cancel": "You are not authorized to cancel this offer",
    "release": "You are not authorized to release funds on this trade",
    "return": "You are not authorized to return this offer",
    "dispute": "You are not authorized to open a dispute on this offer",
}
NOT_OPEN = {
    Closure.PAUSED: "This ad is paused",
    Closure.COMPLETED: "This ad is completed",
    Closure.CLOSED: "This ad is closed",
    Closure.EXPIRED: "This ad expired at the end of 2026-03-02",
    Closure.NOT_STARTED: "This ad is not open before 2026-04-01",
    Closure.MAKER_RESTRICTED: "This ad is not open to new offers",
    Closure.NOT_TRADED: "This ad is not open to new offers: what it is about is no longer traded here",
}
BELOW = "This ad takes no offers below 100.00 usd; the nearest amount that it takes is {}"
ABOVE = "This ad takes no offers above 10000.00 usd; the nearest amount that it takes is {}"
EXPECTED: list[Expected] = [
    (errors.InvalidFields, 400, "(reason) This field is required.",
     lambda scene: scene.amara.post(f"/p2p/offer/dispute/{scene.offer('paid')}/", {"reason": " "})),
    (errors.RestrictedFromTrading, 400, RESTRICTED, _restricted_taker),
    (errors.RestrictedFromTrading, 400, RESTRICTED, _restricted_seller),
    (errors.WrongCredentials, 401, "Email or password is wrong", wrong_password),
    (errors.LoginEnded, 401, "This login has ended, please log in again", reused_refresh),
    (errors.WrongCode, 400, "The code is wrong or has expired", wrong_code),
    (errors.OneTimePasswordRequired, 401, "A one-time password is required", without_otp),
    (errors.OneTimePasswordWrong, 401, "The one-time password is wrong", wrong_otp),
    (errors.OtpOnAlready, 400, "One-time passwords are on already", otp_on_again),
    (errors.OtpIsOff, 400, "One-time passwords are off", otp_off_again),
    (errors.AlreadyVerified, 400, "Your email address is verified already", verified_again),
    (errors.TooManyAttempts, 429, "Too many attempts; try again in 60 s", two_codes_at_once),
    (errors.KeyNotFound, 404, "Key not found", unknown_key),
    (errors.AccountInUse, 400, "You still have coins: end and withdraw all of it first", leaving_with_coins),
    (errors.WebhookNotFound, 404, "Webhook not found", unknown_webhook),
    (errors.TooManyWebhooks, 400, "You have 5 webhooks, the most that is allowed", too_many_webhooks),
    (errors.TooManyKeys, 400, "You have 20 keys, the most that is allowed", too_many_keys),
    (errors.TooManyBlocks, 400, "You have 1000 blocks, the most that is allowed", too_many_blocks),
    (errors.TooManyPaymentMethods, 400, "You have 50 payment methods, the most that is allowed",
     too_many_payment_methods),
    (errors.LoginNotFound, 404, "Login not found", unknown_login),
    (errors.TraderSuspended, 403, "Your account is suspended, please contact support", suspended),
    (errors.StaffOnly, 403, "This is for staff only", lambda scene: scene.jude.get("/admin/dispute/")),
    (errors.TraderNotFound, 404, "Trader not found", unknown_trader),
    (errors.InsufficientBalance, 400, DOCUMENTED_BALANCE, lambda scene: scene.eve.post("/p2p/ad/", ad_body())),
    (errors.InsufficientBalance, 400, "Insufficient main balance",
     lambda scene: scene.eve.post("/wallet/transfer/", {
         "crypto_currency": "trx", "amount": "1", "source": "main", "target": "p2p"})),
    (errors.AdNotFound, 404, "Ad not found", lambda scene: scene.amara.get("/p2p/ad/detail/999")),
    (errors.AdNotFound, 404, "Ad not found", lambda scene: scene.amara.post("/p2p/ad/pause/999/")),
    (errors.UnknownAd, 400, '(ad) Invalid pk "0" - object does not exist.',
     lambda scene: scene.amara.post("/p2p/offer/create/", offer_body(0))),
    (errors.NotYourAd, 403, "You are not authorized to pause this ad",
     lambda scene: scene.amara.post(f"/p2p/ad/pause/{scene.ad}/")),
    (errors.NotYourAd, 403, "You are not authorized to resume this ad",
     lambda scene: scene.amara.post(f"/p2p/ad/resume/{scene.ad}/")),
    (errors.NotYourAd, 403, "You are not authorized to close this ad",
     lambda scene: scene.amara.post(f"/p2p/ad/close/{scene.ad}/")),
    (errors.AdAlready, 400, "This ad is already paused", _twice("/p2p/ad/pause/")),
    (errors.AdAlready, 400, "This ad is already open", _twice("/p2p/ad/resume/")),
    (errors.AdHasEnded, 400, "This ad has ended: it is closed", _twice("/p2p/ad/close/")),
    (errors.OfferNotFound, 400, "Offer not found", on_nothing("paid")),
    (errors.OfferNotFound, 400, "Offer not found", on_nothing("cancel")),
    (errors.OfferNotFound, 400, "Offer not found", on_nothing("release")),
    (errors.OfferNotFound, 400, "Offer not found", on_nothing("dispute")),
    (errors.OwnAd, 400, "You cannot make an offer on your own ad", lambda scene: scene.make(by=scene.jude)),
    (errors.BelowMinimum, 400, BELOW.format("0.499975 trx"), lambda scene: scene.make("0.49")),
    (errors.BelowMinimum, 400, BELOW.format("100.00 usd"), lambda scene: scene.make_for("99.99")),
    (errors.BelowMinimum, 400, "This ad takes no offers below 40.00 usd, but for all that is left: 30 trx",
     lambda scene: scene.make_of_the_rest("35")),
    (errors.BelowMinimum, 400, "This ad takes no offers below 40.00 usd, but for all that is left: 30.00 usd",
     lambda scene: scene.make_of_the_rest(None, "35")),
    (errors.BelowMinimum, 400, "This ad takes no offers below 40.00 usd, and nothing can be taken from it now",
     lambda scene: scene.make_of_the_rest("1", gone="100")),
    (errors.AboveMaximum, 400, ABOVE.format("50.000024 trx"), lambda scene: scene.make("50.01")),
    (errors.AboveMaximum, 400, ABOVE.format("10000.00 usd"), lambda scene: scene.make_for("10000.01")),
    (errors.NotEnoughAvailable, 400, "Only 30 trx is available on this ad",
     lambda scene: scene.make_of_the_rest("40")),
    (errors.NotEnoughAvailable, 400,
     "Only 30 trx is available on this ad; the nearest amount that it takes is 30.00 usd",
     lambda scene: scene.make_of_the_rest(None, "40")),
    (errors.NotEnoughAvailable, 400, "Nothing that can be paid for is available on this ad now",
     lambda scene: scene.make_of_the_rest("40", gone="100")),
    (errors.VersionMismatch, 412, "The offer is not as you have seen it: its version is 1", _stale),
    (errors.AlreadyMarkedPaid, 400, "Offer has already been marked as paid", by("amara", "paid", "paid")),
    (errors.AlreadyMarkedPaid, 400, "Offer has already been marked as paid",
     by("amara", "paid", "paid", "dispute")),
    (errors.AlreadyReleased, 400, "Funds have already been released", by("amara", "paid", "release")),
    (errors.AlreadyReleased, 400, "Funds have already been released", by("jude", "release", "release")),
    (errors.AlreadyCancelled, 400, "Offer is already cancelled", by("amara", "paid", "cancel")),
    (errors.AlreadyCancelled, 400, "Offer is already cancelled", by("jude", "release", "cancel")),
    (errors.AlreadyCancelled, 400, "This offer is already cancelled", by("amara", "cancel", "cancel")),
    (errors.OnlyPendingCanBeCancelled, 400, "You can only cancel a pending offer", by("amara", "cancel", "paid")),
    (errors.OnlyPendingCanBeCancelled, 400, "You can only cancel a pending offer",
     by("amara", "cancel", late=True)),
    (errors.PaymentWindowPassed, 400, "The time to pay for this offer has passed", by("amara", "paid", late=True)),
    (errors.OfferHasExpired, 400, "This offer has expired", by("jude", "release", late=True)),
    (errors.OfferNotFound, 400, "Offer not found", on_nothing("return")),
    (errors.OnlyPaidCanBeReturned, 400, "You can only return a paid offer", by("amara", "return")),
    (errors.OnlyPaidCanBeReturned, 400, "You can only return a paid offer", by("amara", "return", late=True)),
    (errors.AlreadyCancelled, 400, "Offer is already cancelled", by("amara", "return", "paid", "return")),
    (errors.AlreadyReleased, 400, "Funds have already been released", by("amara", "return", "release")),
    (errors.OnlyPaidCanBeDisputed, 400, "You can only dispute an offer that is marked as paid",
     by("amara", "dispute")),
    (errors.AlreadyDisputed, 400, "This offer is already disputed", by("jude", "dispute", "paid", "dispute")),
    (errors.NotDisputed, 400, "There is no open dispute on this offer", lambda scene: scene.resolve(scene.offer())),
    (errors.NotDisputed, 400, "There is no open dispute on this offer",
     lambda scene: scene.staff.post(f"/admin/dispute/take/{scene.offer('paid')}/", {})),
    (errors.NotDisputed, 400, "This offer is not in dispute", by("amara", "dispute/withdraw", "paid")),
    (errors.NotAuthorised, 400, "You are not authorized to withdraw this dispute",
     by("jude", "dispute/withdraw", "paid", "dispute")),
    (errors.NotAuthorised, 400, "You are not authorized to withdraw this dispute", by("eve", "dispute/withdraw")),
    (errors.DisputeTooEarly, 400, "A dispute can be opened from 2026-03-02T12:15:00.123456+00:00 on", _too_early),
    (errors.NothingToApprove, 400, "There is nothing to approve", _judged("approve", "paid", "dispute")),
    (errors.NothingToApprove, 400, "There is nothing to approve", _judged("approve", "paid")),
    (errors.NothingToApprove, 400, "There is nothing to approve", _judged("reject", "paid", "dispute")),
    (errors.SomebodyElseMustApprove, 403, "Somebody else must approve this", _by_its_proposer),
    (errors.SuspenderIsParty, 403, "You cannot suspend a party to an offer of your own", _suspending_the_other_party),
    (errors.ArbiterIsParty, 403, "You cannot resolve a dispute of your own", _by_arbiter_who_is_a_party),
    *((errors.AdNotOpen, 400, message, _not_open(closure)) for closure, message in NOT_OPEN.items()),
    (errors.AdNotOpen, 400, NOT_OPEN[Closure.NOT_TRADED], _resumed_where_it_is_not_traded),
    *((errors.NotAuthorised, 400, message, by("eve", move)) for move, message in UNAUTHORISED.items()),
    (errors.NotAuthorised, 400, UNAUTHORISED["paid"], by("jude", "paid")),
    (errors.NotAuthorised, 400, UNAUTHORISED["cancel"], by("jude", "cancel")),
    (errors.NotAuthorised, 400, UNAUTHORISED["release"], by("amara", "release")),
    (errors.NotAuthorised, 400, UNAUTHORISED["return"], by("jude", "return", "paid")),
]  # fmt: skip
NOT_OVER_HTTP: Mapping[type[Refusal], str] = {
    errors.NotDueYet: "Only the worker expires anything.",
    errors.BalanceTooLarge: "A deposit that would make it possible is refused to the operator.",
    errors.ReferenceReused: "Only the operator names what a movement is known by.",
}


def _not_enough(scene: Scene) -> TestResponse:
    scene.ad = scene.jude.ad(crypto_amount="10", max_limit="100000")
    return scene.make("10.5")


def _limited(scene: Scene, **bounds: int) -> None:
    scene.amara.app = scene.jude.app = scene.desk.with_services(limits=Limits(**bounds))


def _unverified(scene: Scene) -> TestResponse:
    scene.jude.app = scene.desk.with_services(limits=Limits(verified_only=True))
    return scene.jude.post("/p2p/ad/", ad_body())


def _too_many_ads(scene: Scene) -> TestResponse:
    _limited(scene, live_ads=1)
    return scene.jude.post("/p2p/ad/", ad_body())


def _too_many_offers(scene: Scene) -> TestResponse:
    _limited(scene, live_offers=2)
    scene.offer()
    scene.offer()
    return scene.make()


def _too_many_unpaid(scene: Scene) -> TestResponse:
    scene.late()
    _limited(scene, unpaid=1)
    return scene.make()


def _too_many_cancelled(scene: Scene) -> TestResponse:
    _limited(scene, cancelled=1)
    scene.offer("cancel")
    return scene.make()


AGAIN = "you can make offers again from {} on"
EXPECTED += [
    (errors.AddressNotVerified, 400, "Verify your email address first", _unverified),
    (errors.TooManyLiveAds, 400, "You have 1 live ad, the most that is allowed", _too_many_ads),
    (errors.TooManyLiveOffers, 400, "You have 2 live offers, the most that is allowed", _too_many_offers),
    (
        errors.TooManyUnpaid,
        400,
        f"Too many of your offers expired unpaid; {AGAIN.format(moment_text(NOON + timedelta(hours=24.5)))}",
        _too_many_unpaid,
    ),
    (
        errors.TooManyCancelled,
        400,
        f"You have cancelled too many offers; {AGAIN.format(moment_text(NOON + timedelta(hours=1)))}",
        _too_many_cancelled,
    ),
]
EXPECTED += AMONG_PEOPLE
EXPECTED += IN_CHATS
EXPECTED.append((errors.NotEnoughAvailable, 400, "Only 10 trx is available on this ad", _not_enough))


@pytest.mark.parametrize(
    ("kind", "status", "message", "provoke"),
    EXPECTED,
    ids=[f"{kind.__name__}-{number}" for number, (kind, *_) in enumerate(EXPECTED)],
)
def test_a_refusal_is_told_in_its_words(kind: type[Refusal], status: int, message: str, provoke: Provoke) -> None:
    answer = provoke(Scene())
    assert told(answer) == (status, message)
    assert answer.headers["Error-Code"] == kind.code


def test_no_refusal_is_without_words_or_test() -> None:
    assert set(ANSWERS) == set(every_refusal())
    assert set(SAMPLES) == set(every_refusal())
    assert {kind for kind, *_ in EXPECTED} | set(NOT_OVER_HTTP) == set(every_refusal())


@pytest.mark.parametrize("kind", every_refusal(), ids=lambda kind: kind.__name__)
def test_every_refusal_can_be_worded(kind: type[Refusal]) -> None:
    answer = ANSWERS[kind]
    assert answer.status in (400, 401, 403, 404, 412, 415, 429, 503)
    assert answer.message(SAMPLES[kind])


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_of_a_field_can_be_worded(problem: Problem) -> None:
    refusal = errors.InvalidFields((errors.FieldProblem("amount", problem, 18),))
    assert ANSWERS[errors.InvalidFields].message(refusal).startswith("(amount) ")
