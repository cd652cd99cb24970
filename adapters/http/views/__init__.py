"""The views: who, which, call. What a request must be is checked before them, and no rule stands in them."""
