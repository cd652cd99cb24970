"""Posting, pausing, closing and expiring ads, and coins that move between purses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from domain import (
    Account,
    AdStatus,
    BalanceChange,
    EntryKind,
    LockedAd,
    LockedWallet,
    Money,
    Problem,
    Purse,
    Refusal,
    errors,
)
from domain.errors import FieldProblem
from domain.model.ledger import movement
from tests.factories import CATALOGUE, NOW, AdTermsFactory, LockedAdFactory, LockedWalletFactory, TraderFactory

TOMORROW = NOW + timedelta(days=1)


def post(wallet: LockedWallet, **terms: Any) -> Any:
    return wallet.post_ad(AdTermsFactory(**terms), CATALOGUE, NOW, 30)


def test_a_sell_ad_takes_its_whole_amount_into_escrow() -> None:
    wallet = LockedWalletFactory(p2p=Decimal("10.5"), escrow=Decimal(1), next_ad_id=7)
    changes = post(wallet)
    p2p, escrow = wallet.purse(Purse.P2P), wallet.purse(Purse.ESCROW)
    assert changes.entries == (movement(EntryKind.AD_ESCROW, "ad:7", NOW, p2p, escrow, Money(Decimal(10), "btc")),)
    assert changes.balances == (
        BalanceChange(escrow, Decimal(1), Decimal(11)),
        BalanceChange(p2p, Decimal("10.5"), Decimal("0.5")),
    )
    assert (changes.ad.before, changes.ad.after.id, changes.ad.after.maker_id) == (None, 7, wallet.owner.id)
    assert (changes.offer, changes.facts, changes.notices) == (None, (), ())


def test_a_buy_ad_moves_nothing_and_opens_the_purses_that_its_offers_need() -> None:
    wallet = replace(LockedWalletFactory(), balances={})
    changes = post(wallet, buy=True)
    assert changes.entries == ()
    assert changes.balances == (
        BalanceChange(wallet.purse(Purse.ESCROW), None, Decimal(0)),
        BalanceChange(wallet.purse(Purse.P2P), None, Decimal(0)),
    )


def test_an_ad_is_refused_for_its_fields_then_the_restriction_then_the_balance() -> None:
    wallet = LockedWalletFactory(p2p=Decimal("9.99999999"), is_restricted=True)
    with pytest.raises(errors.InvalidFields):
        post(wallet, price_per_unit=None)
    with pytest.raises(errors.RestrictedFromTrading) as restricted:
        post(wallet)
    assert restricted.value.crypto_currency == "btc"
    with pytest.raises(errors.InsufficientBalance) as insufficient:
        post(replace(wallet, is_restricted=False))
    assert (insufficient.value.purse, insufficient.value.crypto_currency) == ("p2p", "btc")
    with pytest.raises(errors.RestrictedFromTrading):
        post(wallet, buy=True)


def pause(ad: LockedAd, by: Any = None, at: Any = NOW) -> Any:
    return ad.pause(by or ad.maker.id, at)


def resume(ad: LockedAd, by: Any = None, at: Any = NOW) -> Any:
    return ad.resume(by or ad.maker.id, at, CATALOGUE)


def close(ad: LockedAd, by: Any = None, at: Any = NOW) -> Any:
    return ad.close(by or ad.maker.id, at)


def test_pausing_and_resuming_changes_the_status_only() -> None:
    live, paused = LockedAdFactory(), LockedAdFactory(paused=True)
    assert pause(live).ad.after == live.ad.with_status(AdStatus.PAUSED)
    assert resume(paused).ad.after == paused.ad.with_status(AdStatus.PENDING)
    assert (pause(live).entries, pause(live).balances) == ((), ())


@pytest.mark.parametrize(("act", "ad", "status"), [(pause, {"paused": True}, "paused"), (resume, {}, "pending")])
def test_an_ad_that_already_is_so_is_refused(act: Any, ad: dict[str, bool], status: str) -> None:
    with pytest.raises(errors.AdAlready) as refused:
        act(LockedAdFactory(**ad))
    assert refused.value.status == status


@pytest.mark.parametrize(("act", "word"), [(pause, "pause"), (resume, "resume"), (close, "close")])
def test_only_the_maker_may_act_on_an_ad_whatever_its_state(act: Any, word: str) -> None:
    for ad in (LockedAdFactory(), LockedAdFactory(paused=True), LockedAdFactory(closed=True)):
        with pytest.raises(errors.NotYourAd) as refused:
            act(ad, by=TraderFactory().id)
        assert refused.value.action == word


@pytest.mark.parametrize("act", [pause, resume, close])
@pytest.mark.parametrize("status", ["completed", "closed", "expired"])
def test_an_ended_ad_has_ended(act: Any, status: str) -> None:
    with pytest.raises(errors.AdHasEnded) as refused:
        act(LockedAdFactory(**{status: True}))
    assert refused.value.status == status


@pytest.mark.parametrize("act", [pause, resume, close])
def test_an_ad_past_its_end_date_has_ended_though_nobody_swept_it(act: Any) -> None:
    with pytest.raises(errors.AdHasEnded) as refused:
        act(LockedAdFactory(paused=act is resume, ad__end_date=NOW.date()), at=TOMORROW)
    assert refused.value.status == "expired"


@pytest.mark.parametrize("paused", [False, True])
def test_closing_a_sell_ad_returns_what_is_unsold_and_leaves_live_offers_their_coins(paused: bool) -> None:
    locked = LockedAdFactory(paused=paused, ad__reserved=Decimal(2), ad__sold=Decimal(3))
    changes = close(locked)
    escrow, p2p = (Account(locked.maker.id, "btc", purse) for purse in (Purse.ESCROW, Purse.P2P))
    reference = f"ad:{locked.ad.id}"
    assert changes.entries == (movement(EntryKind.AD_RETURN, reference, NOW, escrow, p2p, Money(Decimal(5), "btc")),)
    assert changes.balances == (
        BalanceChange(escrow, Decimal(7), Decimal(2)),
        BalanceChange(p2p, Decimal(0), Decimal(5)),
    )
    after = changes.ad.after
    assert (after.status, after.available, after.reserved, after.withdrawn) == (AdStatus.CLOSED, 0, 2, 5)


@pytest.mark.parametrize("locked", [LockedAdFactory(buy=True), LockedAdFactory(ad__reserved=Decimal(10))])
def test_closing_an_ad_that_holds_nothing_unsold_moves_nothing(locked: LockedAd) -> None:
    changes = close(locked)
    assert (changes.entries, changes.balances) == ((), ())
    assert changes.ad.after.status is AdStatus.CLOSED


@pytest.mark.parametrize("hours", [-12, -5, 5.75, 14])
def test_an_ad_ends_with_the_day_in_utc_whichever_zone_the_clock_tells(hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    locked = LockedAdFactory(ad__end_date=NOW.date())
    midnight = NOW.replace(hour=0, minute=0) + timedelta(days=1)
    with pytest.raises(errors.NotDueYet):
        locked.expire((midnight - timedelta(microseconds=1)).astimezone(zone))
    assert locked.expire(midnight.astimezone(zone)).ad is not None


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="is in no zone"):
        LockedAdFactory(ad__end_date=NOW.date()).expire(NOW.replace(tzinfo=None))


@pytest.mark.parametrize("paused", [False, True])
def test_an_ad_expires_when_the_last_day_it_is_open_is_over(paused: bool) -> None:
    locked = LockedAdFactory(paused=paused, ad__end_date=NOW.date())
    last_moment = NOW.replace(hour=23, minute=59, second=59, microsecond=999999)
    with pytest.raises(errors.NotDueYet):
        locked.expire(last_moment)
    changes = locked.expire(last_moment + timedelta(microseconds=1))
    assert changes.ad is not None
    assert (changes.ad.after.status, changes.ad.after.withdrawn) == (AdStatus.EXPIRED, 10)
    assert [entry.kind for entry in changes.entries] == [EntryKind.AD_RETURN]


@pytest.mark.parametrize("locked", [LockedAdFactory(), LockedAdFactory(closed=True), LockedAdFactory(expired=True)])
def test_an_ad_without_end_or_ended_does_not_expire(locked: LockedAd) -> None:
    with pytest.raises(errors.NotDueYet):
        locked.expire(TOMORROW)


def move(wallet: LockedWallet, source: Account, target: Account, amount: str = "2") -> Any:
    return wallet.move(EntryKind.TRANSFER, "transfer:1", source, target, Money(Decimal(amount), "btc"), NOW)


def test_coins_move_between_purses() -> None:
    wallet = LockedWalletFactory(main=Decimal(3), p2p=Decimal(1))
    main, p2p = wallet.purse(Purse.MAIN), wallet.purse(Purse.P2P)
    changes = move(wallet, main, p2p)
    assert changes.balances == (
        BalanceChange(main, Decimal(3), Decimal(1)),
        BalanceChange(p2p, Decimal(1), Decimal(3)),
    )
    assert changes.entries == (movement(EntryKind.TRANSFER, "transfer:1", NOW, main, p2p, Money(Decimal(2), "btc")),)


@pytest.mark.abuse("C10")
def test_coins_do_not_move_from_a_purse_to_itself_nor_beyond_what_it_holds() -> None:
    wallet = LockedWalletFactory(main=Decimal(3))
    main, p2p = wallet.purse(Purse.MAIN), wallet.purse(Purse.P2P)
    with pytest.raises(errors.InvalidFields) as refused:
        move(wallet, main, main)
    assert refused.value.problems == (FieldProblem("target", Problem.SAME_PURSE),)
    with pytest.raises(Refusal) as poor:
        move(wallet, main, p2p, "3.00000001")
    assert isinstance(poor.value, errors.InsufficientBalance)
    assert poor.value.purse == "main"
