"""The one table of operations. It makes the routes, the API document, and the tests of who may call what."""

from __future__ import annotations

from domain import errors

from .account_operations import ACCOUNT_OPERATIONS
from .answering.spreadsheets import CSV
from .chat_operations import CHATS
from .operation import Operation, Tag
from .operations_on_disputes import OF_DISPUTES
from .people_operations import PEOPLE
from .replies.rejections import HiddenOffer
from .requests.security import Caller
from .schemas.admin import AUDIT_PAGE, FreezeSchema, LiftingSchema, RestrictionSchema, SuspensionSchema
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
from .schemas.one_time_passwords import OtpSchema
from .schemas.prices import PRICE_PAGE
from .schemas.solvency import ProvenHoldingsSchema
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
from .service_operations import SERVICE
from .views import (
    admin,
    admin_traders,
    ads,
    freezing,
    limits,
    notifications,
    offers,
    prices,
    solvency,
    wallet,
)
from .webhook_operations import WEBHOOKS

# Laid out by hand, so that the table can be read as one.
# fmt: off
_ADS = (
    Operation(
        "create_ad", Tag.ADS, "POST", "/p2p/ad/", ads.create, "Place an ad",
        takes_key=True, takes_dry_run=True,
        body=AdBodySchema(), message="Ad created successfully", headers=("Location",),
        refusals=(errors.InvalidFields, errors.Frozen, errors.AddressNotVerified, errors.RestrictedFromTrading,
                  errors.TooManyLiveAds, errors.InsufficientBalance),
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
        takes_key=True, takes_dry_run=True, body=AdEditSchema(), message="Ad updated successfully", takes_version=True,
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.VersionMismatch, errors.AdHasEnded, errors.InvalidFields,
                  errors.Frozen, errors.InsufficientBalance),
    ),
    Operation(
        "pause_ad", Tag.ADS, "POST", "/p2p/ad/pause/{ad_id}/", ads.pause, "Take no new offers for a while",
        takes_key=True, takes_dry_run=True, message="Ad paused successfully", takes_version=True,
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.VersionMismatch, errors.AdHasEnded, errors.AdAlready),
    ),
    Operation(
        "resume_ad", Tag.ADS, "POST", "/p2p/ad/resume/{ad_id}/", ads.resume, "Take new offers again",
        takes_key=True, takes_dry_run=True, message="Ad resumed successfully", takes_version=True,
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.VersionMismatch, errors.AdHasEnded, errors.AdAlready,
                  errors.Frozen, errors.TooManyLiveAds, errors.AdNotOpen),
    ),
    Operation(
        "close_ad", Tag.ADS, "POST", "/p2p/ad/close/{ad_id}/", ads.close, "End an ad; what is unsold returns at once",
        takes_key=True, takes_dry_run=True, message="Ad closed successfully", takes_version=True,
        refusals=(errors.AdNotFound, errors.NotYourAd, errors.VersionMismatch, errors.AdHasEnded),
    ),
    Operation("prices", Tag.ADS, "GET", "/p2p/price/", prices.known, "The rates", query=ListQuery(), entity=PRICE_PAGE),
)

