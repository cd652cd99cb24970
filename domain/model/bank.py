"""Where somebody is paid: an account at a bank, or words for any other method."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..errors import FieldProblem
from .texts import has_visible_character, text_problem, trimmed

BANK_FIELD_LENGTH_LIMIT = 100
BANK_TRANSFER = "bank_transfer"
PAYMENT_DETAILS_LENGTH_LIMIT = 2000
"""Characters of what says where to pay by a method that is no bank transfer."""
_SHOWN_OF_AN_ACCOUNT = 4


@dataclass(frozen=True, slots=True)
class BankDetails:
    """A bank account as its owner wrote it; empty where it was not given."""

    account_name: str = field(default="", repr=False)
    account_number: str = field(default="", repr=False)
    bank_name: str = field(default="", repr=False)

    def fields(self) -> tuple[tuple[str, str], ...]:
        """The three values under the names that callers know."""
        return (
            ("bank_account_name", self.account_name),
            ("bank_account_number", self.account_number),
            ("bank_name", self.bank_name),
        )

    def problems(self, *, required: bool = False) -> tuple[FieldProblem, ...]:
        """What is wrong with the three fields."""
        judged = (
            text_problem(name, value, BANK_FIELD_LENGTH_LIMIT, required=required) for name, value in self.fields()
        )
        return tuple(problem for problem in judged if problem is not None)

    def tidied(self) -> BankDetails:
        """The three fields as they are kept: trimmed, and empty where there is nothing to see in one."""
        return BankDetails(*(trimmed(value) for _, value in self.fields()))

    @property
    def masked_account_number(self) -> str:
        """The account number with all but its last four characters hidden; all of it where it has no more."""
        shown = self.account_number[-_SHOWN_OF_AN_ACCOUNT:]
        hidden = len(self.account_number) - len(shown)
        return "*" * hidden + shown if hidden > 0 else "*" * len(self.account_number)

    def masked(self) -> BankDetails:
        """The account with its number masked."""
        return replace(self, account_number=self.masked_account_number)

    def __bool__(self) -> bool:
        return any(has_visible_character(value) for _, value in self.fields())


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the buyer is to pay: an account at a bank, words for any other method, or both."""

    bank: BankDetails
    payment_details: str = field(repr=False)

    @property
    def is_given(self) -> bool:
        """Whether anything was said at all; it may be too little to pay by."""
        return bool(self.bank) or has_visible_character(self.payment_details)

    @property
    def is_enough(self) -> bool:
        """Whether money can be sent there: the name of a bank, or of a person, alone is no account."""
        return has_visible_character(self.bank.account_number) or has_visible_character(self.payment_details)
