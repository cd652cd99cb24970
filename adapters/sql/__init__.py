"""The desk's store on SQLAlchemy Core: PostgreSQL, and SQLite for a desk in one process."""
