"""The one table of operations. It makes the routes, the API document, and the tests of who may call what."""

from __future__ import annotations

from domain import errors

from .account_operations import ACCOUNT_OPERATIONS
from .answering.spreadsheets import CSV
from .chat_operations import CHATS
from .operation import Operation, Tag
from .operations_on_disputes import OF_DISPUTES
from .replies.rejections import HiddenOffer, UnknownPath, Unready, UpgradeNeeded
from .requests.security import Caller
from .schemas.admin import AUDIT_PAGE, LiftingSchema, RestrictionSchema, SuspensionSchema
from .schemas.admin_traders import (
    TRADER_PAGE,
    AnyOfferQuerySchema,
    TraderFileSchema,
    TraderQuerySchema,
    VerificationSchema,
)
from .schemas.ads import AD_PAGE, AdBodySchema, AdEditSchema, AdSchema, BoardQuerySchema
from .schemas.base import ListQuery
from .schemas.disputes import DisputeBodySchema
from .schemas.feedback import FeedbackBodySchema
from .schemas.limits import TraderLimitsSchema
from .schemas.offers import (
    OFFER_PAGE,
    OfferBodySchema,
    OfferDetailSchema,
    OfferQuerySchema,
    OfferSchema,
)
from .schemas.people import FEEDBACK_PAGE, PROFILE_PAGE, PublicRecordSchema
from .schemas.service import AliveSchema, ReadySchema
from .schemas.settings import SettingsSchema
from .schemas.wallet import (
    ENTRY_PAGE,
    NOTICE_PAGE,
    PURSES,
    HistoryQuerySchema,
    NoticeQuerySchema,
    ReadSchema,
    ReadUpToSchema,
    TransferSchema,
)
from .views import (
    admin,
    admin_traders,
    ads,
    limits,
    notifications,
    offers,
    people,
    service,
    settings,
    wallet,
)

# Laid out by hand, so that the table can be read as one.
# fmt: off
_ADS = (
    Operation(
        "create_ad", Tag.ADS, "POST", "/p2p/ad/", ads.create, "Place an ad",
        takes_key=True, body=AdBodySchema(), message="Ad created successfully", headers=("Location",),
        refusals=(errors.InvalidFields, errors.RestrictedFromTrading, errors.TooManyLiveAds,
                  errors.InsufficientBalance),
    ),
    Operation(
        "board", Tag.ADS, "GET", "/p2p/ad/", ads.board, "The ads that take offers, or one's own",
        query=BoardQuerySchema(), entity=AD_PAGE,
    ),
    Operation(
        "ad_detail", Tag.ADS, "GET", "/p2p/ad/detail/{ad_id}", ads.detail, "One ad",
        entity=AdSchema(), headers=("ETag",), refusals=(errors.AdNotFound,),
    ),
    Operation(
        "edit_ad", Tag.ADS, "POST", "/p2p/ad/edit/{ad_id}/", ads.edit, "Change a live ad",
        takes_key=True, body=AdEditSchema(), message="Ad updated successfully", takes_version=True,
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.VersionMismatch, errors.AdHasEnded, errors.InvalidFields,
                  errors.InsufficientBalance),
    ),
    Operation(
        "pause_ad", Tag.ADS, "POST", "/p2p/ad/pause/{ad_id}/", ads.pause, "Take no new offers for a while",
        takes_key=True, message="Ad paused successfully",
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.AdHasEnded, errors.AdAlready),
    ),
    Operation(
        "resume_ad", Tag.ADS, "POST", "/p2p/ad/resume/{ad_id}/", ads.resume, "Take new offers again",
        takes_key=True, message="Ad resumed successfully",
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.AdHasEnded, errors.AdAlready, errors.TooManyLiveAds),
    ),
    Operation(
        "close_ad", Tag.ADS, "POST", "/p2p/ad/close/{ad_id}/", ads.close, "End an ad; what is unsold returns at once",
        takes_key=True,
        message="Ad closed successfully", refusals=(errors.AdNotFound, errors.NotYourAd, errors.AdHasEnded),
    ),
)

