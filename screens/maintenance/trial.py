"""One trial: it is begun, tells its lines as they come, and what it told stays to be looked at again (M3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region, Size

from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.maintenance.lines import Lines
from screens.screen import Placed
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.care.facts import TrialLine

NEWEST_LAST: Final = frozenset({"trace"})
"""What one looks at last in these came last."""

Begin = Callable[[], "Iterator[TrialLine]"]


class TrialScreen(MaintenanceScreen):
    """Title and help line, the lines, and the key that begins it (again)."""

    def __init__(self, duty: Duty, name: str, words: Callable[[], str], begin: Begin | None, *, auto: bool) -> None:
        """Make it.

        Args:
            duty: who tries.
            name: the trial, as the audit calls it.
            words: its title and help line.
            begin: makes the lines; it is called in a thread, and blocks between them. None: a subclass begins it.
            auto: whether it begins when it is opened for the first time.
        """
        super().__init__(duty)
        self.on_duty = duty
        self.name_of_trial = name
        self._words = words
        self._begin = begin
        self._auto = auto
        self.title_line = Words(lambda: self._words().partition("\n")[0], "ink", bold=True, id="title")
        self.help_line = Words(lambda: self._words().partition("\n")[2], id="help")
        self.lines = Lines()
        self.under_way = False

    def compose(self) -> ComposeResult:
        """The lines."""
        yield self.lines
        yield self.title_line
        yield self.help_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Title, help, and below them what the trial is made of."""
        yield from super().places(size)
        frame = self.frame
        yield self.title_line, frame.line
        area = Region(frame.left, frame.line.bottom, frame.width, frame.note.y - frame.line.bottom)
        if not frame.compact:
            yield self.help_line, Region(area.x, area.y, area.width, 1)
            area = Region(area.x, area.y + 2, area.width, area.height - 2)
        yield from self.place_trial(area)

    def place_trial(self, area: Region) -> Placed:
        """What stands below title and help: the lines alone."""
        yield self.lines, area

    def on_mount(self) -> None:
        """Show what it told the last time, or begin."""
        before = self.on_duty.results.get(self.name_of_trial)
        if before:
            self.lines.show(before)
            self.tell("maintenance.trial_before")
        elif self._auto:
            self.begin()

    def begin(self) -> None:
        """Begin, from an empty list."""
        if self._begin is not None:
            self.run(self._begin)

    def run(self, begin: Begin, *, keep: bool = False) -> None:
        """Tell the lines that `begin` makes, once at a time; `keep` adds them to those that stand there."""
        if self.under_way:
            return
        self.under_way = True
        if not keep:
            self.lines.show(())
        self.tell("maintenance.trial_runs")
        self.foot.refresh()
        self.on_duty.note(self.kiosk, "trial", self.name_of_trial)
        self.start(self._run(begin, keep), group="trial", exclusive=False)

    async def _run(self, begin: Begin, keep: bool) -> None:
        lines: Iterator[TrialLine] | None = None

        def another() -> TrialLine | None:
            nonlocal lines
            lines = begin() if lines is None else lines
            return next(lines, None)

        ended = False
        try:
            while (line := await self.kiosk.ask(another)) is not None:
                self.lines.add(line)
                self.foot.refresh()
            ended = True
        finally:
            self.under_way = False
            self.on_duty.results[self.name_of_trial] = self.lines.lines
            if ended:
                self._tell_end()
            if ended and not keep and self.name_of_trial not in NEWEST_LAST:
                self.lines.settle()
            self.foot.refresh()

    def _tell_end(self) -> None:
        faults = sum(line.light == "fault" for line in self.lines.lines)
        self.tell("maintenance.trial_failed" if faults else "maintenance.trial_ended", "error" if faults else "plain")

    def pages(self) -> int:
        """How many pages the lines have."""
        return self.lines.pages if self.lines.is_attached else 1

    def keys_now(self) -> Sequence[FootKey]:
        """Begin, turn the page, back."""
        keys = []
        if self._begin is not None:
            key = "maintenance.key.again" if self.lines.lines else "maintenance.key.begin"
            keys.append(self.key("begin", "F2", key, usable=not self.under_way))
        if self.pages() > 1:
            words = f"▼ {self.lines.page + 1}/{self.pages()}"
            keys.append(FootKey("page", "pagedown", "PgDn", lambda: words))
        return [*keys, self.back_key()]

    def do_key(self, name: str) -> None:
        """The keys."""
        if name == "begin":
            self.begin()
        elif name == "page":
            self.turn(1)
        else:
            super().do_key(name)

    def turn(self, by: int) -> None:
        """Turn the page."""
        self.lines.turn(by)
        self.foot.refresh()

    def on_key(self, event: events.Key) -> None:
        """PgUp turns back."""
        if event.key == "pageup":
            event.stop()
            self.turn(-1)
