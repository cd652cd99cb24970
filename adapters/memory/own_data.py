"""All that is kept about one trader, over dicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.errors import TraderNotFound
from domain.model.bank import BankDetails, PayTo
from domain.model.chat import Message
from domain.model.dispute import Dispute
from domain.model.erasure import GONE, Holdings, erased, facts_without, frame_without
from domain.model.feedback import Feedback
from domain.model.frames import frame_text, parse_frame
from domain.model.lifecycle import AdType
from domain.model.notices import Urgency, urgency_of
from domain.model.offer import Offer
from domain.model.trader import Trader
from domain.ports.keys import ApiKey
from domain.ports.logins import Login
from domain.ports.own_data import KeptDispute, KeptLetter, UsedAddress

from .facts import facts_of
from .tables import LetterRow, Tables, existing
from .unit import Session


class MemoryOwnData:
    """The port ``OwnData``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def logins(self, trader_id: UUID) -> Sequence[Login]:
        """All that are kept."""
        with self._session.reading() as tables:
            own = [login for login in tables.logins.values() if login.trader_id == trader_id]
            people = [login for login in own if login.id not in tables.keys]
        return sorted(people, key=lambda login: (login.created_at, login.id))

    def addresses(self, trader_id: UUID) -> Sequence[UsedAddress]:
        """From where the account was used."""
        with self._session.reading() as tables:
            own = [UsedAddress(key[1], at) for key, at in tables.known_addresses.items() if key[0] == trader_id]
        return sorted(own, key=lambda used: used.address)

    def keys(self, trader_id: UUID) -> Sequence[ApiKey]:
        """All keys of programs."""
        with self._session.reading() as tables:
            own = [key for key in tables.keys.values() if key.trader_id == trader_id]
        return sorted(own, key=lambda key: (key.created_at, key.id))

    def messages(self, trader_id: UUID) -> Sequence[Message]:
        """What the trader wrote in chats."""
        with self._session.reading() as tables:
            found = [fact for facts in tables.facts.values() for fact in facts if isinstance(fact, Message)]
        own = (message for message in found if message.by == trader_id)
        return sorted(own, key=lambda message: (message.offer_id, message.number))

    def disputes(self, trader_id: UUID) -> Sequence[KeptDispute]:
        """The disputes on the trader's offers."""
        with self._session.reading() as tables:
            ids = sorted(offer.id for offer in _offers_of(tables, trader_id))
            return [KeptDispute.of(each) for number in ids for each in facts_of(tables, Dispute, (number,), None)]

    def feedback_by(self, trader_id: UUID) -> Sequence[Feedback]:
        """What the trader said of others."""
        return [given for given in self._feedback() if given.by == trader_id]

    def feedback_about(self, trader_id: UUID) -> Sequence[Feedback]:
        """What others said of the trader."""
        return [given for given in self._feedback() if given.whom == trader_id]

    def _feedback(self) -> list[Feedback]:
        with self._session.reading() as tables:
            found = [fact for facts in tables.facts.values() for fact in facts if isinstance(fact, Feedback)]
        return sorted(found, key=lambda given: given.offer_id)

    def letters(self, trader_id: UUID) -> Sequence[KeptLetter]:
        """The letters to the trader."""
        with self._session.reading() as tables:
            rows = [*tables.letters.values(), *tables.sent_letters.values()]
        own = sorted((row for row in rows if row.trader_id == trader_id), key=lambda row: row.id)
        return [KeptLetter(row.kind, row.created_at, row.state) for row in own]

    def letters_lately(self, trader_id: UUID, since: datetime, limit: int) -> Sequence[datetime]:
        """When letters were sent to the trader."""
        with self._session.reading() as tables:
            rows = [*tables.letters.values(), *tables.sent_letters.values()]
        own = (row for row in rows if row.trader_id == trader_id)
        others = [row for row in own if urgency_of(row.kind) is not Urgency.CODE]
        sent = (row.sent_at for row in others if row.sent_at is not None and row.sent_at > since)
        being_sent = (row.due_at for row in others if row.state == "sending")
        return sorted((*sent, *being_sent))[-limit:]

    def lock_holdings(self, trader_id: UUID, at: datetime) -> Holdings:  # noqa: ARG002 (nobody else writes)
        """What the trader holds and has under way."""
        tables = self._session.writing()
        if trader_id not in tables.traders or trader_id in tables.deleted:
            raise TraderNotFound()
        has_coins = any(account.owner == trader_id and balance for account, balance in tables.balances.items())
        ads = [ad for ad in tables.ads.values() if ad.maker_id == trader_id]
        offers = [offer for offer in _offers_of(tables, trader_id) if offer.state.is_live]
        return Holdings(has_coins, sum(ad.is_live for ad in ads), len(offers))

    def erase(self, trader: Trader, at: datetime) -> None:
        """Keep nothing of the person."""
        tables = self._session.writing()
        others = _others_of(tables, trader.id)
        tables.traders.put(trader.id, erased(trader, at))
        tables.deleted.put(trader.id, at)
        tables.password_hashes.put(trader.id, "")
        tables.trader_ids_by_email.remove(trader.email.casefold())
        _erase_access(tables, trader.id, at)
        _erase_trades(tables, trader.id)
        _erase_told(tables, trader, others)


