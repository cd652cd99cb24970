"""The whole life of an offer and of an ad, on both types of ad, and what is told of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from .... import AdStatus, AdType, DisputeKind, NoticeKind, Offer, OfferState, Trader
from ....errors import NotDueYet, NothingToApprove
from ...desk import BookDesk


def told(desk: BookDesk, trader: Trader) -> list[NoticeKind]:
    return [notice.kind for notice in desk.books.notices(trader.id)]


@pytest.mark.abuse("C8")
@pytest.mark.parametrize("ad_type", AdType)
def test_released(desk: BookDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    # Another offer on the ad, so that what the ad holds is not what the offer does.
    desk.offer(ad, desk.trader(usdt=1), 1)
    desk.clock.advance(minutes=1)
    desk.pay(offer)
    assert desk.offer_now(offer.id).offer.paid_at == desk.clock.now()
    desk.clock.advance(minutes=1)
    desk.release(offer)
    locked = desk.offer_now(offer.id)
    assert (locked.offer.state, locked.offer.version) == (OfferState.COMPLETED, 3)
    assert locked.offer.ended_at == desk.clock.now()
    assert (locked.ad.sold, locked.ad.reserved, locked.ad.available) == (4, 1, 5)
    left = Decimal(6) if ad_type is AdType.SELL else Decimal(0)
    assert desk.holds(locked.buyer) == (0, 14, 0)
    assert desk.holds(locked.seller) == (0, Decimal(6) - left, left)
    assert told(desk, locked.buyer)[-1] is NoticeKind.FUNDS_RELEASED
    assert NoticeKind.PAYMENT_INDICATION in told(desk, locked.seller)


@pytest.mark.parametrize("ad_type", AdType)
@pytest.mark.parametrize("ad_closed", [False, True])
@pytest.mark.parametrize("how", ["cancelled", "expired", "returned", "awarded"])
def test_given_back(desk: BookDesk, ad_type: AdType, ad_closed: bool, how: str) -> None:
    maker, taker, staff = desk.trader(usdt=10), desk.trader(usdt=10), desk.staff()
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    if ad_closed:
        desk.close(ad)
    if how == "cancelled":
        desk.cancel(offer)
    elif how == "expired":
        desk.clock.set(offer.deadline)
        desk.expire(offer)
    elif how == "returned":
        desk.pay(offer)
        desk.give_up(offer)
    else:
        desk.pay(offer)
        desk.dispute(offer)
        desk.resolve(offer, staff, "seller", "The receipt is forged.")
    locked = desk.offer_now(offer.id)
    assert locked.offer.state is (OfferState.EXPIRED if how == "expired" else OfferState.CANCELLED)
    in_escrow = Decimal(10) if ad_type is AdType.SELL and not ad_closed else Decimal(0)
    assert desk.holds(maker) == (0, 10 - in_escrow, in_escrow)
    assert desk.holds(taker) == (0, 10, 0)
    assert (locked.ad.available, locked.ad.withdrawn) == ((0, 10) if ad_closed else (10, 0))


def test_awarded_to_the_buyer(desk: BookDesk) -> None:
    """Beside what the buyer has already, which an award must not write over."""
    ad, taker, staff = desk.sell_ad(10), desk.trader(usdt=7), desk.staff()
    offer = desk.offer(ad, taker, 10)
    desk.pay(offer)
    desk.dispute(offer, "It came from another account.")
    opened = desk.offer_now(offer.id).dispute
    assert opened is not None
    assert (opened.reason, opened.opened_by, opened.opened_at) == (
        "It came from another account.",
        ad.maker_id,
        desk.clock.now(),
    )
    desk.clock.advance(hours=1)
    desk.resolve(offer, staff, "buyer", "The receipt is right.")
    locked = desk.offer_now(offer.id)
    assert (locked.offer.state, locked.ad.status) == (OfferState.COMPLETED, AdStatus.COMPLETED)
    assert locked.dispute is not None
    assert (locked.dispute.resolved_by, locked.dispute.in_favour_of, locked.dispute.note) == (
        staff.id,
        "buyer",
        "The receipt is right.",
    )
    assert locked.dispute.resolved_at == desk.clock.now()
    assert desk.holds(taker) == (0, 17, 0)


def quarrelled(desk: BookDesk, ad_type: AdType = AdType.SELL) -> Offer:
    """An offer of four in dispute, which the seller has opened."""
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    offer = desk.offer(desk.ad(maker, ad_type=ad_type), taker, 4)
    desk.pay(offer)
    desk.dispute(offer)
    return offer


@pytest.mark.parametrize("ad_type", AdType)
@pytest.mark.parametrize("is_proposed", [False, True])
def test_split(desk: BookDesk, ad_type: AdType, is_proposed: bool) -> None:
    offer, ada, ben = quarrelled(desk, ad_type), desk.staff(), desk.staff()
    part = Decimal("0.000001")
    if is_proposed:
        desk.propose(offer, ada, "split", part)
        proposal = desk.offer_now(offer.id).dispute
        assert proposal is not None and proposal.proposal is not None
        assert (proposal.proposal.by, proposal.proposal.ruling.buyer_amount) == (ada.id, part)
        desk.approve(offer, ben)
    else:
        desk.split(offer, ben, part)
    locked = desk.offer_now(offer.id)
    assert (locked.offer.state, locked.ad.sold) == (OfferState.COMPLETED, 4)
    assert locked.dispute is not None
    assert (locked.dispute.in_favour_of, locked.dispute.buyer_amount) == ("split", part)
    assert (locked.dispute.resolved_by, locked.dispute.proposed_by) == (ben.id, ada.id if is_proposed else None)
    left = Decimal(6) if ad_type is AdType.SELL else Decimal(0)
    assert desk.holds(locked.buyer) == (0, Decimal("10.000001"), 0)
    assert desk.holds(locked.seller) == (0, Decimal("9.999999") - left, left)
    coins = [notice for notice in desk.books.notices(locked.buyer.id) if notice.kind is NoticeKind.FUNDS_RELEASED]
    assert [notice.frame["amount"] for notice in coins] == [part]


def test_a_dispute_is_withdrawn_and_opened_again(desk: BookDesk) -> None:
    offer = quarrelled(desk)
    first = desk.offer_now(offer.id).dispute
    desk.take(offer, desk.staff())
    desk.propose(offer, desk.staff(), "buyer")
    desk.clock.advance(minutes=5)
    desk.withdraw_dispute(offer)
    locked = desk.offer_now(offer.id)
    assert (locked.offer.state, locked.offer.version) == (OfferState.PAID, 4)
    assert locked.dispute is not None and first is not None
    assert (locked.dispute.version, locked.dispute.resolved_at) == (first.version, desk.clock.now())
    assert (locked.dispute.in_favour_of, locked.dispute.proposed_by) == (None, None)
    assert told(desk, locked.buyer)[-1] is NoticeKind.DISPUTE_WITHDRAWN
    with pytest.raises(NothingToApprove):
        desk.approve(offer, desk.staff())
    desk.dispute(offer, "It still has not come.")
    again = desk.offer_now(offer.id).dispute
    assert again is not None
    assert (again.version, again.reason, again.is_open, again.changes) == (5, "It still has not come.", True, 0)
    desk.resolve(offer, desk.staff(), "seller")
    assert desk.offer_now(offer.id).offer.state is OfferState.CANCELLED


def test_the_desk_disputes_what_nobody_answers(desk: BookDesk) -> None:
    offer, day = desk.offer(desk.sell_ad(), desk.trader()), timedelta(days=1)
    desk.pay(offer)
    desk.clock.advance(hours=23)
    with pytest.raises(NotDueYet):
        desk.escalate(offer, day)
    desk.dispute(offer)
    desk.withdraw_dispute(offer)
    desk.clock.advance(hours=23)
    with pytest.raises(NotDueYet):
        desk.escalate(offer, day)
    desk.clock.advance(hours=1)
    desk.escalate(offer, day)
    locked = desk.offer_now(offer.id)
    assert locked.dispute is not None
    assert (locked.dispute.kind, locked.dispute.opened_by) == (DisputeKind.NO_ANSWER, None)
    assert NoticeKind.OFFER_DISPUTED in told(desk, locked.buyer)
    with pytest.raises(NotDueYet):
        desk.escalate(offer, day)


def test_a_remainder_that_nobody_can_pay_for_returns(desk: BookDesk) -> None:
    maker = desk.trader(usdt=Decimal("10.000001"))
    ad = desk.ad(maker, crypto_amount=Decimal("10.000001"))
    offer = desk.offer(ad, desk.trader(), 10)
    desk.pay(offer)
    desk.release(offer)
    ended = desk.ad_now(ad.id)
    assert (ended.status, ended.withdrawn) == (AdStatus.COMPLETED, Decimal("0.000001"))
    assert desk.holds(maker) == (0, Decimal("0.000001"), 0)


def test_an_ad_is_paused_and_resumed(desk: BookDesk) -> None:
    ad = desk.sell_ad()
    desk.pause(ad)
    assert desk.ad_now(ad.id) == ad.with_status(AdStatus.PAUSED)
    desk.resume(ad)
    assert desk.offer(desk.ad_now(ad.id), desk.trader())


def test_an_ad_past_its_end_expires_once(desk: BookDesk) -> None:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker, end_date=desk.clock.now().date())
    with pytest.raises(NotDueYet):
        desk.expire_ad(ad)
    desk.clock.advance(days=1)
    desk.expire_ad(ad)
    with pytest.raises(NotDueYet):
        desk.expire_ad(ad)
    assert desk.ad_now(ad.id).status is AdStatus.EXPIRED
    assert desk.holds(maker) == (0, 10, 0)


def test_the_largest_and_the_finest_amounts_move_exactly(desk: BookDesk) -> None:
    whole = Decimal("999999999999999999.99999999999999999999")
    maker, taker = desk.trader(fine=whole), desk.trader()
    ad = desk.ad(maker, crypto_currency="fine", crypto_amount=whole, price_per_unit=Decimal("0.0000000001"))
    part = Decimal("123456789012345678.12345678901234567891")
    offer = desk.offer(ad, taker, part)
    desk.pay(offer)
    desk.release(offer)
    assert desk.holds(taker, "fine") == (0, part, 0)
    assert desk.holds(maker, "fine") == (0, 0, Decimal("876543210987654321.87654321098765432108"))


def test_what_is_told_is_kept_in_order_with_exact_numbers(desk: BookDesk) -> None:
    ad, taker = desk.sell_ad(auto_reply_message="Hello"), desk.trader()
    first, second = desk.offer(ad, taker, Decimal("0.500001")), desk.offer(ad, taker, 1)
    for offer in (second, first):
        desk.pay(offer)
        desk.release(offer)
    notices = desk.books.notices(taker.id)
    assert [notice.number for notice in notices] == [1, 2, 3, 4]
    assert [notice.kind for notice in notices] == [NoticeKind.AUTO_REPLY] * 2 + [NoticeKind.FUNDS_RELEASED] * 2
    assert notices[3].frame["amount"] == Decimal("0.500001")
    assert [notice.frame["offer_id"] for notice in notices[:2]] == [first.id, second.id]
    assert {notice.created_at for notice in notices} == {desk.clock.now()}
