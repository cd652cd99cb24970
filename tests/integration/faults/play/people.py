"""What people are to each other, and what staff do about them."""

from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

import domain
from domain import Actor, Attachment, Refusal
from tests.integration.faults.play.stage import indexes, people, traders
from tests.integration.faults.play.trades import Trades
from tests.integration.faults.played import Played

seldom = st.sampled_from([False, True, False])


class Play(Trades):
    """All moves that there are."""

    @rule(index=indexes, who=people, reads=st.booleans(), text=st.sampled_from(["Hello 漢字", "x" * 2000, " "]))
    def talk(self, index: int, who: int, reads: bool, text: str) -> None:
        """Somebody reads or writes in the chat of an offer; of none that there is, and as a stranger, too."""
        by = Actor.of(self.people[who])

        def write(played: Played) -> Any:
            offer_id = played.offer_id(index)
            return played.desk.write(lambda unit: domain.write_message(offer_id, by, text, book=unit.book)).message

        def read(played: Played) -> list[int]:
            ports = {"offer_id": played.offer_id(index), "by": by, "since": 0, "limit": 100}
            page = played.desk.write(
                lambda unit: domain.read_chat(**ports, readers=unit.readers, chats=unit.chats, at=unit.now())
            )
            return [view.message.number for view in page.items]

        self.act("read chat" if reads else "write", read if reads else write)

    @rule(index=indexes, who=people, dies=st.booleans())
    def send_file(self, index: int, who: int, dies: bool) -> None:
        """The file is there before its message is; where the process dies between the two, nobody sees it."""
        by, attachment = Actor.of(self.people[who]), Attachment(uuid4(), "Beleg 漢字.png", "image/png", 3)

        def call(played: Played) -> Any:
            offer_id = played.offer_id(index)
            played.keep(attachment.file)
            if dies:
                return None
            try:
                return played.desk.write(
                    lambda unit: domain.send_attachment(offer_id, by, attachment, book=unit.book)
                ).message
            except Refusal:
                played.files.remove(attachment.file)
                raise

        self.act("file left behind" if dies else "send file", call)

    @rule(who=traders, what=st.sampled_from(["fine", "round", "all", "all and ends", "kyc"]), yes=seldom)
    def staff_act(self, who: int, what: str, yes: bool) -> None:
        """Restrict somebody in one of the two currencies, suspend or verify them; or take it back."""
        person = self.people[who]
        if what == "kyc":
            self.act("verify", lambda played: played.desk.verify(person, has_kyc=yes))
        elif what.startswith("all"):
            ends = what.endswith("ends")
            self.act("suspend", lambda played: played.desk.suspend(person, suspended=yes, end_trades=ends and yes))
        else:
            code = self.codes[what == "round"]
            self.act("restrict", lambda played: played.desk.restrict(person, code, restricted=yes))

    @rule(by=traders, whom=people, yes=seldom)
    def block(self, by: int, whom: int, yes: bool) -> None:
        """Somebody keeps another away, or lets them be again."""
        actor, other = Actor(self.people[by].id), self.people[whom].id

        def call(played: Played) -> None:
            if not yes:
                return played.desk.write(lambda unit: domain.unblock_trader(actor, other, people=unit.people))
            at = self.worlds.clock.now()
            return played.desk.write(lambda unit: domain.block_trader(actor, other, people=unit.people, at=at))

        self.act("block" if yes else "unblock", call)

    @rule(who=traders, ad=indexes)
    def desk_is_frozen_for_a_moment(self, who: int, ad: int) -> None:
        """It is the whole store that is frozen, so that the play lets it go on at once."""
        maker, code = self.people[who], self.codes[0]
        self.act("freeze", lambda played: played.desk.freeze())
        self.act("ad while frozen", lambda played: played.desk.ad(maker, crypto_currency=code))
        if ad < len(self.worlds.first.ads):
            self.act("resume while frozen", lambda played: played.desk.resume(played.ads[ad]))
            self.act("offer while frozen", lambda played: played.desk.offer(played.ads[ad], maker))
        self.act("unfreeze", lambda played: played.desk.freeze(frozen=False))
