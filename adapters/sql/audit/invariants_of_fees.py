"""What must be true of what the desk takes of trades."""

from __future__ import annotations

from .invariant import Invariant

_BUYER = "CASE ads.ad_type WHEN 'sell' THEN offers.taker_id ELSE ads.maker_id END"

FEES = (
    Invariant(
        "V6",
        "the desk takes of what reaches the buyer what the offer keeps, cut to the currency's decimals",
        f"""SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
                JOIN postings ON postings.entry_id = settlements.entry_id
            WHERE side = 'credit' AND settlements.kind IN ('released', 'awarded_to_buyer', 'split')
                AND (purse = 'fees' OR owner = {_BUYER})
            GROUP BY settlements.offer_id, fee_percent, crypto_decimals
            HAVING SUM(CASE purse WHEN 'fees' THEN amount ELSE ZERO END)
                <> FEE(SUM(amount), coalesce(fee_percent, ZERO), crypto_decimals)""",
    ),
    Invariant(
        "V6",
        "only what reaches a buyer pays a fee",
        """SELECT entry_id FROM postings JOIN entries ON entries.id = entry_id
            WHERE purse = 'fees' AND (kind NOT IN ('release', 'split') OR side <> 'credit')""",
    ),
)
