"""Who is on duty at this machine, and the noting of what they do (M1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from screens.calls import in_thread

if TYPE_CHECKING:
    from kiosk.care.facts import TrialLine
    from kiosk.identity.staff import Role, StaffMember
    from screens.app import KioskApp

EnteredBy = Literal["card", "password"]
WhyLeft = Literal["left", "idle"]

TECHNICAL: Final[frozenset[Role]] = frozenset(("technician", "supervisor", "administrator"))
"""The roles that may enter (M1); an operator may not."""


@dataclass(slots=True)
class Duty:
    """A technician in maintenance mode, and how they proved who they are."""

    member: StaffMember
    by: EnteredBy
    results: dict[str, tuple[TrialLine, ...]] = field(default_factory=dict, repr=False)
    """What each trial told last; gone when the technician leaves."""
    insertion: int | None = None
    """Their card in the reader, while it was not taken out."""

    def note(self, app: KioskApp, act: str, detail: str | None = None) -> None:
        """Write an act into the audit, beside what the screen does; the desk keeps it while the database is away."""
        self._later(app, lambda: app.station.maintenance.act(self.member, act, detail))

    def entered(self, app: KioskApp) -> None:
        """Write the entry into the audit."""
        self._later(app, lambda: app.station.maintenance.enter(self.member, self.by))

    def left(self, app: KioskApp, why: WhyLeft) -> None:
        """Write the end into the audit."""
        self._later(app, lambda: app.station.maintenance.leave(self.member, why))

    def _later(self, app: KioskApp, call: Callable[[], None]) -> None:
        async def write() -> None:
            await in_thread(call)

        # On the app, so that it is written though the screen is closed meanwhile.
        app.run_worker(write(), group="maintenance-audit", exit_on_error=False)