def _offers_of(tables: Tables, trader_id: UUID) -> list[Offer]:
    own_ads = {ad.id for ad in tables.ads.values() if ad.maker_id == trader_id}
    return [offer for offer in tables.offers.values() if offer.taker_id == trader_id or offer.ad_id in own_ads]


def _others_of(tables: Tables, trader_id: UUID) -> set[UUID]:
    """Who may have been told of the trader: the parties of their offers, and whoever is in the chats of these."""
    found = {trader_id}
    for offer in _offers_of(tables, trader_id):
        ad, chat = tables.ads.get(offer.ad_id), tables.chats.get(offer.id)
        found |= {offer.taker_id} | ({ad.maker_id} if ad is not None else set())
        found |= {member.trader_id for member in chat.members} if chat is not None else set()
    return found


def _erase_access(tables: Tables, trader_id: UUID, at: datetime) -> None:
    for login in [login for login in tables.logins.values() if login.trader_id == trader_id]:
        ended = replace(login, ended_at=login.ended_at or at, address="", client="")
        tables.logins.put(login.id, ended)
    ends = {login.id for login in tables.logins.values() if login.trader_id == trader_id}
    for digest in [digest for digest, ticket in tables.tickets.items() if ticket.login_id in ends]:
        tables.tickets.remove(digest)
    for key in [key for key in tables.keys.values() if key.trader_id == trader_id]:
        tables.keys.put(key.id, replace(key, name=""))
    for row in [row for row in tables.webhooks.values() if row.webhook.trader_id == trader_id]:
        tables.webhooks.remove(row.webhook.id)
    for known in [key for key, _ in tables.known_addresses.items() if key[0] == trader_id]:
        tables.known_addresses.remove(known)
    if trader_id in tables.second_factors:
        tables.second_factors.remove(trader_id)
    if trader_id in tables.staff_mails:
        tables.staff_mails.remove(trader_id)
    for code in [code for code in tables.codes.values() if code.trader_id == trader_id]:
        tables.codes.remove(code.id)
    for answer in [key for key, _ in tables.answers.items() if key[0] == trader_id]:
        tables.answers.remove(answer)
    for method in [saved for saved in tables.payment_methods.values() if saved.trader_id == trader_id]:
        tables.payment_methods.remove(method.id)
    for block in [row_id for row_id, kept in tables.blocks.items() if trader_id in (kept.by, kept.whom)]:
        tables.blocks.remove(block)


def _erase_trades(tables: Tables, trader_id: UUID) -> None:
    no_texts = {"auto_reply_message": "", "terms_of_trade": "", "additional_information": "", "payment_details": ""}
    own_ads = {ad.id: ad for ad in tables.ads.values() if ad.maker_id == trader_id}
    for ad in own_ads.values():
        tables.ads.put(ad.id, replace(ad, bank=BankDetails(), client_reference=None, **no_texts))  # type: ignore[arg-type]
    for offer in _offers_of(tables, trader_id):
        kept = offer
        if offer.taker_id == trader_id:
            kept = replace(kept, bank=BankDetails(), payment_details="", client_reference=None)
        of_ad = existing(tables.ads, offer.ad_id, "ad")
        is_seller = (of_ad.maker_id == trader_id) == (of_ad.ad_type is AdType.SELL)
        if is_seller:
            kept = replace(kept, pay_to=PayTo(BankDetails(), ""))
        tables.offers.put(offer.id, kept)


def _erase_told(tables: Tables, trader: Trader, others: set[UUID]) -> None:
    for key, notice in [(key, row) for key, row in tables.notices.items() if row.trader_id in others]:
        frame = frame_without(parse_frame(notice.frame), trader.fullname)
        tables.notices.put(key, replace(notice, frame=frame_text(frame)))
    for row in [row for row in tables.letters.values() if row.trader_id in others]:
        if row.trader_id == trader.id:
            tables.letters.remove(row.id)
            tables.sent_letters.put(row.id, _erased_letter(replace(row, state="sent", claim=None)))
        else:
            facts = facts_without(json.loads(row.facts), trader.fullname)
            tables.letters.put(row.id, replace(row, facts=json.dumps(facts)))
    for row in [row for row in tables.sent_letters.values() if row.trader_id in others]:
        tables.sent_letters.put(row.id, _erased_letter(row) if row.trader_id == trader.id else replace(row, facts="{}"))


def _erased_letter(row: LetterRow) -> LetterRow:
    return replace(row, recipient="", fullname=GONE, facts="{}")
