"""The websocket: each socket reads its trader's notices, by number."""
