"""Which revision a database is at, and which this code knows, by the files alone.

Every command asks at its start, and Alembic would take a third of that start to answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

VERSIONS_TABLE = "alembic_version"
COMPATIBLE_TABLE = "compatible_revisions"
"""The revisions whose code can work with the tables as they are: what a newer version tells an older one."""
_FOLDER = Path(__file__).parent / "versions"


def current_revisions(connection: Connection) -> frozenset[str]:
    """The revisions that a database is at: one, or none where it was never migrated."""
    if not inspect(connection).has_table(VERSIONS_TABLE):
        return frozenset()
    return frozenset(connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS_TABLE}").scalars())


def compatible_revisions(connection: Connection) -> frozenset[str]:
    """The revisions whose code can work with the database's tables; none where nobody has said so yet."""
    if not inspect(connection).has_table(COMPATIBLE_TABLE):
        return frozenset()
    return frozenset(connection.exec_driver_sql(f"SELECT revision FROM {COMPATIBLE_TABLE}").scalars())


def compatible_after(steps: Iterable[str], before: Iterable[str]) -> frozenset[str]:
    """The revisions whose code can work with the tables once these steps were made, in order.

    A step that says of itself ``expands = True`` takes nothing away that the code before it needs; any other ends with
    all that came before.
    """
    found = frozenset(before)
    for step in steps:
        found = (found if _all()[step].get("expands") is True else frozenset()) | {step}
    return found | {head_revision()}


def steps_after(revision: str | None) -> tuple[str, ...]:
    """The revisions that are still to be made after one, or after none, in their order."""
    follows = {before: step for step, before in _chain().items()}
    found: list[str] = []
    while (revision := follows.get(revision)) is not None:
        found.append(revision)
    return tuple(found)


def head_revision() -> str:
    """The newest revision that this code knows, which no other one follows."""
    chain = _chain()
    (head,) = chain.keys() - set(chain.values())
    return head


def known_revisions() -> frozenset[str]:
    """All revisions that this code can begin from."""
    return frozenset(_chain())


def _chain() -> dict[str, str | None]:
    """Each revision with the one that it follows."""
    return {
        revision: None if said["down_revision"] is None else str(said["down_revision"])
        for revision, said in _all().items()
    }


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, object]]:
    """What each revision says of itself."""
    said = [_constants(path) for path in _FOLDER.glob("*.py")]
    return {str(constants["revision"]): constants for constants in said if "revision" in constants}


def _constants(path: Path) -> dict[str, object]:
    """What a revision says of itself in its first lines, which are read and not run."""
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(path.read_bytes()).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
