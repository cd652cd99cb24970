"""The domain of a P2P desk: offers, escrow and exact money. Standard library only.

This is the face: all that an embedding program imports. Give the use cases your own ``Book`` and ``Clock``, or use
the model alone: ``LockedOffer.release_funds(by, at)`` returns the ``Changes`` to write, or raises a ``Refusal``.
"""

from .errors import (
    AccountInUse,
    AdNotFound,
    ClockIsOff,
    CommitUnknown,
    ConcurrentChange,
    Fault,
    FieldProblem,
    InvalidFields,
    NotAnAttachment,
    OfferNotFound,
    PaymentMethodNotFound,
    PictureTooLarge,
    Problem,
    Refusal,
    StoreUnavailable,
    TraderNotFound,
    UnknownAd,
    UnreadablePicture,
    WebhookNotFound,
    every_refusal,
)
from .model.account_letters import AccountLetter
from .model.accounts_seen import AccountsSeen, accounts_seen
from .model.ad import Ad, AdStatus, Closure
from .model.ad_edit import AdEdit
from .model.ad_for_offer import AdForOffer, OfferProposal
from .model.ad_terms import AdTerms
from .model.bank import BankDetails
from .model.changes import AdChange, Changes, DisputeChange, OfferChange, StaffAct
from .model.chat import Attachment, Chat, ChatChange, Member, Message
from .model.dispute import Dispute, DisputeKind, Proposal, Ruling
from .model.endings import Ending
from .model.erasure import Holdings
from .model.events import Event
from .model.facts import AnyFact, Fact, Kept
from .model.feedback import Feedback
from .model.frames import FrameValue, frame_text, parse_frame
from .model.journal_chain import Horizon, Link
from .model.ledger import (
    Account,
    BalanceChange,
    Balances,
    Entry,
    EntryKind,
    Posting,
    Purse,
    Settlement,
    SettlementKind,
    Side,
)
from .model.lifecycle import MOVES, Action, AdType, EventKind, Move, OfferState, Role, allowed_actions
from .model.limits import CANCELLED_WINDOW, NO_LIMITS, UNPAID_WINDOW, Limits, TraderCounts
from .model.locked_ad import LockedAd
from .model.locked_chat import LockedChat
from .model.locked_offer import LockedOffer
from .model.locked_wallet import LockedWallet
from .model.money import Catalogue, Currency, Money, parse_amount
from .model.notices import (
    NOTICE_KINDS,
    About,
    FactValue,
    KindOfNotice,
    LetterAlone,
    LetterKind,
    Notice,
    NoticeKind,
    NumberedNotice,
    letter_kind,
)
from .model.offer import HistoryItem, Offer
from .model.offer_for_feedback import OfferForFeedback
from .model.parties import DESK, Actor, Parties
from .model.payment_methods import PaymentMethodTerms, SavedPaymentMethod
from .model.prices import Answer, MarketRate, PriceType, Quote
from .model.requirements import Requirements, Taker
from .model.slowing import WrongTries
from .model.solvency import Holding, Node, NoProof, Proof, Statement, StatementMoment, check_proof
from .model.solvency_trees import Block, Tier
from .model.told_staff import StaffMail
from .model.track_record import PublicRecord, Stats, TrackRecord
from .model.trader import Profile, Ratings, Trader, Verified
from .model.webhooks import Delivery, Webhook
from .ports.admission import ANSWERS_KEPT, Admission, Admitted, RequestKey, StoredAnswer
from .ports.attempts import ADDRESSES_KEPT, Attempts
from .ports.book import Book
from .ports.causes import caused_by, current_cause
from .ports.chats import Chats, MessageView
from .ports.clock import CLOCK_TOLERANCE_SECONDS, Clock, ClockWatch
from .ports.codes import Codes, MailCode, Purpose
from .ports.delivery import (
    TURNS,
    UNVERIFIED_LETTERS_A_DAY,
    Backlog,
    Letter,
    MailDeferred,
    Mailer,
    MailRefused,
    NoticeTail,
    Outbox,
    OutboxItem,
    Waker,
)
from .ports.files import CONTENT_TYPES, MEGAPIXELS_LIMIT, Cleaner, CleanFile, FileMissing, Files
from .ports.freezing import Freezing
from .ports.identifiers import Identifiers
from .ports.inbox import Inbox
from .ports.journal import Journal
from .ports.keys import ApiKey, Keys, Scope
from .ports.logins import Login, Logins, Standing
from .ports.own_data import KeptDispute, KeptLetter, OwnData, UsedAddress
from .ports.passwords import Passwords
from .ports.payment_methods import PaymentMethods
from .ports.people import FeedbackView, People, Rater
from .ports.prices import Prices, PricesUnavailable, Rates
from .ports.readers import (
    AdView,
    BadCursor,
    BoardQuery,
    EntryQuery,
    NumberedAct,
    OfferQuery,
    OfferView,
    Page,
    Purses,
    Readers,
    Told,
    ToldLetter,
    TraderQuery,
)
from .ports.sealing import Sealer, Unsealable
from .ports.second_factors import Authenticator, SecondFactor, SecondFactors
from .ports.solvency import Solvency
from .ports.staff_mails import StaffMails
from .ports.store import TRIES, Store, Unit
from .ports.tokens import Claims, Signed, Tokens, TokenType
from .ports.tracing import Tracing
from .ports.traders import Traders
from .ports.vitals import LedgerCheck, Vitals
from .ports.webhooks import Outcome, WebhookQueue, Webhooks, WebhookSender
from .use_cases.bar_trader import set_restricted, set_suspended
from .use_cases.block_trader import block_trader, unblock_trader
from .use_cases.cancel_offer import cancel_offer
from .use_cases.close_ad import close_ad
from .use_cases.deposit_funds import deposit_funds
from .use_cases.edit_ad import edit_ad
from .use_cases.end_trades import end_ad_of_suspended, end_offer_of_suspended
from .use_cases.escalate_offer import escalate_offer
from .use_cases.expire_ad import expire_ad
from .use_cases.expire_offer import expire_offer
from .use_cases.freeze_desk import set_frozen
from .use_cases.give_feedback import give_feedback
from .use_cases.indicate_payment import indicate_payment
from .use_cases.judge_proposal import approve_proposal, reject_proposal
from .use_cases.mail_unread import mail_unread
from .use_cases.make_offer import make_offer
from .use_cases.note_accounts_seen import note_accounts_seen
from .use_cases.note_address import UsedFrom
from .use_cases.one_time_passwords import GivenOtp
from .use_cases.open_dispute import open_dispute
from .use_cases.pause_ad import pause_ad
from .use_cases.post_ad import post_ad
from .use_cases.read_chat import read_attachment, read_chat
from .use_cases.release_funds import release_funds
from .use_cases.resolve_dispute import resolve_dispute
from .use_cases.resume_ad import resume_ad
from .use_cases.return_offer import return_offer
from .use_cases.save_payment_method import delete_payment_method, edit_payment_method, save_payment_method
from .use_cases.take_dispute import take_dispute
from .use_cases.take_prices import take_prices
from .use_cases.tell_staff import tell_staff
from .use_cases.transfer_funds import transfer_funds
from .use_cases.verify_trader import set_verified
from .use_cases.withdraw_dispute import withdraw_dispute
from .use_cases.withdraw_funds import withdraw_funds
from .use_cases.write_message import send_attachment, write_message

