"""Who has an account, which of their tokens and keys must work, and which must never work again.

It is kept beside the desk and not asked of it. Source: docs/contract/accounts.md, "Tokens", "Keys of programs" and
"Codes".
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.model.account_letters import AccountLetter
from domain.model.slowing import LONGEST_WAIT, WINDOW, WRONG_OF_BOTH
from domain.use_cases.at_an_address import CODES_AN_HOUR
from domain.use_cases.mail_codes import CODE_LIFETIME, CODE_PAUSE, CODE_TRIES
from tests.integration.http.desk import LIFETIMES
from tests.integration.phones import Phone

CODE_LETTERS = (AccountLetter.VERIFY_CODE, AccountLetter.RESET_CODE)
NOBODY = frozenset({401, 403})
"""How somebody is answered whom the desk does not let in."""
SCOPES = ("read", "trade", "release")


@dataclass(eq=False)
class Code:
    """One that was mailed."""

    text: str
    sent_at: datetime
    tries: int = 0
    is_used: bool = False

    def is_good(self, at: datetime) -> bool:
        return not self.is_used and self.tries < CODE_TRIES and at < self.sent_at + CODE_LIFETIME


class OwnPhone(Phone):
    """An authenticator, and what of it was taken last."""

    taken = ""

    def take(self, otp: str) -> None:
        """It was taken, and is good for nothing any more."""
        self.taken = otp
        self.codes = [code for code in self.codes if code != otp]


@dataclass(eq=False)
class Person:
    """Somebody with an account, as they know it themselves."""

    email: str
    id: str
    password: str
    address: str
    former: list[str] = field(default_factory=list)
    phone: OwnPhone | None = None
    codes: dict[AccountLetter, list[Code]] = field(default_factory=lambda: defaultdict(list))
    wrong_at: list[datetime] = field(default_factory=list)
    is_suspended: bool = False
    is_verified: bool = False
    has_left: bool = False

    def may_have_to_wait(self, at: datetime) -> bool:
        """Whether so much was guessed wrongly of late that what is right may be put off."""
        return len(self.wrong_at) >= WRONG_OF_BOTH and at - self.wrong_at[-1] < WINDOW + LONGEST_WAIT


@dataclass(eq=False)
class Login:
    """One login, with everything that it ever gave out."""

    person: Person
    id: str
    opened_at: datetime
    access: list[tuple[str, datetime]]
    refresh: str
    used_at: datetime
    spent: list[str] = field(default_factory=list)
    has_ended: bool = False

    @property
    def expires_at(self) -> datetime:
        return min(self.used_at + LIFETIMES.refresh, self.opened_at + LIFETIMES.login)

    def is_live(self, at: datetime) -> bool:
        return not self.has_ended and at < self.expires_at

    def answers(self, at: datetime, issued_at: datetime) -> int:
        """How one of its access tokens must be answered."""
        if self.person.has_left or not self.is_live(at) or at >= issued_at + LIFETIMES.access:
            return 401
        return 403 if self.person.is_suspended else 200


@dataclass(eq=False)
class Key:
    """The key of a program."""

    person: Person
    id: str
    text: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    has_ended: bool = False

    def answers(self, at: datetime, scope: str) -> int:
        """How it must be answered where a scope is asked for."""
        has_expired = self.expires_at is not None and at >= self.expires_at
        if self.person.has_left or self.has_ended or has_expired:
            return 401
        return 200 if scope in self.scopes and not self.person.is_suspended else 403


class Accounts:
    """Everybody who ever joined in one play, and all that was ever given out."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.logins: list[Login] = []
        self.keys: list[Key] = []

    def end_logins(self, person: Person, *, but: Login | None = None) -> None:
        for login in self.logins:
            login.has_ended |= login.person is person and login is not but

    def end_keys(self, person: Person) -> None:
        for key in self.keys:
            key.has_ended |= key.person is person

    def shut_out(self, person: Person) -> None:
        """Everything that was given out is worth nothing from now on, whatever comes after."""
        self.end_logins(person)
        self.end_keys(person)

    def check_letters(self) -> None:
        """No address is mailed more codes than an hour's, and none of a purpose before its pause is over."""
        for person in self.people:
            sent = sorted(code.sent_at for kind in CODE_LETTERS for code in person.codes[kind])
            for first, beyond in zip(sent, sent[CODES_AN_HOUR:], strict=False):
                assert beyond - first >= timedelta(hours=1), f"{person.email}: {sent}"
            for kind in CODE_LETTERS:
                of_kind = sorted(code.sent_at for code in person.codes[kind])
                for one, other in itertools.pairwise(of_kind):
                    assert other - one >= CODE_PAUSE, f"{person.email}: {of_kind}"
