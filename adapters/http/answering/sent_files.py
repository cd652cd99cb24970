"""What is slow about a file that somebody sends: it is made harmless and kept before the request's unit of work begins.

A first look, in a unit of its own, says whether the sender may send here at all, so that nobody else has files unpacked
and written. What is found wrong is told when its turn comes, after token and key. So a file is there before its message
is; where no message comes of it, it is removed here, and by the worker where this process could not.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyramid.response import Response

from domain.errors import OfferNotFound, Refusal, StoreUnavailable
from domain.model.chat import Attachment, check_may_write
from domain.model.parties import Actor
from domain.ports.keys import Scope
from domain.ports.store import Unit

from ..collaborators import Services
from ..replies.rejections import Rejection
from ..requests.request import DeskRequest
from ..requests.security import Caller, Credentials, credentials

logger = logging.getLogger(__name__)

SENT_FILE = "desk.sent_file"


@dataclass(frozen=True, slots=True)
class SentFile:
    """The file, without its name, or why there is none."""

    attachment: Attachment | None = None
    refused: Refusal | Rejection | None = None


def prepare(request: DeskRequest, raw: bytes) -> None:
    """Make a file harmless and keep it, once for all tries of a request. Raises ``Unauthenticated``."""
    if SENT_FILE not in request.environ:
        request.environ[SENT_FILE] = _prepared(request, raw)


def sent_file(request: DeskRequest, name: str) -> Attachment:
    """The file that came with the request, under its name. Raises why it is refused."""
    found: SentFile = request.environ[SENT_FILE]
    if found.attachment is None:
        raise found.refused or OfferNotFound()
    return replace(found.attachment, name=name)


def discard(environ: Mapping[str, Any], services: Services, response: Response) -> None:
    """Remove the file of a request that left no message: one that was refused, or answered as it was before.

    Where the answer is that something failed, the message may be there all the same, so that the worker has to look.
    """
    found: SentFile | None = environ.get(SENT_FILE)
    if found is None or found.attachment is None:
        return
    if 400 <= response.status_int < 500 or "Idempotent-Replayed" in response.headers:
        try:
            services.files.remove(found.attachment.file)
        except StoreUnavailable:
            logger.warning("File %s is left behind; the worker removes it.", found.attachment.file)


def _prepared(request: DeskRequest, raw: bytes) -> SentFile:
    services = request.services
    sender = credentials(request.environ.get("HTTP_AUTHORIZATION"), request.registry.verified_tokens)
    offer_id = request.path_id("offer_id")
    try:
        services.store.run(lambda unit: _check(unit, sender, offer_id), writes=False)
        clean = services.cleaner.clean(raw)
    except (Refusal, Rejection) as refused:
        return SentFile(refused=refused)
    file_id = services.identifiers.new()
    services.files.keep(file_id, clean.body)
    return SentFile(Attachment(file_id, "", clean.content_type, len(clean.body)))


def _check(unit: Unit, sender: Credentials, offer_id: int) -> None:
    """Raise where the sender may not send here; it is judged again when the message is written."""
    admitted = sender.admitted(unit.admission)
    by = Actor.of(sender.let_in(admitted, Caller.TRADER, Scope.TRADE))
    view = unit.readers.offer(offer_id)
    check_may_write(view.parties, view.offer, view.dispute, by, admitted.at)
