"""The documents that describe the API and the websocket."""