_OFFERS = (
    Operation(
        "create_offer", Tag.OFFERS, "POST", "/p2p/offer/create/", offers.create, "Make an offer on an ad",
        takes_key=True, body=OfferBodySchema(), entity=OfferSchema(), message="Offer created successfully",
        refusals=(errors.UnknownAd, errors.InvalidFields, errors.OwnAd, errors.RestrictedFromTrading, errors.Blocked,
                  errors.TooManyUnpaid, errors.TooManyCancelled, errors.TooManyLiveOffers, errors.AdNotOpen,
                  errors.BelowMinimum, errors.AboveMaximum, errors.NotEnoughAvailable, errors.InsufficientBalance),
    ),
    Operation(
        "my_offers", Tag.OFFERS, "GET", "/p2p/offer/", offers.mine, "The offers one is a party to",
        query=OfferQuerySchema(), entity=OFFER_PAGE,
    ),
    Operation(
        "offer_detail", Tag.OFFERS, "GET", "/p2p/offer/detail/{offer_id}", offers.detail,
        "One offer, for its parties and staff", entity=OfferDetailSchema(), headers=("ETag",),
        rejections=(HiddenOffer(),),
    ),
    Operation(
        "indicate_payment", Tag.OFFERS, "POST", "/p2p/offer/paid/{offer_id}/", offers.indicate_payment,
        "The buyer has sent the money",
        takes_key=True, message="Offer successfully marked as paid", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyMarkedPaid,
                  errors.AlreadyCancelled, errors.PaymentWindowPassed, errors.AlreadyReleased),
    ),
    Operation(
        "cancel_offer", Tag.OFFERS, "POST", "/p2p/offer/cancel/{offer_id}/", offers.cancel,
        "The taker takes the offer back",
        takes_key=True, message="Offer cancelled successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyCancelled,
                  errors.OnlyPendingCanBeCancelled),
    ),
    Operation(
        "release_funds", Tag.OFFERS, "POST", "/p2p/offer/release/{offer_id}/", offers.release_funds,
        "The seller lets the buyer have the crypto",
        takes_key=True, message="Funds have been released successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyCancelled,
                  errors.AlreadyReleased, errors.OfferHasExpired),
    ),
    Operation(
        "return_offer", Tag.OFFERS, "POST", "/p2p/offer/return/{offer_id}/", offers.give_up,
        "The buyer gives up a paid offer",
        takes_key=True, message="Offer returned successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyCancelled,
                  errors.AlreadyReleased, errors.OnlyPaidCanBeReturned),
    ),
    Operation(
        "open_dispute", Tag.OFFERS, "POST", "/p2p/offer/dispute/{offer_id}/", offers.open_dispute,
        "Ask staff to decide", takes_key=True, body=DisputeBodySchema(),
        message="Dispute opened successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.NotAuthorised, errors.VersionMismatch,
                  errors.AlreadyDisputed, errors.OnlyPaidCanBeDisputed, errors.DisputeTooEarly),
    ),
    Operation(
        "withdraw_dispute", Tag.OFFERS, "POST", "/p2p/offer/dispute/withdraw/{offer_id}/", offers.withdraw_dispute,
        "Whoever opened a dispute takes it back",
        takes_key=True, message="Dispute withdrawn successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.NotDisputed),
    ),
    Operation(
        "give_feedback", Tag.OFFERS, "POST", "/p2p/offer/feedback/{offer_id}/", offers.give_feedback,
        "Say how the other party of a completed offer was", takes_key=True, body=FeedbackBodySchema(),
        message="Feedback given successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.NotAuthorised, errors.VersionMismatch,
                  errors.OnlyCompletedCanBeRated, errors.AlreadyRated, errors.FeedbackIsOver),
    ),
    Operation(
        "limits", Tag.OFFERS, "GET", "/p2p/limits/", limits.limits, "How much one may have under way, and has",
        entity=TraderLimitsSchema(),
    ),
)

