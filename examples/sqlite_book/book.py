"""The port ``Book``: locked reads and the one write."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from escrow_domain import (
    Account,
    Ad,
    AdChange,
    AdForOffer,
    AdNotFound,
    BalanceChange,
    Changes,
    Chat,
    ChatChange,
    Clock,
    ConcurrentChange,
    Dispute,
    DisputeChange,
    Entry,
    EntryKind,
    LetterAlone,
    LockedAd,
    LockedChat,
    LockedOffer,
    LockedWallet,
    MarketRate,
    Notice,
    Offer,
    OfferChange,
    OfferForFeedback,
    OfferNotFound,
    Purse,
    Quote,
    Trader,
    TraderCounts,
    TraderNotFound,
    UnknownAd,
    frame_text,
)

from .counts import counts_of
from .facts import id_of_entry, row_of
from .values import from_text, to_text

LIMIT = Decimal(10) ** 18
TRADING = (Purse.P2P, Purse.ESCROW)


class SqliteBook:
    """One unit of work's view of the books.

    ``locked`` gives the connection once the unit holds the file's one lock, and begins the transaction if need be.
    That lock stands for all the locks that the port asks for. ``looking`` gives it for a read that needs no lock.
    """

    def __init__(
        self, locked: Callable[[], sqlite3.Connection], looking: Callable[[], sqlite3.Connection], clock: Clock
    ) -> None:
        self._locked = locked
        self._looking = looking
        self._clock = clock

    # Locked reads --------------------------------------------------------------------------------------------------

    def lock_wallet(
        self,
        owner_id: UUID,
        currency: str,
        *,
        with_outside: bool = False,
        for_ad: bool = False,
        priced_in: str | None = None,
    ) -> LockedWallet:
        """A trader's purses in one currency; the desk's account of what is outside, and counts, where asked for."""
        owner = self._trader(owner_id)
        accounts = [Account(owner_id, currency, purse) for purse in (Purse.MAIN, *TRADING)]
        if with_outside:
            accounts.append(Account(None, currency, Purse.OUTSIDE))
        is_restricted = self._is_restricted(owner_id, currency)
        balances, at = self._balances(accounts), self._clock.now()
        counts = counts_of(self._locked(), owner_id, at) if for_ad else TraderCounts()
        market = None if priced_in is None else self._quote((currency, priced_in))
        return LockedWallet(owner, currency, is_restricted, balances, self._next_id("ads"), at, counts, market=market)

    def lock_ad(self, ad_id: int) -> LockedAd:
        """An ad with its maker's purses."""
        ad = self._ad(ad_id)
        if ad is None:
            raise AdNotFound
        maker, at = self._trader(ad.maker_id), self._clock.now()
        live_ads = counts_of(self._locked(), maker.id, at).live_ads
        return LockedAd(ad, maker, self._trading(ad.crypto.code, maker.id), at, live_ads)

    def ad_for_offer(self, ad_id: int, taker_id: UUID) -> AdForOffer:
        """An ad with the taker's purses in its currency."""
        ad = self._ad(ad_id)
        if ad is None:
            raise UnknownAd(ad_id)
        at = self._clock.now()
        return AdForOffer(
            ad=ad,
            maker=self._trader(ad.maker_id),
            taker=self._trader(taker_id),
            maker_is_restricted=self._is_restricted(ad.maker_id, ad.crypto.code),
            taker_is_restricted=self._is_restricted(taker_id, ad.crypto.code),
            balances=self._trading(ad.crypto.code, taker_id),
            next_offer_id=self._next_id("offers"),
            at=at,
            taker_counts=counts_of(self._locked(), taker_id, at),
        )

    def lock_offer(self, offer_id: int) -> LockedOffer:
        """An offer with its ad, its dispute and both parties' purses."""
        offer = self._offer(offer_id)
        if offer is None:
            raise OfferNotFound
        ad = self._ad(offer.ad_id)
        assert ad is not None, "offers refer to ads by a foreign key"
        return LockedOffer(
            offer=offer,
            ad=ad,
            maker=self._trader(ad.maker_id),
            taker=self._trader(offer.taker_id),
            balances=self._trading(ad.crypto.code, ad.maker_id, offer.taker_id),
            at=self._clock.now(),
            dispute=self._dispute(offer_id),
            maker_is_restricted=self._is_restricted(ad.maker_id, ad.crypto.code),
        )

    def offer_for_feedback(self, offer_id: int) -> OfferForFeedback:
        """An offer with its parties, and who of them has rated it."""
        offer = self._offer(offer_id)
        if offer is None:
            raise OfferNotFound
        ad = self._ad(offer.ad_id)
        assert ad is not None, "offers refer to ads by a foreign key"
        rated = self._locked().execute('SELECT "by" FROM feedback WHERE offer_id = ?', (offer_id,))
        rated_by = frozenset(UUID(by) for (by,) in rated)
        maker, taker = self._trader(ad.maker_id), self._trader(offer.taker_id)
        return OfferForFeedback(offer, maker, taker, rated_by, self._clock.now())

    def lock_chat(self, offer_id: int, trader_id: UUID) -> LockedChat:
        """The chat of an offer, for a trader."""
        offer = self._offer(offer_id)
        if offer is None:
            raise OfferNotFound
        ad = self._ad(offer.ad_id)
        assert ad is not None, "offers refer to ads by a foreign key"
        maker, taker = self._trader(ad.maker_id), self._trader(offer.taker_id)
        chat, trader, dispute = self._chat(offer_id), self._trader(trader_id), self._dispute(offer_id)
        return LockedChat(chat, offer, ad, maker, taker, trader, self._clock.now(), dispute)

    def posted(self, kind: EntryKind, reference: str) -> Entry | None:
        """The entry of this kind and reference, where the journal has it."""
        key = (id_of_entry(kind, reference),)
        row = self._looking().execute("SELECT value FROM entries WHERE id = ?", key).fetchone()
        return None if row is None else from_text(Entry, row[0])

    def _trader(self, trader_id: UUID) -> Trader:
        row = self._locked().execute("SELECT value FROM traders WHERE id = ?", (str(trader_id),)).fetchone()
        if row is None:
            raise TraderNotFound
        return from_text(Trader, row[0])

    def _ad(self, ad_id: int) -> Ad | None:
        row = self._locked().execute("SELECT value FROM ads WHERE id = ?", (ad_id,)).fetchone()
        if row is None:
            return None
        ad = from_text(Ad, row[0])
        return ad if ad.price_margin is None else ad.at_market(self._quote(ad.pair))

    def _quote(self, pair: tuple[str, str]) -> Quote | None:
        row = self._locked().execute("SELECT value FROM rates WHERE pair = ?", ("-".join(pair),)).fetchone()
        return None if row is None else from_text(MarketRate, row[0]).quote

    def _offer(self, offer_id: int) -> Offer | None:
        row = self._locked().execute("SELECT value FROM offers WHERE id = ?", (offer_id,)).fetchone()
        return None if row is None else from_text(Offer, row[0])

    def _dispute(self, offer_id: int) -> Dispute | None:
        last = "SELECT value FROM disputes WHERE offer_id = ? ORDER BY version DESC LIMIT 1"
        row = self._locked().execute(last, (offer_id,)).fetchone()
        return None if row is None else from_text(Dispute, row[0])

    def _chat(self, offer_id: int) -> Chat | None:
        row = self._locked().execute("SELECT value FROM chats WHERE offer_id = ?", (offer_id,)).fetchone()
        return None if row is None else from_text(Chat, row[0])

    def _is_restricted(self, trader_id: UUID, currency: str) -> bool:
        statement = "SELECT 1 FROM restrictions WHERE trader_id = ? AND currency = ?"
        return self._locked().execute(statement, (str(trader_id), currency)).fetchone() is not None

    def _balances(self, accounts: Iterable[Account]) -> dict[Account, Decimal]:
        found = ((account, self._balance(account)) for account in accounts)
        return {account: balance for account, balance in found if balance is not None}

    def _balance(self, account: Account) -> Decimal | None:
        row = self._locked().execute("SELECT balance FROM accounts WHERE id = ?", (_id_of(account),)).fetchone()
        return None if row is None else Decimal(row[0])

    def _trading(self, currency: str, *owners: UUID) -> dict[Account, Decimal]:
        return self._balances(Account(owner, currency, purse) for owner in owners for purse in TRADING)

    def _next_id(self, table: str) -> int:
        """The id that a new row gets. Nobody else can take it before this unit ends, and no row is ever deleted."""
        (number,) = self._locked().execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
        return int(number)

    # The one write -------------------------------------------------------------------------------------------------

    def apply(self, changes: Changes) -> None:
        """Write a decision: guarded moves first, then money, facts, notices and letters."""
        try:
            self._write(changes)
        except sqlite3.IntegrityError as collision:
            if "UNIQUE" in str(collision):
                raise ConcurrentChange(str(collision)) from collision
            raise

    def _write(self, changes: Changes) -> None:
        if changes.offer is not None:
            self._move_offer(changes.offer)
        if changes.ad is not None:
            self._move_ad(changes.ad)
        for change in changes.balances:
            self._change_balance(change)
        for entry in changes.entries:
            self._post(entry)
        if changes.chat is not None:
            self._move_chat(changes.chat)
        for fact in changes.facts:
            self._insert(type(fact).kept.table, row_of(fact, changes.entries))
        if changes.dispute is not None:
            self._change_dispute(changes.dispute)
        for notice in changes.notices:
            self._tell(notice)
        for letter in changes.letters:
            self._keep(letter)

    def _move_offer(self, change: OfferChange) -> None:
        before, after = change.before, change.after
        write = self._locked().execute
        if before is None:
            row = (after.id, after.ad_id, str(after.taker_id), to_text(after))
            write("INSERT INTO offers (id, ad_id, taker_id, value) VALUES (?, ?, ?, ?)", row)
            return
        current = self._offer(after.id)
        if current is None or (current.state, current.version) != (before.state, before.version):
            raise ConcurrentChange(f"offer {after.id} is no longer {before.state} at version {before.version}")
        if change.before_deadline and not current.deadline > change.at:
            raise ConcurrentChange(f"offer {after.id} ran out at {current.deadline}")
        write("UPDATE offers SET value = ? WHERE id = ?", (to_text(after), after.id))

    def _move_ad(self, change: AdChange) -> None:
        before, after = change.before, change.after
        write = self._locked().execute
        if before is None:
            row = (after.id, str(after.maker_id), after.version, to_text(after))
            write("INSERT INTO ads (id, maker_id, version, value) VALUES (?, ?, ?, ?)", row)
            return
        guarded = "UPDATE ads SET version = ?, value = ? WHERE id = ? AND version = ?"
        if write(guarded, (after.version, to_text(after), after.id, before.version)).rowcount != 1:
            raise ConcurrentChange(f"ad {after.id} is no longer at version {before.version}")

    def _move_chat(self, change: ChatChange) -> None:
        after = change.after
        if self._chat(after.offer_id) != change.before:
            raise ConcurrentChange(f"somebody else wrote in the chat of offer {after.offer_id}")
        statement = "INSERT OR REPLACE INTO chats (offer_id, value) VALUES (?, ?)"
        self._locked().execute(statement, (after.offer_id, to_text(after)))

    def _change_balance(self, change: BalanceChange) -> None:
        account, after = change.account, change.after
        if self._balance(account) != change.before:
            raise ConcurrentChange(f"the balance of {account} is no longer {change.before}")
        if after.copy_abs() >= LIMIT:
            raise ValueError(f"no account can hold {after}")
        owner = None if account.owner is None else str(account.owner)
        self._locked().execute(
            "INSERT INTO accounts (id, owner_id, balance) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET balance = excluded.balance",
            (_id_of(account), owner, format(after, "f")),
        )

    def _post(self, entry: Entry) -> None:
        write, entry_id = self._locked().execute, id_of_entry(entry.kind, entry.reference)
        write("INSERT INTO entries (id, value) VALUES (?, ?)", (entry_id, to_text(entry)))
        for posting in entry.postings:
            if posting.account.purse is Purse.FEES:
                # The desk's fees are the sum of their postings, which need an account all the same.
                opened = "INSERT INTO accounts (id, balance) VALUES (?, '0') ON CONFLICT DO NOTHING"
                write(opened, (_id_of(posting.account),))
            row = (entry_id, _id_of(posting.account))
            write("INSERT INTO postings (entry_id, account_id) VALUES (?, ?)", row)

    def _change_dispute(self, change: DisputeChange) -> None:
        before, after = change.before, change.after
        current = self._dispute(before.offer_id)
        known = None if current is None else (current.version, current.changes)
        if current is None or not current.is_open or known != (before.version, before.changes):
            raise ConcurrentChange(f"the dispute on offer {before.offer_id} is not as it was")
        row = row_of(after, ())
        changed = ", ".join(f'"{name}" = ?' for name in row)
        changing = f"UPDATE disputes SET {changed} WHERE offer_id = ? AND version = ?"
        self._locked().execute(changing, (*row.values(), before.offer_id, before.version))

    def _tell(self, notice: Notice) -> None:
        """Keep a notice under the trader's next number, for whoever delivers it once the unit has committed."""
        trader, about = str(notice.trader_id), notice.about
        told = "SELECT coalesce(max(number), 0) + 1 FROM notices WHERE trader_id = ?"
        (number,) = self._locked().execute(told, (trader,)).fetchone()
        row = {
            "trader_id": trader,
            "number": number,
            "offer_id": about.offer_id if about else None,
            "version": about.version if about else None,
            "kind": notice.kind.value,
            "frame": frame_text(notice.frame),
            "facts": json.dumps(dict(notice.facts)),
            "is_mailed": notice.is_mailed,
            "created_at": notice.at.isoformat(),
        }
        self._insert("notices", row)

    def _keep(self, letter: LetterAlone) -> None:
        row = {
            "id": str(letter.id),
            "trader_id": str(letter.trader_id),
            "kind": letter.kind.value,
            "facts": json.dumps(dict(letter.facts)),
            "created_at": letter.at.isoformat(),
        }
        self._insert("letters", row)

    def _insert(self, table: str, row: Mapping[str, object]) -> None:
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        self._locked().execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))


def _id_of(account: Account) -> str:
    """An account as one text: an owner that is NULL would be equal to no other in a key of several columns."""
    return "/".join(account.lock_order)
