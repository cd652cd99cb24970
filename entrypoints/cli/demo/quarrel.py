"""The third act: what becomes of a trade in which the two do not agree, and what is left for everybody to read."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from .actors import Trader
from .acts import Story, ad_body

NOTHING_CAME = "There are 1200.00 usd on my account, not 2000.00."
ALL_WENT = "I sent all of it. Here is the receipt."
WHERE_IT_WAS_TAKEN = "6 Harbour Road"
"""What a camera notes of a picture, and nobody else is to know."""
SIZE = (64, 40)
KINDS_OF_FILES = "Send a JPEG, PNG or WebP picture, or a PDF"
QUESTION = "Amara, please ask your bank where the rest is."
RULING = "1200.00 usd have come, which is the price of 6 trx."
BUYERS_PART = "6"
COMMENT = "Slow, and honest in the end."


def quarrel(story: Story) -> None:
    """Too little money comes, they quarrel, and staff split what is in escrow."""
    story.stage.act("Act three: a quarrel")
    story.stage.scene("Two of the staff come to the desk")
    grace, ruth = story.appoint("Grace"), story.appoint("Ruth")
    story.stage.scene("Jude sells 10 trx; Amara says that she has paid, and Jude finds too little on the account")
    ad = story.place_ad(ad_body(crypto_amount="10"))
    offer = story.make_offer(ad)
    story.hear_of_offer("buyer", ad, offer)
    story.pay(offer)
    story.jude.holds("trx", p2p="850", escrow="150")
    argue(story, offer)
    send_receipt(story, offer)
    dispute(story, grace, ruth, offer)
    split(story, grace, ruth, offer)
    rate(story, offer)


def argue(story: Story, offer: int) -> None:
    """The parties write to each other, and nobody else can read it."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.scene("They argue in the chat of the offer, where Eve cannot listen")
    say(story, jude, offer, 1, NOTHING_CAME, told=(amara,))
    say(story, amara, offer, 2, ALL_WENT, told=(jude,))
    story.eve.is_refused(f"/p2p/offer/chat/{offer}/", "Offer not found", {"text": "Hello?"}, status=404)
    overheard = story.eve.get(f"/p2p/offer/chat/{offer}/")
    stage.check("Eve cannot read it either", overheard.status == 404 and ALL_WENT not in overheard.text, overheard)


def send_receipt(story: Story, offer: int) -> None:
    """A picture is shown to the other, without what the camera noted."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.scene("Amara sends a picture of the receipt, in which her telephone has noted where she lives")
    path, taken = f"/p2p/offer/attachment/{offer}/", photograph()
    stage.check("the place is in the picture that she sends", WHERE_IT_WAS_TAKEN.encode() in taken)
    page = b"<script>alert(1)</script>"
    amara.cannot_send(f"{path}?name=receipt.jpg", "image/jpeg", page, KINDS_OF_FILES, status=415)
    sent = amara.sends(f"{path}?name=../receipt.jpg", "image/jpeg", taken)
    seen = (sent.entity or {}).get("attachment") or {}
    wanted = {"name": ".._receipt.jpg", "content_type": "image/jpeg", "path": f"/p2p/offer/attachment/{offer}/3"}
    stage.check("it is message 3, and nothing of a path is in its name", seen == {**seen, **wanted}, sent.text)
    jude.hears(chat_frame(amara, offer, ""))
    fetched = jude.get(f"/p2p/offer/attachment/{offer}/3", brief=True)
    stage.check("Jude sees the picture", size_of(fetched.content) == SIZE, fetched.status)
    stage.check("and the place is not in it", WHERE_IT_WAS_TAKEN.encode() not in fetched.content)
    guards = {name: fetched.headers.get(name) for name in ("x-content-type-options", "cache-control")}
    kept = {"x-content-type-options": "nosniff", "cache-control": "private, no-store"}
    stage.check("no browser takes it for a page or keeps it", guards == kept, guards)
    unseen = story.eve.get(f"/p2p/offer/attachment/{offer}/3")
    stage.check("Eve cannot see it", unseen.status == 404, unseen.status)


def dispute(story: Story, grace: Trader, ruth: Trader, offer: int) -> None:
    """Jude calls for staff, and one of them asks in the chat."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.scene("Jude opens a dispute; both are told")
    path = f"/p2p/offer/dispute/{offer}/"
    body = {"kind": "payment_incomplete", "reason": NOTHING_CAME}
    story.eve.is_refused(path, "You are not authorized to open a dispute on this offer", body)
    jude.succeeds(path, "Dispute opened successfully", body)
    opened = {"message": "Jude has opened a dispute on this offer.", "type": "offer_disputed", "offer_id": offer}
    for party in (jude, amara):
        party.hears(opened)
        party.finds_mail(NOTHING_CAME)
    amara.is_refused(path, "This offer is already disputed", body)
    stage.scene("The staff are mailed that somebody waits for them")
    for one_of_staff in (grace, ruth):
        one_of_staff.finds_mail("1 dispute", "for the staff")
    stage.scene("Grace of the staff takes the dispute, reads what was said, and asks")
    amara.is_refused(f"/admin/dispute/take/{offer}/", "This is for staff only", {}, status=403)
    grace.succeeds(f"/admin/dispute/take/{offer}/", "Dispute taken successfully", {})
    detail = amara.get(f"/p2p/offer/detail/{offer}", brief=True)
    handler = ((detail.entity or {}).get("dispute") or {}).get("handled_by")
    stage.check("the parties see who looks at it", handler == grace.id, detail.text)
    say(story, grace, offer, 4, QUESTION, told=(jude, amara))