_PEOPLE = (
    Operation(
        "trader", Tag.PEOPLE, "GET", "/p2p/trader/{trader_id}/", people.trader, "A trader as others see them",
        entity=PublicRecordSchema(), refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "feedback_about", Tag.PEOPLE, "GET", "/p2p/trader/feedback/{trader_id}/", people.feedback,
        "What was said of a trader", query=ListQuery(), entity=FEEDBACK_PAGE, refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "blocks", Tag.PEOPLE, "GET", "/p2p/block/", people.blocked, "Whom one has blocked",
        query=ListQuery(), entity=PROFILE_PAGE,
    ),
    Operation(
        "block", Tag.PEOPLE, "POST", "/p2p/block/{trader_id}/", people.block, "Keep a trader away",
        takes_key=True, message="Trader blocked successfully",
        refusals=(errors.BlockingOneself, errors.TraderNotFound),
    ),
    Operation(
        "unblock", Tag.PEOPLE, "DELETE", "/p2p/block/{trader_id}/", people.unblock, "Let a trader be again",
        message="Trader unblocked successfully", refusals=(errors.TraderNotFound,),
    ),
)

_WALLET = (
    Operation("wallet", Tag.WALLET, "GET", "/wallet/", wallet.balances, "What one holds, by currency", entity=PURSES),
    Operation(
        "transfer", Tag.WALLET, "POST", "/wallet/transfer/", wallet.transfer, "Move coins between one's own wallets",
        takes_key=True, body=TransferSchema(), message="Funds moved successfully",
        refusals=(errors.InvalidFields, errors.InsufficientBalance),
    ),
    Operation(
        "wallet_history", Tag.WALLET, "GET", "/wallet/history/", wallet.history,
        "The movements of one's wallets, newest first",
        query=HistoryQuerySchema(), entity=ENTRY_PAGE, also=CSV, headers=("Vary", "Content-Disposition"),
    ),
    Operation(
        "notifications", Tag.NOTIFICATIONS, "GET", "/notifications/", notifications.notices,
        "What one was told, in order",
        query=NoticeQuerySchema(), entity=NOTICE_PAGE,
    ),
    Operation(
        "mark_read", Tag.NOTIFICATIONS, "POST", "/notifications/read/", notifications.read,
        "Everything up to a notice was read",
        takes_key=True, body=ReadSchema(), entity=ReadUpToSchema(), message="Notifications marked as read",
    ),
)

_ADMIN = (
    Operation(
        "restrict", Tag.ADMIN, "POST", "/admin/restriction/", admin.restrict, "Bar a trader from one currency",
        takes_key=True, caller=Caller.STAFF, body=RestrictionSchema(), message="Trader restricted successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "unrestrict", Tag.ADMIN, "DELETE", "/admin/restriction/{trader_id}/{crypto_currency}/", admin.unrestrict,
        "Let a trader trade in one currency again",
        caller=Caller.STAFF, body=LiftingSchema(), query=LiftingSchema(), message="Restriction lifted successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "suspend", Tag.ADMIN, "POST", "/admin/suspension/{trader_id}/", admin.suspend, "Shut a trader out",
        takes_key=True, caller=Caller.STAFF, body=SuspensionSchema(), message="Trader suspended successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "reinstate", Tag.ADMIN, "DELETE", "/admin/suspension/{trader_id}/", admin.reinstate,
        "Let a suspended trader in again",
        caller=Caller.STAFF, body=LiftingSchema(), query=LiftingSchema(), message="Suspension lifted successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "audit", Tag.ADMIN, "GET", "/admin/audit/", admin.audit, "What staff and the operator did, the newest first",
        caller=Caller.STAFF, query=ListQuery(), entity=AUDIT_PAGE,
    ),
    Operation(
        "traders", Tag.ADMIN, "GET", "/admin/trader/", admin_traders.traders, "Who trades here, who joined last first",
        caller=Caller.STAFF, query=TraderQuerySchema(), entity=TRADER_PAGE,
    ),
    Operation(
        "trader_file", Tag.ADMIN, "GET", "/admin/trader/{trader_id}/", admin_traders.trader,
        "A trader, with what is held, barred and under way",
        caller=Caller.STAFF, entity=TraderFileSchema(), refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "verify_trader", Tag.ADMIN, "POST", "/admin/trader/{trader_id}/", admin_traders.verify,
        "Say what of a trader was verified",
        takes_key=True, caller=Caller.STAFF, body=VerificationSchema(), message="Trader updated successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "all_offers", Tag.ADMIN, "GET", "/admin/offer/", admin_traders.offers, "Everybody's offers, the newest first",
        caller=Caller.STAFF, query=AnyOfferQuerySchema(), entity=OFFER_PAGE,
    ),
    *OF_DISPUTES,
)

