"""Double entry: entries balance, balances stay within their bounds, accounts have one order."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import Account, BalanceChange, Entry, EntryKind, Money, Posting, Purse, Side
from domain.errors import BalanceTooLarge, InsufficientBalance, Unbalanced
from domain.model.ledger import DESK_PURSES, movement, post
from tests.factories import NOW

JUDE, AMARA = UUID(int=1), UUID(int=2)
JUDES_P2P = Account(JUDE, "btc", Purse.P2P)
JUDES_ESCROW = Account(JUDE, "btc", Purse.ESCROW)
AMARAS_P2P = Account(AMARA, "btc", Purse.P2P)
OUTSIDE = Account(None, "btc", Purse.OUTSIDE)
MOST = Decimal("999999999999999999.99999999999999999999")
LEAST = Decimal("0.00000000000000000001")


def moved(amount: Decimal, source: Account = JUDES_P2P, target: Account = AMARAS_P2P) -> Entry:
    return movement(EntryKind.TRANSFER, "test:1", NOW, source, target, Money(amount, "btc"))


def entry(*postings: Posting) -> Entry:
    return Entry(EntryKind.TRANSFER, "test:1", NOW, postings)


@pytest.mark.abuse("K4")
def test_a_movement_is_one_debit_and_one_credit() -> None:
    assert moved(MOST).postings == (
        Posting(JUDES_P2P, Side.DEBIT, MOST),
        Posting(AMARAS_P2P, Side.CREDIT, MOST),
    )


def test_debits_and_credits_may_be_split_but_must_be_equal() -> None:
    halves = (Posting(AMARAS_P2P, Side.CREDIT, Decimal("0.5")), Posting(JUDES_ESCROW, Side.CREDIT, Decimal("0.5")))
    assert entry(Posting(JUDES_P2P, Side.DEBIT, Decimal(1)), *halves)
    with pytest.raises(Unbalanced):
        entry(Posting(JUDES_P2P, Side.DEBIT, Decimal(1)), halves[0])
    with pytest.raises(Unbalanced):
        entry(Posting(JUDES_P2P, Side.DEBIT, LEAST), Posting(AMARAS_P2P, Side.CREDIT, Decimal("2e-20")))


@pytest.mark.abuse("K4")
def test_an_entry_balances_in_every_currency() -> None:
    eth = Account(AMARA, "eth", Purse.P2P)
    with pytest.raises(Unbalanced):
        entry(Posting(JUDES_P2P, Side.DEBIT, Decimal(1)), Posting(eth, Side.CREDIT, Decimal(1)))


def test_an_entry_of_nothing_is_none() -> None:
    with pytest.raises(Unbalanced):
        entry()


@pytest.mark.parametrize("amount", ["0", "-1", "1000000000000000000", "NaN", "Infinity"])
def test_a_posting_is_above_zero_and_below_the_limit(amount: str) -> None:
    sides = (Posting(JUDES_P2P, Side.DEBIT, Decimal(amount)), Posting(AMARAS_P2P, Side.CREDIT, Decimal(amount)))
    with pytest.raises(Unbalanced):
        entry(*sides)


def test_only_the_desk_has_purses_without_an_owner() -> None:
    assert {Purse.OUTSIDE, Purse.FEES} == DESK_PURSES
    for owner, purse in ((None, Purse.P2P), (JUDE, Purse.OUTSIDE), (JUDE, Purse.FEES)):
        with pytest.raises(ValueError, match="no such account"):
            Account(owner, "btc", purse)


def test_accounts_are_locked_by_owner_then_currency_then_purse() -> None:
    eth = Account(JUDE, "eth", Purse.ESCROW)
    in_order = [OUTSIDE, JUDES_ESCROW, JUDES_P2P, eth, AMARAS_P2P]
    assert sorted({*in_order}, key=lambda account: account.lock_order) == in_order


def test_posting_gives_each_balance_before_and_after_in_lock_order() -> None:
    balances = {AMARAS_P2P: Decimal(1), JUDES_P2P: Decimal("3.5")}
    assert post([moved(Decimal(2))], balances) == (
        BalanceChange(JUDES_P2P, Decimal("3.5"), Decimal("1.5")),
        BalanceChange(AMARAS_P2P, Decimal(1), Decimal(3)),
    )


def test_an_account_that_was_never_opened_has_no_balance_before() -> None:
    assert post([moved(Decimal(2))], {JUDES_P2P: Decimal(2)}) == (
        BalanceChange(JUDES_P2P, Decimal(2), Decimal(0)),
        BalanceChange(AMARAS_P2P, None, Decimal(2)),
    )


def test_an_account_can_be_opened_though_nothing_moves() -> None:
    opened = (AMARAS_P2P, JUDES_P2P)
    assert post([], {JUDES_P2P: Decimal(2)}, opened) == (BalanceChange(AMARAS_P2P, None, Decimal(0)),)


def test_an_opened_account_takes_a_movement_too() -> None:
    assert post([moved(Decimal(2))], {JUDES_P2P: Decimal(2)}, (AMARAS_P2P,))[1] == (
        BalanceChange(AMARAS_P2P, None, Decimal(2))
    )


def test_several_entries_add_up() -> None:
    there_and_back = [moved(Decimal(2)), moved(Decimal("0.5"), AMARAS_P2P, JUDES_ESCROW)]
    changes = post(there_and_back, {JUDES_P2P: Decimal(2)})
    assert {change.account: change.after for change in changes} == {
        JUDES_P2P: Decimal(0),
        JUDES_ESCROW: Decimal("0.5"),
        AMARAS_P2P: Decimal("1.5"),
    }


def test_a_purse_that_holds_too_little_refuses_and_names_itself() -> None:
    with pytest.raises(InsufficientBalance) as refused:
        post([moved(Decimal(2))], {JUDES_P2P: Decimal("1.99999999999999999999")})
    assert (refused.value.purse, refused.value.crypto_currency) == ("p2p", "btc")


def test_only_outside_goes_below_zero() -> None:
    (outside, judes) = post([moved(MOST, OUTSIDE, JUDES_P2P)], {})
    assert (outside.after, judes.after) == (MOST.copy_negate(), MOST)


@pytest.mark.abuse("C5")
def test_no_balance_reaches_the_limit() -> None:
    with pytest.raises(BalanceTooLarge) as refused:
        post([moved(Decimal(1))], {JUDES_P2P: Decimal(1), AMARAS_P2P: Decimal("999999999999999999")})
    assert refused.value.crypto_currency == "btc"
    with pytest.raises(BalanceTooLarge):
        post([moved(Decimal(1), OUTSIDE, JUDES_P2P)], {OUTSIDE: Decimal("-999999999999999999")})


def test_a_balance_just_below_the_limit_is_kept_to_its_last_digit() -> None:
    almost = Decimal("999999999999999998.99999999999999999999")
    (_, amaras) = post([moved(Decimal(1))], {JUDES_P2P: Decimal(1), AMARAS_P2P: almost})
    assert amaras.after == MOST


amounts = st.integers(1, 10**30).map(lambda units: Decimal(f"{units}e-20"))
purses = st.sampled_from([JUDES_P2P, JUDES_ESCROW, AMARAS_P2P])


@pytest.mark.abuse("C10")
@given(st.lists(st.tuples(purses, purses, amounts).filter(lambda move: move[0] != move[1]), max_size=12))
def test_whatever_moves_nothing_is_made_or_lost(moves: list[tuple[Account, Account, Decimal]]) -> None:
    balances = dict.fromkeys((JUDES_P2P, JUDES_ESCROW, AMARAS_P2P), Decimal("500000000000"))
    changes = post([moved(amount, source, target) for source, target, amount in moves], balances)
    after = {**balances, **{change.account: change.after for change in changes}}
    assert sum(map(Fraction, after.values())) == 3 * Fraction(500000000000)
    assert [change.account for change in changes] == sorted(
        {account for source, target, _ in moves for account in (source, target)}, key=lambda it: it.lock_order
    )
