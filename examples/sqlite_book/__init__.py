"""A whole store for a book, on the standard library's SQLite: an example of what an embedder brings.

It keeps every promise of the first tier of the contracts, and is small because it does nothing else: one writer at a
time, who holds the one lock that a SQLite file has.
"""

from .store import SqliteStore

__all__ = ["SqliteStore"]
