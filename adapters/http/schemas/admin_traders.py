"""What staff look at and say of traders, and which offers they look at."""

from __future__ import annotations

from domain.model.lifecycle import OfferState
from domain.model.searching import SEARCH_LENGTH_LIMIT

from .admin import note_field
from .ads import AdSchema
from .base import InputSchema, ListQuery, page_of
from .described import AMARA, described
from .fields import Choice, Flag, Text, TraderId, Truth
from .offers import OfferItemSchema
from .people import StatsSchema
from .shown import Shown, ShownFlag, shown_list, shown_part
from .traders import ProfileSchema
from .wallet import PursesSchema


class TraderQuerySchema(ListQuery):
    """Which traders to show. Each word of ``q`` must begin a word of the name, the address or its parts, or the id."""

    q = Text(
        length_limit=SEARCH_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("Only traders who are found by these words, or their beginnings.", "ama nwosu"),
    )
    suspended = Flag(metadata=described("1 for those who are suspended, only.", 0))


class VerificationSchema(InputSchema):
    """What of the trader was verified, or no longer is. What is left out stays as it is; one of them is needed."""

    has_kyc = Truth(metadata=described("Whether the trader proved their identity.", True))
    country_verified = Truth(metadata=described("Whether the country was verified.", True))
    phone_number_verified = Truth(metadata=described("Whether the phone number was verified.", False))
    note = note_field("Passport seen in a call.", required=True)


class AnyOfferQuerySchema(ListQuery):
    """Which of all offers to show."""

    status = Choice(OfferState, metadata=described("Only offers that stand so.", "paid"))
    trader = TraderId(metadata=described("Only offers that this trader is a party to.", AMARA))


class TraderItemSchema(ProfileSchema):
    """A trader as staff see them in a list."""

    email = Shown("trader.email", metadata=described("Where letters go and what logs in.", "jude@example.com"))
    is_suspended = ShownFlag("trader.is_suspended", metadata=described("Whether the trader is shut out.", False))


class TraderFileSchema(TraderItemSchema):
    """A trader with all that staff look at: what past offers say, what is held and barred, and what is under way."""

    is_staff = ShownFlag("trader.is_staff", metadata=described("Whether the trader is staff of the desk.", False))
    stats = shown_part(StatsSchema, metadata=described("What their past offers say of them."))
    balances = shown_list(shown_part(PursesSchema), metadata=described("What the trader holds, by currency."))
    restrictions = shown_list(
        Shown(metadata=described("The code of a currency.", "usdt")),
        metadata=described("The crypto currencies that the trader is barred from.", ["usdt"]),
    )
    live_ads = shown_list(
        shown_part(AdSchema), metadata=described("The ads that are live or paused, the newest first, at most 100.")
    )
    live_offers = shown_list(
        shown_part(OfferItemSchema), metadata=described("The offers that are under way, the newest first, at most 100.")
    )


TRADER_PAGE = page_of("TraderPage", shown_part(TraderItemSchema))
