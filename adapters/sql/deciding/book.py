"""The book on a database: locked reads, and the write that carries a decision out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from domain import errors
from domain.model.ad_for_offer import AdForOffer
from domain.model.changes import Changes
from domain.model.ledger import Account, Balances, Entry, EntryKind, Purse
from domain.model.lifecycle import OfferState
from domain.model.limits import TraderCounts
from domain.model.locked_ad import LockedAd
from domain.model.locked_chat import LockedChat
from domain.model.locked_offer import LockedOffer
from domain.model.locked_wallet import LockedWallet
from domain.model.offer_for_feedback import OfferForFeedback
from domain.model.track_record import TrackRecord

from ..connections.failures import TryAgain
from ..connections.moments import AT, Moments
from ..lists import journal
from ..lists.counts import counts_from, counts_of
from ..schema import mapping as rows
from . import locked_reads as locking
from .pending_writes import Writing
from .prepared import Prepared

_READS = {
    "postgresql": locking.locked_reads(postgresql=True),
    "sqlite": locking.locked_reads(postgresql=False),
}


class SqlBook:
    """The port ``Book``. One statement a locked read and one for the write on PostgreSQL, a few more on SQLite."""

    def __init__(
        self,
        connection: Connection,
        writing: Writing,
        moments: Moments,
        wake_after_commit: Callable[[Iterable[UUID]], None],
    ) -> None:
        self._connection = connection
        self._writing = writing
        self._moments = moments
        self._wake_after_commit = wake_after_commit
        self._on_postgresql = connection.dialect.name == "postgresql"
        self._reads = _READS[connection.dialect.name]

    def lock_wallet(
        self,
        owner_id: UUID,
        currency: str,
        *,
        with_outside: bool = False,
        for_ad: bool = False,
        priced_in: str | None = None,
    ) -> LockedWallet:
        """A trader's purses in one currency; the desk's ``outside``, and counts, where asked for."""
        asked = {"owner_id": owner_id, "currency": currency, "with_outside": with_outside, "for_ad": for_ad}
        found = self._read(self._reads.wallet, currency, **asked, priced_in=priced_in)
        if found is None:
            raise errors.TraderNotFound()
        row, balances, at = found
        owner = rows.trader_from(row, "owner_")
        counts = self._counts(row, owner_id, at) if for_ad else TraderCounts()
        is_restricted, is_frozen = bool(row["restricted"]), bool(row["is_frozen"])
        market = rows.quote_from(row, "market_")
        return LockedWallet(owner, currency, is_restricted, balances, row["next_id"], at, counts, is_frozen, market)

    def lock_ad(self, ad_id: int) -> LockedAd:
        """An ad with its maker's purses."""
        found = self._read(self._reads.ad, None, ad_id=ad_id)
        if found is None:
            raise errors.AdNotFound()
        row, balances, at = found
        maker = rows.trader_from(row, "maker_")
        return LockedAd(rows.ad_from(row), maker, balances, at, row["live_ads"], bool(row["is_frozen"]))

    def ad_for_offer(self, ad_id: int, taker_id: UUID) -> AdForOffer:
        """An ad with the taker's purses in its currency."""
        found = self._read(self._reads.ad_for_offer, None, ad_id=ad_id, taker_id=taker_id)
        if found is None:
            raise errors.UnknownAd(ad_id)
        row, balances, at = found
        if row["taker_id"] is None:
            raise errors.TraderNotFound()
        return AdForOffer(
            ad=rows.ad_from(row),
            maker=rows.trader_from(row, "maker_"),
            taker=rows.trader_from(row, "taker_"),
            maker_is_restricted=bool(row["maker_restricted"]),
            taker_is_restricted=bool(row["taker_restricted"]),
            balances=balances,
            next_offer_id=row["next_id"],
            at=at,
            is_blocked=bool(row["is_blocked"]),
            taker_counts=self._counts(row, taker_id, at),
            record=TrackRecord(*(row[f"record_{name}"] for name in ("ended_offers", "completed_offers", "at_fault"))),
            is_frozen=bool(row["is_frozen"]),
        )

    def lock_offer(self, offer_id: int) -> LockedOffer:
        """An offer with its ad, its dispute, and both parties' p2p and escrow purses."""
        found = self._read(self._reads.offer, None, offer_id=offer_id)
        if found is None:
            raise errors.OfferNotFound()
        row, balances, at = found
        offer, dispute = rows.offer_from(row), rows.dispute_from(row)
        if (offer.state is OfferState.DISPUTED) is not (dispute is not None and dispute.is_open):
            # The offer is as its last writer left it, but the dispute, which nobody locks, as of this statement's
            # beginning: it was opened or ended while the statement waited for the offer, and the next one sees both.
            raise TryAgain("a dispute was opened or ended meanwhile")
        return LockedOffer(
            offer=offer,
            ad=rows.ad_from(row),
            maker=rows.trader_from(row, "maker_"),
            taker=rows.trader_from(row, "taker_"),
            balances=balances,
            at=at,
            dispute=dispute,
            maker_is_restricted=bool(row["maker_restricted"]),
        )

    def offer_for_feedback(self, offer_id: int) -> OfferForFeedback:
        """An offer with its parties, and who of them has rated it."""
        found = self._row(self._reads.offer_for_feedback, offer_id=offer_id)
        if found is None:
            raise errors.OfferNotFound()
        row, at = found
        maker, taker = rows.trader_from(row, "maker_"), rows.trader_from(row, "taker_")
        has_rated = ((maker.id, row["maker_rated"]), (taker.id, row["taker_rated"]))
        rated_by = frozenset(trader_id for trader_id, has in has_rated if has)
        return OfferForFeedback(rows.offer_from(row), maker, taker, rated_by, at)

    def lock_chat(self, offer_id: int, trader_id: UUID) -> LockedChat:
        """The chat of an offer, for a trader."""
        self._writing.finish()
        parameters = {"offer_id": offer_id, "trader_id": trader_id}
        asked = self._moments.asked()
        row = self._reads.chat.row.one_or_none(self._connection, parameters)
        if row is None:
            raise errors.OfferNotFound()
        at = self._moments.told(asked, row.get(AT))
        if row["trader_id"] is None:
            raise errors.TraderNotFound()
        if self._on_postgresql:
            members = [rows.member_of_json(each) for each in row["members"] or ()]
        else:
            members = list(self._connection.execute(self._reads.chat.accounts, parameters).mappings())
        if len(members) != (row["chat_headcount"] or 0):
            # The chat is as its last writer left it, but who is in it as of this statement's beginning.
            raise TryAgain("somebody came into the chat meanwhile")
        return LockedChat(
            chat=rows.chat_from(row, members),
            offer=rows.offer_from(row),
            ad=rows.ad_from(row),
            maker=rows.trader_from(row, "maker_"),
            taker=rows.trader_from(row, "taker_"),
            trader=rows.trader_from(row, "trader_"),
            at=at,
            dispute=rows.dispute_from(row),
        )

    def posted(self, kind: EntryKind, reference: str) -> Entry | None:
        """The entry of this kind and reference, where the journal has it."""
        self._writing.finish()
        return journal.entry(self._connection, kind, reference)

    def apply(self, changes: Changes) -> None:
        """Write a decision; guarded moves first. In a unit with a key it may wait for its answer."""
        self._writing.decide(changes)
        told = {notice.trader_id for notice in changes.notices} | {letter.trader_id for letter in changes.letters}
        if told:
            self._wake_after_commit(told)

    def _counts(self, row: rows.Row, trader_id: UUID, at: datetime) -> TraderCounts:
        """What a trader has under way: on PostgreSQL counted with the read, behind the trader's place."""
        return counts_from(row, "counted_") if self._on_postgresql else counts_of(self._connection, trader_id, at)

    def _read(
        self, read: locking.LockedRead, code: str | None, /, **parameters: Any
    ) -> tuple[rows.Row, Balances, datetime] | None:
        found = self._row(read.row, **parameters)
        if found is None:
            return None
        row, at = found
        in_currency: str = row["ad_crypto_currency"] if code is None else code
        if self._on_postgresql:
            held = [(UUID(account["owner"]), account["purse"], account["balance"]) for account in row["held"] or ()]
        else:
            of_them = self._connection.execute(read.accounts, parameters)
            held = [(account.owner, account.purse, account.balance) for account in of_them]
        balances = {
            Account(rows.owner_from(owner), in_currency, Purse(purse)): balance for owner, purse, balance in held
        }
        return row, balances, at

    def _row(self, read: Prepared, **parameters: Any) -> tuple[rows.Row, datetime] | None:
        # A unit may decide more than once, and each decision is made on what the one before has written.
        self._writing.finish()
        given = self._moments.given
        parameters["given"] = None if given is None else given.now()
        asked = self._moments.asked()
        row = read.one_or_none(self._connection, parameters)
        return None if row is None else (row, self._moments.told(asked, row.get(AT)))
