"""``p2p demo``: a play in two acts, on a desk of its own, over real HTTP, websocket and SMTP."""
