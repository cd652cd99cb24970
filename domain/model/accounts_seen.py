"""Which accounts of an offer somebody is shown, and that staff who were shown some are in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from .bank import BankDetails, PayTo
from .changes import StaffAct
from .dispute import Dispute
from .offer import Offer
from .parties import Actor, AnyParty, Parties

MASKED_AFTER_END = timedelta(days=30)
"""How long after an offer's end an account number on it is whole."""
ACCOUNTS_SEEN = "bank_details.read"
"""What the audit trail calls it."""


@dataclass(frozen=True, slots=True)
class AccountsSeen:
    """What of an offer's accounts somebody is shown: the taker's, and where to pay while that is still to be known."""

    bank: BankDetails
    pay_to: PayTo | None

    def __bool__(self) -> bool:
        return bool(self.bank) or self.pay_to is not None


def accounts_seen(
    parties: Parties[AnyParty], offer: Offer, dispute: Dispute | None, by: Actor, at: datetime
) -> AccountsSeen:
    """What somebody is shown of the accounts now; ``dispute`` is the offer's last one.

    Its parties see them, and staff where it is or was in dispute; nobody sees where to pay once the offer has ended,
    nor a whole account number from 30 days after. Source: docs/contract/trading.md, "Who sees an account".
    """
    if not parties.may_see_accounts(by, was_disputed=dispute is not None):
        return AccountsSeen(BankDetails(), None)
    bank = offer.bank.masked() if offer.is_over_for(MASKED_AFTER_END, at) else offer.bank
    is_to_pay = offer.state_at(at).is_live and offer.pay_to.is_given
    return AccountsSeen(bank, offer.pay_to if is_to_pay else None)


def accounts_seen_act(offer_id: int, by: UUID, at: datetime) -> StaffAct:
    """The line of the audit trail that somebody of the staff saw accounts of an offer."""
    return StaffAct(by, at, ACCOUNTS_SEEN, f"offer:{offer_id}")
