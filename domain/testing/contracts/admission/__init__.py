"""The tier of admission: how a request is let in, and answered once."""
