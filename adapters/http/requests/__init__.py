"""Reading a request: query, conditions, its key, and who asks."""