__all__ = [
    "About", "Account", "Action", "Actor", "Ad", "AdChange", "AdForOffer", "AdStatus", "AdTerms", "AdType",
    "BalanceChange", "BankDetails", "Book", "Catalogue", "Changes", "Clock", "Closure", "ConcurrentChange", "Currency",
    "DESK", "Dispute", "DisputeChange", "DisputeKind", "Entry", "EntryKind", "Event", "EventKind", "Fact", "Fault",
    "Feedback", "FieldProblem", "HistoryItem", "Identifiers", "InvalidFields", "Kept", "KindOfNotice", "LetterAlone",
    "LockedAd", "LockedOffer", "LockedWallet", "MOVES", "Money", "Move", "NOTICE_KINDS", "Notice", "NoticeKind",
    "NumberedNotice", "Offer", "OfferChange", "OfferProposal", "OfferState", "Parties", "Posting", "Problem", "Profile",
    "Proposal", "Purse", "Ratings", "Refusal", "Role", "Ruling", "Settlement", "SettlementKind", "Side", "StaffAct",
    "Trader", "allowed_actions", "approve_proposal", "cancel_offer", "close_ad", "deposit_funds", "escalate_offer",
    "every_refusal", "expire_ad", "expire_offer", "frame_text", "indicate_payment", "make_offer", "open_dispute",
    "parse_amount", "pause_ad", "post_ad", "reject_proposal", "release_funds", "resolve_dispute", "resume_ad",
    "return_offer", "set_frozen", "set_restricted", "set_suspended", "set_verified", "take_dispute", "transfer_funds",
    "withdraw_dispute", "withdraw_funds",
]  # fmt: skip

