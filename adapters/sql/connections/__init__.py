"""How a database is reached: engines, sessions, bounds against silence, and wake-up calls."""
