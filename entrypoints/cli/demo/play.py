"""The play: a prologue, three acts, and what the books say at the end."""

from __future__ import annotations

import signal

from adapters.system.signals import on_stop_signals

from .actors import Theatre
from .acts import INSUFFICIENT, Story, ad_body, offer_body
from .desk import Desk, DeskFailed
from .listening import Ears
from .quarrel import quarrel
from .stage import Stage

UNPAID = "You are not authorized to indicate payment on this offer"
UNRELEASED = "You are not authorized to release funds on this trade"
UNCANCELLED = "You can only cancel a pending offer"
PAID = "Offer successfully marked as paid"
CANCELLED = "Offer cancelled successfully"


def play_story() -> int:
    """Play it all; 0 if every promise of the desk held."""
    # Told to stop, it still stops its desk and removes its folder, as on Ctrl-C.
    on_stop_signals(signal.default_int_handler)
    stage = Stage()
    try:
        with Ears() as ears:
            mailbox = ears.mailbox()
            with Desk(mailbox.port) as desk:
                story = Story(Theatre(stage, desk, ears, mailbox))
                story.prologue()
                sell_ad(story)
                cancelled_offer(story)
                buy_ad(story)
                quarrel(story)
                epilogue(story)
    except (DeskFailed, ConnectionError) as error:
        stage.check("the play comes to its end", False, error)
    stage.summary()
    return 1 if stage.failures else 0


def sell_ad(story: Story) -> None:
    """Jude sells, Amara buys."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.act("Act one: a sell ad")
    stage.scene("Jude puts 100 trx up for sale; they go into escrow")
    ad = story.place_ad(ad_body())
    jude.holds("trx", p2p="900", escrow="100")
    stage.scene("Amara looks at the ad")
    story.look_at_ad(ad, "100")
    stage.scene("Both listen")
    jude.listen()
    amara.listen()
    stage.scene("Amara makes an offer on an ad that is not there, and one on Jude's ad")
    amara.is_refused("/p2p/offer/create/", '(ad) Invalid pk "0" - object does not exist.', offer_body(0, "Amara"))
    offer = story.make_offer(ad)
    story.hear_of_offer("buyer", ad, offer)
    story.refuse_strangers(offer)
    stage.scene("Amara pays and says so; Jude, who is no buyer, cannot")
    jude.is_refused(f"/p2p/offer/paid/{offer}/", UNPAID)
    story.pay(offer)
    amara.is_refused(f"/p2p/offer/paid/{offer}/", "Offer has already been marked as paid")
    amara.is_refused(f"/p2p/offer/cancel/{offer}/", UNCANCELLED)
    stage.scene("Jude releases; Amara, who is no seller, cannot")
    amara.is_refused(f"/p2p/offer/release/{offer}/", UNRELEASED)
    story.release(jude, amara, offer)
    jude.holds("trx", p2p="900", escrow="90")
    amara.holds("trx", p2p="10", escrow="0")


def cancelled_offer(story: Story) -> None:
    """Amara thinks better of a second offer."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.act("Interlude: an offer is cancelled")
    stage.scene("Amara makes another offer and cancels it")
    ad = story.place_ad(ad_body(crypto_amount="50"))
    offer = story.make_offer(ad)
    story.hear_of_offer("buyer", ad, offer)
    amara.succeeds(f"/p2p/offer/cancel/{offer}/", CANCELLED)
    cancelled = "Amara has cancelled their offer regarding your P2P advertisement."
    jude.hears({"message": cancelled, "type": "offer_cancel", "offer_id": offer})
    jude.finds_mail("Amara", "open to new offers")
    story.look_at_ad(ad, "50")
    amara.is_refused(f"/p2p/offer/cancel/{offer}/", "This offer is already cancelled")
    jude.is_refused(f"/p2p/offer/release/{offer}/", "Offer is already cancelled")
    amara.is_refused(f"/p2p/offer/paid/{offer}/", "Offer is already cancelled")


def buy_ad(story: Story) -> None:
    """Jude buys, Amara sells."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.act("Act two: a buy ad")
    stage.scene("Jude wants to buy 100 trx; nothing goes into escrow yet")
    ad = story.place_ad(ad_body(ad_type="buy"))
    jude.holds("trx", p2p="850", escrow="140")
    stage.scene("Eve offers coins that she does not have; Amara has hers, and they go into escrow")
    story.eve.is_refused("/p2p/offer/create/", INSUFFICIENT, offer_body(ad, "Eve"))
    offer = story.make_offer(ad)
    story.hear_of_offer("seller", ad, offer)
    amara.holds("trx", p2p="0", escrow="10")
    stage.scene("Jude sees where to pay, pays and says so; Amara, who is no buyer, cannot")
    detail = jude.get(f"/p2p/offer/detail/{offer}")
    pay_to = (detail.entity or {}).get("pay_to") or {}
    stage.check("pay_to is Amara's account", pay_to.get("bank_account_number") == "0123456789", detail.text)
    amara.is_refused(f"/p2p/offer/paid/{offer}/", UNPAID)
    jude.succeeds(f"/p2p/offer/paid/{offer}/", PAID)
    claim = "Jude has claimed to have made payment regarding your offer."
    amara.hears({"message": claim, "type": "payment_indication", "offer_id": offer})
    amara.finds_mail("Jude", "10", "2000.00")
    amara.is_refused(f"/p2p/offer/cancel/{offer}/", UNCANCELLED)
    stage.scene("Amara releases; Jude, who is no seller, cannot")
    jude.is_refused(f"/p2p/offer/release/{offer}/", UNRELEASED)
    story.release(amara, jude, offer)
    jude.holds("trx", p2p="860", escrow="140")
    amara.holds("trx", p2p="0", escrow="0")


def epilogue(story: Story) -> None:
    """Nothing is missed, nothing is lost, nobody heard too much."""
    stage, theatre = story.stage, story.theatre
    stage.act("Epilogue")
    stage.scene("Amara was away, and is told everything once more")
    story.replay(story.amara)
    stage.scene("So is Jude")
    story.replay(story.jude)
    stage.scene("The books are right")
    story.operate("ledger", "verify")
    stage.check(
        "no mail went to anybody that no step above has shown", not theatre.mailbox.unseen(), theatre.mailbox.unseen()
    )
    stage.check("the desk stops cleanly when it is told to", theatre.desk.stop() == 0)
