"""An ESC/POS printer at the end of a wire: print a slip, know whether it came out, say what is wrong.

Before a slip the printer is asked how it stands; after it, it is asked in turn, which it answers only when all before
is on paper. A slip that failed half way is dropped from the printer's memory: it may bear a person's data, and would
otherwise come out in front of the next person when the paper is changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hardware.ports import PrinterState, PrinterStatus, PrintOutcome, Slip
from hardware.printer import commands
from hardware.printer.drawing import FontMissing, draw, find_fonts
from hardware.printer.wires import Wire, WireGone, WireStuck

_PATIENCE: Final = 15
"""How many of the wire's answer times (a second each) a slip may take to come out."""

_QUESTIONS: Final = (
    commands.ASK_PRINTER,
    commands.ASK_OFFLINE_CAUSE,
    commands.ASK_ERROR_CAUSE,
    commands.ASK_PAPER,
)


class EscPosPrinter:
    """A ticket printer that speaks ESC/POS.

    Args:
        wire: the way to it.
        width_dots: dots across the paper, a multiple of 8: 576 for 80 mm, 384 for 58 mm.
        font_folder: where the fonts lie, or None for where systems keep them.
        busy_seconds: how long to wait for another slip of this process to come out.
    """

    def __init__(
        self, wire: Wire, width_dots: int, font_folder: Path | None = None, *, busy_seconds: float = 20.0
    ) -> None:
        if width_dots % 8 or width_dots <= 0:
            raise ValueError("a ticket printer's width in dots is a multiple of 8")
        self._wire = wire
        self._width = width_dots
        self._font_folder = font_folder
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._unread = bytearray()

    def print_slip(self, slip: Slip) -> PrintOutcome:
        """Print and cut one slip; answers when it has come out, or why it has not."""
        try:
            data = commands.job(draw(slip, self._width, find_fonts(self._font_folder)))
        except (FontMissing, ValueError) as error:
            return PrintOutcome("error", detail=str(error))
        if not self._lock.acquire(timeout=self._busy_seconds):
            return PrintOutcome("busy")
        try:
            return self._print(data)
        finally:
            self._lock.release()

    def status(self) -> PrinterStatus:
        """How the printer stands; `busy` while a slip is being printed."""
        try:
            find_fonts(self._font_folder)
        except FontMissing as error:
            return PrinterStatus("error", detail=str(error))
        if not self._lock.acquire(timeout=0):
            return PrinterStatus("busy")
        try:
            self._open()
            return self._asked() or PrinterStatus("ok", detail="the printer gives no answers")
        except WireGone as gone:
            self._wire.close()
            return PrinterStatus(_state(gone), detail=str(gone))
        finally:
            self._wire.rest()
            self._lock.release()

    def close(self) -> None:
        """Let the device go."""
        with self._lock:
            self._wire.close()

    def _print(self, data: bytes) -> PrintOutcome:
        try:
            self._open()
            before = self._asked()
        except WireGone as gone:
            self._wire.close()
            return PrintOutcome(_state(gone), detail=str(gone))
        if before is not None and before.state != "ok":
            self._wire.rest()
            return PrintOutcome(before.state, detail=before.detail)
        try:
            self._wire.send(data)
            outcome = self._awaited(answers=before is not None)
        except WireGone as gone:
            self._wire.close()
            outcome = self._after_a_break(gone)
        if outcome.state not in ("ok", "unplugged"):
            self._drop()
        self._wire.rest()
        return outcome

    def _open(self) -> None:
        self._unread.clear()
        self._wire.open()

    def _asked(self) -> PrinterStatus | None:
        """The printer's own status, or None when it does not answer; what the kernel knows counts then."""
        answers: list[int] = []
        for question in _QUESTIONS:
            self._wire.send(question)
            answer = self._answer(commands.is_real_time_answer)
            if answer is None:
                if self._wire.out_of_paper():
                    return PrinterStatus("no_paper")
                return None
            answers.append(answer)
        return commands.read_status(*answers)

    def _answer(self, expected: Callable[[int], bool]) -> int | None:
        """The first byte of that form, from what came already or comes now. Others are kept, a few of them."""
        for last_look in (False, True):
            for index, byte in enumerate(self._unread):
                if expected(byte):
                    del self._unread[index]
                    return byte
            if not last_look:
                self._unread += self._wire.receive()
                del self._unread[:-64]
        return None

    def _awaited(self, *, answers: bool) -> PrintOutcome:
        """Wait until the slip is out, or something stands in its way."""
        if not answers:
            if self._wire.out_of_paper():
                return PrintOutcome("no_paper")
            return PrintOutcome("ok", detail="the printer gives no answers")
        self._wire.send(commands.ASK_IN_TURN)
        for _ in range(_PATIENCE):
            if self._answer(commands.is_answer_in_turn) is not None:
                return PrintOutcome("ok", confirmed=True)
            now = self._asked()
            if now is not None and now.state not in ("ok", "busy"):
                return PrintOutcome(now.state, detail=now.detail)
        return PrintOutcome("ok", detail="the printer did not tell the end")

    def _after_a_break(self, gone: WireGone) -> PrintOutcome:
        """The wire broke in the middle of a slip: ask over a new one what happened."""
        try:
            self._open()
            now = self._asked()
        except WireGone as still:
            self._wire.close()
            return PrintOutcome(_state(still), detail=str(gone))
        if now is None or now.state == "ok":
            return PrintOutcome("error", detail=str(gone))
        return PrintOutcome(now.state, detail=now.detail)

    def _drop(self) -> None:
        try:
            self._wire.open()
            self._wire.send(commands.CLEAR_BUFFERS)
        except WireGone:
            self._wire.close()  # it comes back with an empty memory, or its half slip is past our reach


def _state(gone: WireGone) -> PrinterState:
    return "error" if isinstance(gone, WireStuck) else "unplugged"
