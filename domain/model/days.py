"""Days, by which ads open and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def day_of(moment: datetime) -> date:
    """The day by which ads open and end: the moment's in UTC, in whichever zone its clock tells it.

    An ad is open from its start through its end, in UTC. Raises ``ValueError`` for a moment
    without a zone, which would be taken for one of the machine's own zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} is in no zone")
    return moment.astimezone(UTC).date()


def day_begins(moment: datetime) -> datetime:
    """The first moment of the day of another, in UTC. Raises ``ValueError`` for a moment without a zone."""
    return datetime.combine(day_of(moment), time.min, UTC)