_OFFERS = (
    Operation(
        "create_offer", Tag.OFFERS, "POST", "/p2p/offer/create/", offers.create, "Make an offer on an ad",
        takes_key=True, takes_dry_run=True,
        body=OfferBodySchema(), entity=OfferSchema(), message="Offer created successfully",
        refusals=(errors.UnknownAd, errors.InvalidFields, errors.Frozen, errors.AddressNotVerified, errors.OwnAd,
                  errors.RestrictedFromTrading,
                  errors.Blocked, errors.ShortOfRequirements, errors.TooManyUnpaid, errors.TooManyCancelled,
                  errors.TooManyLiveOffers,
                  errors.AdNotOpen, errors.BelowMinimum, errors.AboveMaximum, errors.NotEnoughAvailable,
                  errors.InsufficientBalance),
    ),
    Operation(
        "my_offers", Tag.OFFERS, "GET", "/p2p/offer/", offers.mine, "The offers one is a party to",
        query=OfferQuerySchema(), entity=OFFER_PAGE,
    ),
    Operation(
        "offer_detail", Tag.OFFERS, "GET", "/p2p/offer/detail/{offer_id}", offers.detail,
        "One offer, for its parties and staff", entity=OfferDetailSchema(), headers=("ETag",),
        notes_staff=True, rejections=(HiddenOffer(),),
    ),
    Operation(
        "indicate_payment", Tag.OFFERS, "POST", "/p2p/offer/paid/{offer_id}/", offers.indicate_payment,
        "The buyer has sent the money",
        takes_key=True, takes_dry_run=True, message="Offer successfully marked as paid", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyMarkedPaid,
                  errors.AlreadyCancelled, errors.PaymentWindowPassed, errors.AlreadyReleased),
    ),
    Operation(
        "cancel_offer", Tag.OFFERS, "POST", "/p2p/offer/cancel/{offer_id}/", offers.cancel,
        "The taker takes the offer back",
        takes_key=True, takes_dry_run=True, message="Offer cancelled successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyCancelled,
                  errors.OnlyPendingCanBeCancelled),
    ),
    Operation(
        "release_funds", Tag.OFFERS, "POST", "/p2p/offer/release/{offer_id}/", offers.release_funds,
        "The seller lets the buyer have the crypto",
        takes_key=True, takes_dry_run=True, body=OtpSchema(),
        message="Funds have been released successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.TooManyAttempts, errors.VersionMismatch,
                  errors.AlreadyCancelled, errors.AlreadyReleased, errors.OfferHasExpired),
    ),
    Operation(
        "return_offer", Tag.OFFERS, "POST", "/p2p/offer/return/{offer_id}/", offers.give_up,
        "The buyer gives up a paid offer",
        takes_key=True, takes_dry_run=True, message="Offer returned successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.AlreadyCancelled,
                  errors.AlreadyReleased, errors.OnlyPaidCanBeReturned),
    ),
    Operation(
        "open_dispute", Tag.OFFERS, "POST", "/p2p/offer/dispute/{offer_id}/", offers.open_dispute,
        "Ask staff to decide", takes_key=True, takes_dry_run=True, body=DisputeBodySchema(),
        message="Dispute opened successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.NotAuthorised, errors.VersionMismatch,
                  errors.AlreadyDisputed, errors.OnlyPaidCanBeDisputed, errors.DisputeTooEarly),
    ),
    Operation(
        "withdraw_dispute", Tag.OFFERS, "POST", "/p2p/offer/dispute/withdraw/{offer_id}/", offers.withdraw_dispute,
        "Whoever opened a dispute takes it back",
        takes_key=True, takes_dry_run=True, message="Dispute withdrawn successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.NotAuthorised, errors.VersionMismatch, errors.NotDisputed),
    ),
    Operation(
        "give_feedback", Tag.OFFERS, "POST", "/p2p/offer/feedback/{offer_id}/", offers.give_feedback,
        "Say how the other party of a completed offer was", takes_key=True, takes_dry_run=True,
        body=FeedbackBodySchema(),
        message="Feedback given successfully", takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.NotAuthorised, errors.VersionMismatch,
                  errors.OnlyCompletedCanBeRated, errors.AlreadyRated, errors.FeedbackIsOver),
    ),
    Operation(
        "limits", Tag.OFFERS, "GET", "/p2p/limits/", limits.limits, "How much one may have under way, and has",
        entity=TraderLimitsSchema(),
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
        "proof", Tag.WALLET, "GET", "/wallet/proof/", solvency.proof, "That what one holds is in what the desk owes",
        entity=ProvenHoldingsSchema(),
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
        refusals=(errors.InvalidFields, errors.SuspenderIsParty, errors.TraderNotFound),
    ),
    Operation(
        "reinstate", Tag.ADMIN, "DELETE", "/admin/suspension/{trader_id}/", admin.reinstate,
        "Let a suspended trader in again",
        caller=Caller.STAFF, body=LiftingSchema(), query=LiftingSchema(), message="Suspension lifted successfully",
        refusals=(errors.InvalidFields, errors.TraderNotFound),
    ),
    Operation(
        "freeze", Tag.ADMIN, "POST", "/admin/freeze/", freezing.freeze, "Have nothing new begin on the desk",
        takes_key=True, caller=Caller.STAFF, body=FreezeSchema(), message="Desk frozen successfully",
        refusals=(errors.InvalidFields,),
    ),
    Operation(
        "unfreeze", Tag.ADMIN, "POST", "/admin/unfreeze/", freezing.unfreeze, "Let ads and offers begin again",
        takes_key=True, caller=Caller.STAFF, body=FreezeSchema(), message="Desk unfrozen successfully",
        refusals=(errors.InvalidFields,),
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
# fmt: on

OPERATIONS: tuple[Operation, ...] = (
    *ACCOUNT_OPERATIONS,
    *_ADS,
    *_OFFERS,
    *CHATS,
    *PEOPLE,
    *_WALLET,
    *_ADMIN,
    *WEBHOOKS,
    *SERVICE,
)
HASHING_PATHS = frozenset(operation.path.rstrip("/") for operation in OPERATIONS if operation.hashes)
"""Where a password is hashed; the server answers there with threads of their own."""
