"""What an arrival answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal[
    "on_time",
    "early",
    "too_early",
    "too_late",
    "other_day",
    "other_centre",
    "not_confirmed",
    "expired",
    "cancelled",
    "already_active",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Arrival:
    """The verdict over a presented code, with the facts its sentence needs (C1). Datetimes are aware, in UTC.

    Only these go with a verdict: `ticket` (on_time, early, already_active); `opens` (too_early); `closed` (too_late);
    `time` (all that know the booking); `centre` (other_centre); `held_until` (not_confirmed); `first_at` and
    `first_station` (already_active), and `walk_in`: it was not activated, a walk-in ticket stands in its place.
    """

    verdict: Verdict
    at: datetime
    """When the code was presented, by the rule's clock."""
    booking: str | None = None
    service: str | None = None
    centre: str | None = None
    time: datetime | None = None
    ticket: str | None = None
    opens: datetime | None = None
    closed: datetime | None = None
    held_until: datetime | None = None
    first_at: datetime | None = None
    first_station: str | None = None
    walk_in: bool = False

    @property
    def activated(self) -> bool:
        """Whether this presentation activated the booking."""
        return self.verdict in ("on_time", "early")
