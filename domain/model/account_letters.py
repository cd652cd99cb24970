"""Letters about an account: mailed, with no notice behind them. Source: docs/contract/accounts.md, "Letters"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AccountLetter(StrEnum):
    """Which letter it is."""

    VERIFY_CODE = "verify_code"
    RESET_CODE = "reset_code"
    KEY_MADE = "key_made"
    WEBHOOK_OFF = "webhook_off"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a kind of letter)
    OTP_ON = "otp_on"
    OTP_OFF = "otp_off"
    LOGIN_FROM_NEW_ADDRESS = "login_from_new_address"
    RELEASE_FROM_NEW_ADDRESS = "release_from_new_address"
    DISPUTES_WAITING = "disputes_waiting"


@dataclass(frozen=True, slots=True)
class KindOfLetter:
    """All there is to say of a kind: its subject, and a value for each fact that its templates tell."""

    subject: str
    sample: Mapping[str, str]


ACCOUNT_LETTERS: Mapping[AccountLetter, KindOfLetter] = {
    AccountLetter.VERIFY_CODE: KindOfLetter("Your code to verify this address", {"code": "02718281", "minutes": "15"}),
    AccountLetter.RESET_CODE: KindOfLetter("Your code for a new password", {"code": "02718281", "minutes": "15"}),
    AccountLetter.KEY_MADE: KindOfLetter(
        "A key was made for a program", {"at": "2026-03-02T09:30+00:00", "scopes": "read, trade"}
    ),
    AccountLetter.WEBHOOK_OFF: KindOfLetter(
        "A webhook of yours was turned off",
        {"at": "2026-03-02T09:30+00:00", "webhook": "5d8f1f0e-9a41-4a39-a9a5-2f0b1f6c7e11"},
    ),
    AccountLetter.PASSWORD_CHANGED: KindOfLetter("Your password was changed", {"at": "2026-03-02T09:30+00:00"}),
    AccountLetter.OTP_ON: KindOfLetter("One-time passwords are on", {"at": "2026-03-02T09:30+00:00"}),
    AccountLetter.OTP_OFF: KindOfLetter("One-time passwords are off", {"at": "2026-03-02T09:30+00:00"}),
    AccountLetter.LOGIN_FROM_NEW_ADDRESS: KindOfLetter(
        "A login from a new address", {"at": "2026-03-02T09:30+00:00", "address": "198.51.100.9"}
    ),
    AccountLetter.RELEASE_FROM_NEW_ADDRESS: KindOfLetter(
        "A release from a new address", {"at": "2026-03-02T09:30+00:00", "address": "2001:db8::/64", "offer": "12"}
    ),
    AccountLetter.DISPUTES_WAITING: KindOfLetter("Disputes wait for the staff", {"waiting": "3"}),
}
"""One row a kind. No subject holds a secret or a word that a trader chose."""
