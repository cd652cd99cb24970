"""``p2p demo``: a play in three acts, on a desk of its own, over real HTTP, websocket and SMTP."""
