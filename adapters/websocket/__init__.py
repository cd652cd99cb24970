"""The websocket: every socket is a tail of its trader's notices."""
