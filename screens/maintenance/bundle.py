"""The diagnostics bundle for support: made, looked into, and put onto a USB stick (M4)."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.care.sticks import copy_to, sticks
from kiosk.settings import state_folder
from screens.frame import columns
from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.screen import Placed
from screens.widgets.buttons import Button
from screens.widgets.sheet import Sheet, fit, wrap
from screens.widgets.touch_area import Drawn, TouchArea
from screens.widgets.words import Words

_log = logging.getLogger(__name__)

FOLDER: Final = "diagnostics"
"""Below the state folder."""
STICKS_AT_MOST: Final = 3
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle: where it lies, its bytes, and what is in it with the bytes of each."""

    path: Path
    size: int
    members: tuple[tuple[str, int], ...]


def look_into(path: Path) -> Made:
    """What a bundle holds.

    Raises:
        OSError: it cannot be read.
    """
    with zipfile.ZipFile(path) as bundle:
        members = tuple((member.filename, member.file_size) for member in bundle.infolist())
    return Made(path, path.stat().st_size, members)


class Contents(Drawn):
    """Where it lies, how large it is, and its members in columns."""

    def __init__(self) -> None:
        super().__init__(id="contents")
        self.made: Made | None = None

    def show(self, made: Made) -> None:
        """Show that bundle."""
        self.made = made
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Before it is made: what it is for."""
        if self.made is None:
            for row, line in enumerate(wrap(self.text("maintenance.bundle_help"), sheet.width, sheet.height)):
                sheet.put(0, row, sheet.width, line, "soft")
            return
        y = 0
        path = str(self.made.path)
        while path and y < 3:
            sheet.text(0, y, path[: sheet.width], bold=True)
            path, y = path[sheet.width :], y + 1
        size = self.text("maintenance.bundle_size", size=-(-self.made.size // _KIB), count=len(self.made.members))
        sheet.put(0, y, sheet.width, size, "soft")
        y += 2
        places = columns(sheet.width, 3 if sheet.width >= 108 else 2, 3)
        for place, (name, size_of) in enumerate(self.made.members):
            row = y + place // len(places)
            if row >= sheet.height:
                break
            x, wide = places[place % len(places)]
            told = f"{-(-size_of // _KIB)} KiB"
            sheet.put(x, row, wide - len(told) - 2, fit(name, wide - len(told) - 2))
            sheet.put(x, row, wide, told, "soft", align="right")


class BundleScreen(MaintenanceScreen):
    """Made anew whenever it is asked for; below it a button for each stick that is plugged in."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self.title_line = Words(lambda: self.text("maintenance.bundle"), "ink", bold=True, id="title")
        self.contents = Contents()
        self.sticks: tuple[Path, ...] = ()
        self.buttons = tuple(Button(f"stick-{number}") for number in range(STICKS_AT_MOST))
        self._under_way = False

    def compose(self) -> ComposeResult:
        """The sticks first."""
        yield from self.buttons
        yield self.contents
        yield self.title_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The contents over the sticks."""
        yield from super().places(size)
        frame = self.frame
        yield self.title_line, frame.line
        x, y, width, height = frame.body
        if self.sticks and self.contents.made is not None:
            height -= 4
            places = columns(width, STICKS_AT_MOST, 2)
            for button, (start, wide) in zip(self.buttons[: len(self.sticks)], places, strict=False):
                yield button, Region(x + start, y + height + 1, wide, 3)
        yield self.contents, Region(x, y, width, height)

    def keys_now(self) -> Sequence[FootKey]:
        """Make it (again), look for sticks, back."""
        made = self.contents.made is not None
        keys = [
            self.key(
                "make", "F2", "maintenance.key.again" if made else "maintenance.key.make", usable=not self._under_way
            )
        ]
        if made:
            keys.append(self.key("sticks", "F8", "maintenance.key.sticks"))
        return [*keys, self.back_key()]

    def do_key(self, name: str) -> None:
        """The keys."""
        match name:
            case "make" if not self._under_way:
                self._under_way = True
                self.tell("maintenance.bundle_making")
                self.foot.refresh()
                self.start(self._make(), group="bundle", exclusive=False)
            case "sticks":
                self.start(self._look_for_sticks(), group="sticks")
            case "back":
                self.go_back()

    async def _make(self) -> None:
        app = self.kiosk
        folder = state_folder() / FOLDER

        def make() -> Made:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return look_into(app.make_bundle(folder))

        try:
            made = await app.ask(make)
        except OSError as error:
            _log.error("the bundle could not be made: %s", type(error).__name__)
            self.tell("maintenance.bundle_failed", "error")
            return
        finally:
            self._under_way = False
            self.foot.refresh()
        self.on_duty.note(app, "bundle")
        self.contents.show(made)
        self.tell("maintenance.bundle_made")
        await self._look_for_sticks()

    async def _look_for_sticks(self) -> None:
        self.sticks = (await self.kiosk.ask(sticks))[:STICKS_AT_MOST]
        self.write()
        self.foot.refresh()
        self.place_anew()
        if not self.sticks:
            self.tell("maintenance.no_stick")

    def write(self) -> None:
        """What the sticks' buttons say."""
        for button, stick in zip(self.buttons, self.sticks, strict=False):
            button.label = self.text("maintenance.to_stick", name=stick.name)

    @on(TouchArea.Touched)
    def _stick_touched(self, event: TouchArea.Touched) -> None:
        if event.area in self.buttons and self.contents.made is not None:
            event.stop()
            number = self.buttons.index(event.area)
            if number < len(self.sticks):
                self.start(self._copy(self.contents.made.path, self.sticks[number]), group="copy", exclusive=False)

    async def _copy(self, bundle: Path, stick: Path) -> None:
        self.tell("maintenance.copying")
        try:
            await self.kiosk.ask(copy_to, bundle, stick)
        except OSError as error:
            _log.error("the bundle could not be copied: %s", type(error).__name__)
            self.tell("maintenance.copy_failed", "error")
            return
        self.on_duty.note(self.kiosk, "bundle", "copied")
        self.tell("maintenance.copied")
