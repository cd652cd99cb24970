"""Reading a request: body, query, conditions, who asks, and how it is handled."""
