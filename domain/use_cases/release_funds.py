"""The seller lets the buyer have the crypto."""

from __future__ import annotations

from dataclasses import replace

from ..model.account_letters import AccountLetter
from ..model.lifecycle import Action
from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book
from .note_address import UsedFrom
from .one_time_passwords import GivenOtp


def release_funds(
    offer_id: int,
    by: Actor,
    *,
    book: Book,
    expected_version: Expected = None,
    given_otp: GivenOtp | None = None,
    used_from: UsedFrom | None = None,
) -> None:
    """Release an offer's escrow to the buyer.

    With ``given_otp``, a seller who has turned one-time passwords on needs one; without it, as for the key of a
    program, nobody does. With ``used_from``, the seller is told by mail where that is a new address of theirs.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised``, ``OneTimePasswordRequired``,
    ``TooManyAttempts`` or ``OneTimePasswordWrong``, ``VersionMismatch``, then ``AlreadyCancelled``, ``AlreadyReleased``
    or ``OfferHasExpired``. A wrong one-time password counts: let the unit commit then, and refuse.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    if given_otp is not None:
        locked.authorise(Action.RELEASE_FUNDS, by)
        given_otp.check(locked.seller, locked.at)
    changes = locked.release_funds(by, locked.at, expected_version)
    if used_from is not None:
        kind = AccountLetter.RELEASE_FROM_NEW_ADDRESS
        letters = used_from.letters(locked.seller, kind, locked.at, offer=str(offer_id))
        changes = replace(changes, letters=(*changes.letters, *letters))
    book.apply(changes)
