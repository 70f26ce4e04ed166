"""What a probe looks at: this machine's settings, its database, and the running station where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from db.engine import Database
from kiosk.care.facts import Finding
from kiosk.clock import Instant, machine_now
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.station import Station


@dataclass(frozen=True, slots=True)
class Scene:
    """Handed to every probe; a probe changes nothing on it."""

    settings: Settings
    database: Database | None
    """None where its password cannot be read: one probe tells that, the others cannot look."""
    station: Station | None = None
    """None for `asan-kiosk doctor`, which looks without one."""
    now: Callable[[], Instant] = machine_now
    """This machine's clock, in milliseconds of UTC."""
    root: Path = field(default=Path("/"))
    """Where the machine tells of itself (proc, sys, run)."""

    @property
    def has_tables(self) -> bool:
        """Whether there is a database to ask; asking a SQLite file that is not there would make an empty one."""
        return self.database is not None and (
            not self.database.is_sqlite or Path(self.database.url.database or "").exists()
        )


Look = Callable[[Scene], "Finding | tuple[Finding, ...]"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that is looked at, by itself; it may find several. Its own name is told where it hangs or stumbles.

    `needs_tables` leaves it out where there is no database: then the probe `database` says so.
    """

    name: str
    look: Look
    needs_tables: bool = False