# What the ports name: all that whoever keeps their promises has to take or give.
__all__ += [
    "ANSWERS_KEPT", "AdNotFound", "AdView", "Admission", "Admitted", "AnyFact", "Backlog", "BadCursor", "Balances",
    "BoardQuery", "CLOCK_TOLERANCE_SECONDS", "Claims", "ClockIsOff", "ClockWatch", "CommitUnknown", "EntryQuery",
    "AccountLetter", "ApiKey", "Codes", "Keys", "Scope", "FactValue", "FrameValue", "Freezing", "Inbox", "Letter",
    "LetterKind", "Login", "Logins", "MailCode", "MailDeferred", "MailRefused", "Mailer", "Purpose",
    "NoticeTail", "NumberedAct", "OfferNotFound", "OfferQuery", "OfferView", "Outbox", "OutboxItem", "Page",
    "Passwords", "Purses", "Readers", "RequestKey", "Signed", "Standing", "Store", "StoreUnavailable", "StoredAnswer",
    "TRIES", "TURNS", "TokenType", "Tokens", "TraderNotFound", "TraderQuery", "Traders", "Unit", "UnknownAd",
    "UNVERIFIED_LETTERS_A_DAY", "Verified", "Waker", "letter_kind", "parse_frame",
]  # fmt: skip

# Slowing down of whoever guesses, and from where an account is used.
__all__ += ["ADDRESSES_KEPT", "Attempts", "UsedFrom", "WrongTries"]

# What a worker does of itself, beside what expires.
__all__ += ["end_ad_of_suspended", "end_offer_of_suspended", "tell_staff"]

# What people are to each other.
__all__ += [
    "Ending", "FeedbackView", "OfferForFeedback", "People", "PublicRecord", "Rater", "Requirements", "Stats", "Taker",
    "TrackRecord", "block_trader", "give_feedback", "unblock_trader",
]  # fmt: skip

# What one trader may have under way, and what a maker may change.
__all__ += ["AdEdit", "edit_ad"]
__all__ += ["CANCELLED_WINDOW", "Limits", "NO_LIMITS", "TraderCounts", "UNPAID_WINDOW"]

# Chats.
__all__ += [
    "Attachment", "CONTENT_TYPES", "Chat", "ChatChange", "Chats", "CleanFile", "Cleaner", "FileMissing", "Files",
    "LockedChat", "MEGAPIXELS_LIMIT", "Member", "Message", "MessageView", "NotAnAttachment", "PictureTooLarge",
    "UnreadablePicture", "mail_unread", "read_attachment", "read_chat", "send_attachment", "write_message",
]  # fmt: skip

# Who sees an account.
__all__ += ["AccountsSeen", "accounts_seen", "note_accounts_seen"]

# Saved payment methods.
__all__ += [
    "PaymentMethodNotFound",
    "PaymentMethodTerms", "PaymentMethods", "SavedPaymentMethod", "delete_payment_method", "edit_payment_method",
    "save_payment_method",
]  # fmt: skip

# Secrets that are kept.
__all__ += ["Authenticator", "GivenOtp", "Sealer", "SecondFactor", "SecondFactors", "Unsealable"]

# Mails to staff.
__all__ += ["StaffMail", "StaffMails"]

# How a desk is.
__all__ += ["LedgerCheck", "Told", "ToldLetter", "Vitals"]

# One's data.
__all__ += ["AccountInUse", "Holdings", "KeptDispute", "KeptLetter", "OwnData", "UsedAddress"]

# What something is done for.
__all__ += ["Tracing", "caused_by", "current_cause"]

# Webhooks.
__all__ += [
    "Delivery", "Outcome", "Webhook", "WebhookNotFound", "WebhookQueue", "WebhookSender", "Webhooks",
]  # fmt: skip

# Market prices.
__all__ += ["Answer", "MarketRate", "PriceType", "Prices", "PricesUnavailable", "Quote", "Rates", "take_prices"]

# The journal's chain, and what the desk owes.
__all__ += [
    "Block", "Holding", "Horizon", "Journal", "Link", "NoProof", "Node", "Proof", "Solvency", "Statement",
    "StatementMoment", "Tier", "check_proof",
]  # fmt: skip
