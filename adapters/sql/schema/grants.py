"""What a role needs that runs the desk and does not own its tables: nothing by which it could change what happened."""

from __future__ import annotations

from .only_added import ONLY_ADDED
from .tables import metadata

NEVER_DELETED = frozenset({"accounts", "ads", "disputes", "offers", "traders"})
ONLY_READ = frozenset({"compatible_revisions", "restores"})
"""What whoever migrates and restores writes, which is the owner."""


def rights_on(table: str) -> str:
    """What the role may do to a table."""
    if table in ONLY_READ:
        return "SELECT"
    if table in ONLY_ADDED:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if table in NEVER_DELETED else "SELECT, INSERT, UPDATE, DELETE"


def grants(role: str) -> list[str]:
    """The statements, for the owner of the tables to run after each migration. What the role had before is taken."""
    named = '"' + role.replace('"', '""') + '"'
    everything = ("TABLES", "SEQUENCES", "FUNCTIONS")
    by_rights: dict[str, list[str]] = {}
    for table in sorted(metadata.tables):
        by_rights.setdefault(rights_on(table), []).append(table)
    return [
        "BEGIN",
        *(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {named}" for kind in everything),
        f"REVOKE ALL ON SCHEMA public FROM {named}",
        f"GRANT USAGE ON SCHEMA public TO {named}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {named}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {named}",
        f"GRANT SELECT ON alembic_version TO {named}",
        *(f"GRANT {rights} ON {', '.join(tables)} TO {named}" for rights, tables in sorted(by_rights.items())),
        "COMMIT",
    ]
