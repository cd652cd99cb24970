"""A trader saves a payment method, to be copied into ads and offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ..errors import InvalidFields, PaymentMethodNotFound, TooManyPaymentMethods
from ..model.ad_for_offer import OfferProposal
from ..model.ad_terms import AdTerms
from ..model.limits import PAYMENT_METHODS_LIMIT
from ..model.money import Catalogue
from ..model.parties import Actor
from ..model.payment_methods import PaymentMethodTerms, SavedPaymentMethod, saved_problem
from ..model.rights import check_standing
from ..ports.payment_methods import PaymentMethods


def save_payment_method(
    by: Actor, terms: PaymentMethodTerms, *, payment_methods: PaymentMethods, catalogue: Catalogue, at: datetime
) -> SavedPaymentMethod:
    """Keep a payment method. ``at`` is the moment by the store's clock.

    Raises, in this order: ``TraderSuspended``, ``InvalidFields``, ``TooManyPaymentMethods``.
    """
    owner_id, checked = _owner(by), terms.checked(catalogue)
    if payment_methods.count_locked(owner_id) >= PAYMENT_METHODS_LIMIT:
        raise TooManyPaymentMethods(PAYMENT_METHODS_LIMIT)
    return payment_methods.add(owner_id, checked, at)


def edit_payment_method(
    by: Actor, method_id: int, terms: PaymentMethodTerms, *, payment_methods: PaymentMethods, catalogue: Catalogue
) -> SavedPaymentMethod:
    """Keep other terms in place of those of before. What was copied from them stays as it is.

    Raises, in this order: ``TraderSuspended``, ``InvalidFields``, ``PaymentMethodNotFound``.
    """
    return payment_methods.change(_owner(by), method_id, terms.checked(catalogue))


def delete_payment_method(by: Actor, method_id: int, *, payment_methods: PaymentMethods) -> None:
    """Forget a payment method. What was copied from it stays as it is.

    Raises, in this order: ``TraderSuspended``, ``PaymentMethodNotFound``.
    """
    payment_methods.remove(_owner(by), method_id)


def terms_with_saved(terms: AdTerms, maker_id: UUID, payment_methods: PaymentMethods | None) -> AdTerms:
    """The terms of an ad with what the saved payment method says that they name, if any. Raises ``InvalidFields``."""
    saved_id = terms.saved_payment_method
    if saved_id is None or payment_methods is None:
        return terms
    saved = payment_methods.find(maker_id, saved_id)
    problem = saved_problem(saved_id, saved, terms.payment_method, terms.bank, terms.payment_details)
    if problem is not None or saved is None:
        raise InvalidFields(() if problem is None else (problem,))
    return replace(
        terms,
        saved_payment_method=None,
        payment_method=saved.payment_method,
        bank=saved.bank,
        payment_details=saved.payment_details,
    )


def proposal_with_saved(
    proposal: OfferProposal, taker_id: UUID, payment_methods: PaymentMethods | None
) -> OfferProposal:
    """The proposal with the saved payment method that it names, where the taker has it."""
    if proposal.saved_payment_method is None or payment_methods is None:
        return proposal
    return replace(proposal, saved=payment_methods.find(taker_id, proposal.saved_payment_method))


def _owner(by: Actor) -> UUID:
    check_standing(by)
    if by.id is None:
        raise PaymentMethodNotFound()
    return by.id
