"""Which revision a database is at, and which this code knows, by the files alone.

Every command asks at its start, and Alembic would take a third of that start to answer.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

VERSIONS_TABLE = "alembic_version"
_FOLDER = Path(__file__).parent / "versions"


def current_revisions(connection: Connection) -> frozenset[str]:
    """The revisions that a database is at: one, or none where it was never migrated."""
    if not inspect(connection).has_table(VERSIONS_TABLE):
        return frozenset()
    return frozenset(connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS_TABLE}").scalars())


def head_revision() -> str:
    """The newest revision that this code knows, which no other one follows."""
    chain = _chain()
    (head,) = chain.keys() - set(chain.values())
    return head


def known_revisions() -> frozenset[str]:
    """All revisions that this code can begin from."""
    return frozenset(_chain())


@lru_cache(maxsize=1)
def _chain() -> dict[str, str | None]:
    """Each revision with the one that it follows."""
    found = {}
    for path in _FOLDER.glob("*.py"):
        named = _constants(path)
        if "revision" in named:
            found[str(named["revision"])] = named["down_revision"]
    return found


def _constants(path: Path) -> dict[str, str | None]:
    """What a revision says of itself in its first lines, which are read and not run."""
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(path.read_bytes()).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
