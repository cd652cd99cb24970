"""Stopping the desk."""

from __future__ import annotations

from domain.model.parties import Actor
from domain.use_cases.freeze_desk import set_frozen

from ..operation import Reply
from ..requests.request import DeskRequest


def freeze(request: DeskRequest) -> Reply:
    """Have nothing new begin: no ads, no offers, and no ad is resumed or edited. All that ends an offer goes on."""
    return _set_frozen(request, True)


def unfreeze(request: DeskRequest) -> Reply:
    """Let ads and offers begin again."""
    return _set_frozen(request, False)


def _set_frozen(request: DeskRequest, frozen: bool) -> Reply:
    actor, note = Actor.of(request.caller), request.fields["note"]
    set_frozen(frozen, actor, note, freezing=request.unit.freezing, at=request.now)
    return Reply()
