"""The fitting files of the sticks that are plugged in; one is chosen and looked at by its content (W9)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from textual import on

from kiosk.errors import DocumentRefused
from kiosk.language import number
from screens.citizen.step import Answer, Back, Notice
from screens.citizen.water.paged import PagedScreen
from screens.citizen.water.refused import refused_notice
from screens.widgets.lists import Row, RowList
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.water.documents.sticks import StickFile
    from kiosk.water.facts import Document, DocumentRole


@dataclass(frozen=True)
class Taken(Answer):
    """A document was checked and is kept: it is to be looked at."""

    document: Document


class StickFilesScreen(PagedScreen):
    """Ends with `Taken`, or with `Back`, also when the stick is pulled out."""

    def __init__(self, role: DocumentRole, notice: Notice | None = None) -> None:
        self.files = RowList(id="files")
        super().__init__(self.files, notice)
        self.role = role
        self._found: tuple[StickFile, ...] = ()
        self._reading = False
        self._stop: Callable[[], None] | None = None

    def title_words(self) -> str:
        """Choose a file."""
        return self.text("document.choose_file").partition("\n")[0]

    def help_words(self) -> str:
        """Which document it is to be."""
        return self.text(f"document.{self.role}").partition("\n")[0]

    def on_mount(self) -> None:
        """Read the sticks, and look whether one is pulled out."""
        self._stop = self.kiosk.station.water.sticks.watch(self._sticks_changed)
        self.start(self._read(), group="stick")

    def on_unmount(self) -> None:
        """Look no more."""
        if self._stop is not None:
            self._stop()

    def _sticks_changed(self) -> None:
        """Called in the thread of the sticks."""
        self.kiosk.call_later(self._look)

    def _look(self) -> None:
        if not self.is_attached:
            return
        if self.kiosk.station.water.sticks.sight:
            self.start(self._read(), group="stick")
        else:
            self.answer(Back())

    async def _read(self) -> None:
        sticks = self.kiosk.station.water.sticks
        found: list[StickFile] = []
        for stick in sticks.sight:
            # One that was pulled meanwhile is told of by its going.
            with contextlib.suppress(OSError):
                found += await self.ask(sticks.files, stick)
        self._found = tuple(found)
        self._show()
        if not found:
            self.tell("document.no_files", "warning")

    def write(self) -> None:
        """Sizes in the language on screen."""
        super().write()
        self._show()

    def _show(self) -> None:
        language = self.kiosk.language
        several = len({file.stick.name for file in self._found}) > 1
        self.files.show(
            [
                Row(
                    str(index),
                    file.name,
                    fact=self.text(
                        "document.megabytes",
                        size=number(language, max(Decimal(file.size) / 1_000_000, Decimal("0.1")), 1),
                    ),
                    group=file.stick.name if several else "",
                )
                for index, file in enumerate(self._found)
            ],
            keep_page=True,
        )

    @on(TouchArea.Touched, "#files")
    def _file_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if not self._reading:
            self._reading = True
            self.start(self._take(self._found[int(event.name)]), group="take", exclusive=False)

    async def _take(self, file: StickFile) -> None:
        """Read the file and have it checked; a stick that goes meanwhile, and a refused file, are told."""
        water = self.kiosk.station.water
        try:
            data = await self.ask(water.sticks.load, file)
            document = await self.ask(water.documents.keep, data, file.parts[-1])
        except DocumentRefused as refusal:
            notice = refused_notice(self.kiosk, refusal)
            self.tell(notice.key, notice.kind, **notice.values)
        except OSError:
            self.tell("document.stick_failed", "warning")
        else:
            self.answer(Taken(document))
        finally:
            self._reading = False