_SERVICE = (
    Operation(
        "home", Tag.SERVICE, "GET", "/", service.home, "Where a person begins: this document, to try out",
        caller=Caller.ANYONE, media=("text/html",), success=302, headers=("Location",),
    ),
    Operation(
        "icon", Tag.SERVICE, "GET", "/favicon.ico", service.icon, "The desk's icon",
        caller=Caller.ANYONE, media=("image/x-icon",), headers=("Content-Security-Policy",),
    ),
    Operation(
        "settings", Tag.SERVICE, "GET", "/p2p/settings/", settings.settings,
        "What can be traded here, and within which bounds",
        caller=Caller.ANYONE, entity=SettingsSchema(),
    ),
    Operation(
        "alive", Tag.SERVICE, "GET", "/healthz", service.alive, "Whether the process answers",
        caller=Caller.ANYONE, entity=AliveSchema(), media=("application/json",),
    ),
    Operation(
        "ready", Tag.SERVICE, "GET", "/readyz", service.ready, "Whether the store answers",
        caller=Caller.ANYONE, entity=ReadySchema(), media=("application/json",), rejections=(Unready(),),
    ),
    Operation(
        "metrics", Tag.SERVICE, "GET", "/metrics", service.metrics, "Figures for Prometheus",
        caller=Caller.ANYONE, media=("text/plain",),
    ),
    Operation(
        "api_document", Tag.SERVICE, "GET", "/openapi.json", service.api_document, "This document",
        caller=Caller.ANYONE, media=("application/json",),
    ),
    Operation(
        "websocket_document", Tag.SERVICE, "GET", "/asyncapi.json", service.websocket_document,
        "What the websocket sends, as AsyncAPI 3", caller=Caller.ANYONE, media=("application/json",),
    ),
    Operation(
        "docs", Tag.SERVICE, "GET", "/docs/", service.docs, "This document, to try out",
        caller=Caller.ANYONE, media=("text/html",), headers=("Content-Security-Policy",),
    ),
    Operation(
        "docs_asset", Tag.SERVICE, "GET", "/docs/{asset}", service.docs_asset, "A part of that page",
        caller=Caller.ANYONE, media=("text/css", "text/javascript", "image/png", "image/x-icon", "text/html"),
        headers=("Content-Security-Policy",), rejections=(UnknownPath(),),
    ),
    Operation(
        "websocket_elsewhere", Tag.SERVICE, "GET", "/ws/p2p/", service.websocket_elsewhere, "Where the websocket is",
        caller=Caller.ANYONE, success=None, media=("application/json",),
        rejections=(UpgradeNeeded("The websocket is at wss://desk.example/ws/p2p/"),),
    ),
)
# fmt: on

OPERATIONS: tuple[Operation, ...] = (
    *ACCOUNT_OPERATIONS,
    *_ADS,
    *_OFFERS,
    *CHATS,
    *_PEOPLE,
    *_WALLET,
    *_ADMIN,
    *_SERVICE,
)
HASHING_PATHS = frozenset(operation.path.rstrip("/") for operation in OPERATIONS if operation.hashes)
"""Where a password is hashed; the server answers there with threads of their own."""
