"""Payment methods that traders save."""

from __future__ import annotations

from typing import Any

from domain.model.parties import Actor
from domain.use_cases.save_payment_method import delete_payment_method, edit_payment_method, save_payment_method

from ..operation import Reply
from ..requests.request import DeskRequest
from ..schemas.payment_methods import method_terms_of


def saved(request: DeskRequest) -> Reply:
    """The payment methods that the caller has saved, the last one first."""
    parameters = request.parameters
    about = request.caller.id, parameters.get("cursor"), parameters["limit"]
    return Reply(request.unit.payment_methods.saved_by(*about))


def save(request: DeskRequest) -> Reply:
    """Save a payment method, to be copied into ads and offers by its id."""
    terms = method_terms_of(request.fields)
    return Reply(save_payment_method(Actor.of(request.caller), terms, at=request.now, **_ports(request)))


def edit(request: DeskRequest) -> Reply:
    """Put other terms in place of those of before. Ads and offers that were made with them stay as they are."""
    terms, method_id = method_terms_of(request.fields), request.path_id("method_id")
    return Reply(edit_payment_method(Actor.of(request.caller), method_id, terms, **_ports(request)))


def delete(request: DeskRequest) -> Reply:
    """Forget a payment method. Ads and offers that were made with it stay as they are."""
    method_id = request.path_id("method_id")
    delete_payment_method(Actor.of(request.caller), method_id, payment_methods=request.unit.payment_methods)
    return Reply()


def _ports(request: DeskRequest) -> dict[str, Any]:
    return {"payment_methods": request.unit.payment_methods, "catalogue": request.services.catalogue}