def split(story: Story, grace: Trader, ruth: Trader, offer: int) -> None:
    """What one of the staff proposes moves nothing before another approves it."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.scene("Grace proposes a split; for so much, a second of the staff has to agree, and nothing moves before")
    ruling: dict[str, Any] = {"in_favour_of": "split", "buyer_amount": BUYERS_PART, "note": RULING}
    whole = {**ruling, "buyer_amount": "10"}
    refused = grace.post(f"/admin/dispute/resolve/{offer}/", whole)
    stage.check("all of it is no split", refused.status == 400 and "(buyer_amount)" in refused.text, refused.text)
    resolve = f"/admin/dispute/resolve/{offer}/"
    grace.succeeds(resolve, "A second member of staff must approve this", ruling)
    approve = f"/admin/dispute/approve/{offer}/"
    grace.is_refused(approve, "Somebody else must approve this", {"note": "I am sure."}, status=403)
    amara.holds("trx", p2p="0", escrow="0")
    jude.holds("trx", p2p="850", escrow="150")
    stage.scene("Ruth looks at the proposal and approves it; each gets a part, and both are told")
    queue = ruth.get("/admin/dispute/", brief=True)
    items = (queue.entity or {}).get("items", [])
    proposal = next((item["proposal"] or {} for item in items if item["id"] == offer), {})
    is_graces = proposal.get("by") == grace.id and Decimal(proposal.get("buyer_amount") or 0) == Decimal(BUYERS_PART)
    stage.check("the queue shows her what Grace proposes", is_graces, queue.text)
    ruth.succeeds(approve, "Dispute resolved successfully", {"note": "The statement says the same."})
    outcome = "The dispute on this offer has been resolved: the escrow was split."
    for party in (jude, amara):
        party.hears({"message": outcome, "type": "dispute_resolved", "offer_id": offer})
        party.finds_mail(RULING, "6 trx", "4 trx")
    frame = {"message": "Funds have been released", "amount": Decimal("6.0"), "type": "funds_released"}
    amara.hears({**frame, "crypto_currency": "trx"}, literally='"amount": 6.0')
    amara.holds("trx", p2p="6", escrow="0")
    jude.holds("trx", p2p="854", escrow="140")
    jude.is_refused(f"/p2p/offer/release/{offer}/", "Funds have already been released")
    amara.is_refused(f"/p2p/offer/return/{offer}/", "Funds have already been released")


def rate(story: Story, offer: int) -> None:
    """What one says of the other is there for everybody."""
    jude, amara, stage = story.jude, story.amara, story.stage
    stage.scene("Jude says how it was, once, and everybody can read it")
    path = f"/p2p/offer/feedback/{offer}/"
    body = {"positive": True, "rating": 4, "comment": COMMENT}
    story.eve.is_refused(path, "You are not authorized to rate this offer", body)
    jude.succeeds(path, "Feedback given successfully", body)
    amara.hears({"message": "Jude has rated your trade.", "type": "feedback_given", "offer_id": offer})
    jude.is_refused(path, "You have already rated this offer", body)
    said = story.eve.get(f"/p2p/trader/feedback/{amara.id}/")
    read = [(item["positive"], item["rating"], item["comment"]) for item in (said.entity or {}).get("items", [])]
    stage.check("Eve reads it", read == [(True, 4, COMMENT)], said.text)
    # Of four offers that ended she cancelled one; in a split nobody is at fault.
    record = story.eve.get(f"/p2p/trader/{amara.id}/")
    stats = (record.entity or {}).get("stats") or {}
    known = stats.get("completed_offers"), stats.get("completion_rate")
    stage.check("Amara has completed 3 offers, 75.0 % of those that ended", known == (3, "75.0"), record.text)
    chat = amara.get(f"/p2p/offer/chat/{offer}/", brief=True)
    numbers = [item["number"] for item in (chat.entity or {}).get("items", [])]
    stage.check("what was written can still be read, in order and without gaps", numbers == [1, 2, 3, 4], chat.text)


def say(story: Story, who: Trader, offer: int, number: int, text: str, *, told: tuple[Trader, ...]) -> None:
    """Somebody writes in the chat, and the others in it are told at once, by no mail."""
    answer = who.post(f"/p2p/offer/chat/{offer}/", {"text": text})
    entity = answer.entity or {}
    seen = entity.get("number"), entity.get("text"), (entity.get("by") or {}).get("fullname")
    story.stage.check(f"it is message {number}, of {who.name}", seen == (number, text, who.name), answer.text)
    for other in told:
        other.hears(chat_frame(who, offer, text))


def chat_frame(by: Trader, offer: int, text: str) -> dict[str, Any]:
    """What the others in a chat are told of a message."""
    message = f"{by.name} has written to you."
    return {"message": message, "type": "chat_message", "offer_id": offer, "from": by.id, "text": text}


def photograph() -> bytes:
    """A picture as a camera makes it: with a note of where it was taken."""
    noted = Image.Exif()
    noted[0x010E] = WHERE_IT_WAS_TAKEN
    taken = BytesIO()
    Image.new("RGB", SIZE, "white").save(taken, "JPEG", exif=noted)
    return taken.getvalue()


def size_of(content: bytes) -> tuple[int, int] | None:
    """How large a picture is; None where it is none."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
            return picture.size
    except OSError:
        return None
