"""Ads."""

from __future__ import annotations

from domain.model.requirements import Taker
from domain.ports.readers import BoardQuery, Page
from domain.use_cases.close_ad import close_ad
from domain.use_cases.edit_ad import edit_ad
from domain.use_cases.pause_ad import pause_ad
from domain.use_cases.post_ad import post_ad
from domain.use_cases.resume_ad import resume_ad

from ..operation import Reply
from ..replies.presentation import advertised
from ..requests.request import DeskRequest
from ..schemas.ads import edit_of, terms_of


def create(request: DeskRequest) -> Reply:
    """Place an ad to sell or buy crypto. What is for sale goes from the p2p wallet into escrow at once."""
    services = request.services
    ad = post_ad(
        request.caller.id,
        terms_of(request.fields),
        book=request.unit.book,
        catalogue=services.catalogue,
        default_time_to_pay=services.default_time_to_pay,
        limits=services.limits,
        payment_methods=request.unit.payment_methods,
    )
    return Reply(location=f"/p2p/ad/detail/{ad.id}", made={"ad_id": ad.id})


def detail(request: DeskRequest) -> Reply:
    """One ad, with its maker's public profile and what is still open to offers."""
    view = request.unit.readers.ad(request.path_id("ad_id"))
    (shown,) = advertised([view], request.now, request.caller.id, request.services.fee_percent)
    return Reply(shown, version=shown.ad.edition)


def board(request: DeskRequest) -> Reply:
    """The ads that take offers now, or with `mine` one's own in any state."""
    parameters = dict(request.parameters)
    cursor, limit, mine, takeable = (parameters.pop(name, None) for name in ("cursor", "limit", "mine", "takeable"))
    whose = request.caller.id if mine else None
    query = BoardQuery(
        today=request.today,
        traded=request.services.catalogue,
        mine=whose,
        viewer=request.caller.id,
        takeable_by=_taker(request) if takeable else None,
        **parameters,
    )
    page = request.unit.readers.board(query, cursor, limit)
    return Reply(Page(advertised(page.items, request.now, request.caller.id, request.services.fee_percent), page.next))


def edit(request: DeskRequest) -> Reply:
    """Change an ad. Offers that are under way keep what they were made on; what an ad holds more or less of moves."""
    edit_ad(
        request.path_id("ad_id"),
        request.caller.id,
        edit_of(request.fields),
        book=request.unit.book,
        default_time_to_pay=request.services.default_time_to_pay,
        expected_version=request.condition.versions,
    )
    return Reply()


def pause(request: DeskRequest) -> Reply:
    """Take no new offers for a while. Offers that are under way go on."""
    expected = request.condition.versions
    pause_ad(request.path_id("ad_id"), request.caller.id, book=request.unit.book, expected_version=expected)
    return Reply()


def resume(request: DeskRequest) -> Reply:
    """Take new offers again after a pause."""
    services = request.services
    resume_ad(
        request.path_id("ad_id"),
        request.caller.id,
        book=request.unit.book,
        catalogue=services.catalogue,
        limits=services.limits,
        expected_version=request.condition.versions,
    )
    return Reply()


def close(request: DeskRequest) -> Reply:
    """End an ad for good. What is unsold returns at once; offers that are under way go on."""
    expected = request.condition.versions
    close_ad(request.path_id("ad_id"), request.caller.id, book=request.unit.book, expected_version=expected)
    return Reply()


def _taker(request: DeskRequest) -> Taker:
    """The caller, as far as it decides what they could take from."""
    caller, unit = request.caller, request.unit
    return Taker(caller.id, unit.people.track_record(caller.id), caller.has_kyc, unit.traders.restrictions(caller.id))
