"""A ticket printer without a printer: it reads the ESC/POS bytes a real one would get, and keeps the paper as PNG.

It has a cover, a roll that can end in the middle of a slip, a buffer that waits while it is offline, and it answers
real-time questions as the real ones do, also those that only happen to stand inside a picture. What it does not know it
refuses loudly, so that a test sees a command no real printer was told about either.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hardware.printer.wires import WireGone

if TYPE_CHECKING:
    from PIL.Image import Image

_LINE_FEED: Final = 30  # rows a line, what ESC @ sets
_FAULT_FILE: Final = "fault"
FAULTS: Final = ("no_paper", "cover_open", "unplugged", "busy", "error")
"""The words that the file `fault` in the printer's folder may hold."""


class UnknownCommand(Exception):
    """The printer got bytes it has no meaning for; `str` shows them as hexadecimal digits."""


class TicketMachine:
    """The printer itself: bytes in, answers out, paper out of the slot.

    Args:
        width_dots: dots across the paper; a picture wider than that is an error here, not a cut-off slip.
        take: gets each piece of paper as it is cut.
    """

    def __init__(self, width_dots: int, take: Callable[[Image], None]) -> None:
        self._width_bytes = width_dots // 8
        self._take = take
        self._waiting = bytearray()
        self._real_time = bytearray()
        self._rows: list[bytes] = []
        self.cover_open = False
        self.broken = False
        self.feeding = False
        self.paper_rows: int | None = None
        """How many more rows the roll has; None is a full roll."""
        self.asked_inside_data = 0
        """How many real-time commands came as part of something else."""

    @property
    def offline(self) -> bool:
        """Whether it prints nothing now."""
        return self.cover_open or self.broken or self.feeding or self.paper_rows == 0

    def feed(self, data: bytes) -> bytes:
        """Take bytes; answers what the printer says to them, at once and in turn."""
        answers = bytearray()
        for byte in data:
            self._real_time.append(byte)
            del self._real_time[:-10]
            self._waiting.append(byte)
            answers += self._act_at_once()
        return bytes(answers + self.work())

    def work(self) -> bytes:
        """Print what waits, as far as it can; answers what was asked in turn."""
        answers = bytearray()
        while self._waiting and not self.offline:
            done, answer = self._one(bytes(self._waiting))
            if not done:
                break
            del self._waiting[:done]
            answers += answer
        return bytes(answers)

    def new_roll(self) -> None:
        """Somebody put a new roll in; what hung out of the slot went with the old one."""
        self.paper_rows = None
        self._rows = []

    @property
    def unprinted(self) -> int:
        """How many bytes wait for paper or for a closed cover."""
        return len(self._waiting)

    def _act_at_once(self) -> bytes:
        """The real-time commands: found wherever their bytes stand."""
        tail = bytes(self._real_time)
        if tail[-3:-1] == b"\x10\x04" and 1 <= tail[-1] <= 4:
            command, answer = tail[-3:], bytes((self._status(tail[-1]),))
        elif tail == b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08":
            command, answer = tail, b""
        else:
            return b""
        self._real_time.clear()
        if self._waiting == command or not self._inside_data(command):
            del self._waiting[-len(command) :]
        else:
            self.asked_inside_data += 1
        if not answer:
            self._waiting.clear()
        return answer

    def _inside_data(self, command: bytes) -> bool:
        """Whether the command's bytes are part of a picture that is still coming in.

        While offline, a whole job waits: its commands are stepped over to see where the last one ends.
        """
        rest = bytes(self._waiting[: -len(command)])
        while rest:
            length = _length(rest)
            if length is None or length > len(rest):
                return True
            rest = rest[length:]
        return False

    def _status(self, question: int) -> int:
        no_paper = self.paper_rows == 0
        match question:
            case 1:
                return 0b0001_0010 | self.offline << 3
            case 2:
                return 0b0001_0010 | self.cover_open << 2 | self.feeding << 3 | no_paper << 5 | self.broken << 6
            case 3:
                return 0b0001_0010 | self.broken << 3
            case _:
                return 0b0001_0010 | (0b0110_1100 if no_paper else 0)

    def _one(self, data: bytes) -> tuple[int, bytes]:
        """Do the first command; answers its length (0 while it is not whole) and what it says."""
        length = _length(data)
        if length is None or len(data) < length:
            return 0, b""
        match data[:2]:
            case b"\x1b@":
                pass
            case b"\x1bd":
                self._advance([bytes(self._width_bytes)] * (data[2] * _LINE_FEED))
            case b"\x1dv":
                width = data[4] | data[5] << 8
                if width > self._width_bytes:
                    raise UnknownCommand("a picture wider than the paper")
                rows = (data[start : start + width] for start in range(8, length, width))
                self._advance([row.ljust(self._width_bytes, b"\0") for row in rows])
            case b"\x1dV":
                self._cut()
            case b"\x1dr":
                return length, b"\0"
            case _:
                self._advance([bytes(self._width_bytes)] * _LINE_FEED)
        return length, b""

    def _advance(self, rows: list[bytes]) -> None:
        if self.paper_rows is not None:
            rows = rows[: self.paper_rows]
            self.paper_rows -= len(rows)
        self._rows += rows

    def _cut(self) -> None:
        from PIL import Image

        if self._rows:
            white = b"".join(self._rows).translate(bytes(range(255, -1, -1)))  # a set bit was black
            self._take(Image.frombytes("1", (self._width_bytes * 8, len(self._rows)), white))
        self._rows = []


def _length(data: bytes) -> int | None:
    """How many bytes the command at the start of `data` has; None while that cannot be told yet.

    Raises:
        UnknownCommand: it is none.
    """
    if data[0] == 0x0A:
        return 1
    if len(data) < 2:
        return None
    match data[:2]:
        case b"\x1b@":
            return 2
        case b"\x1bd" | b"\x1dr":
            return 3
        case b"\x1dV":
            if len(data) < 3:
                return None
            return 3 if data[2] in (0, 1, 48, 49) else 4
        case b"\x1dv":
            if len(data) < 8:
                return None
            return 8 + (data[4] | data[5] << 8) * (data[6] | data[7] << 8)
        case unknown:
            raise UnknownCommand(unknown.hex())


class SimulatedWire:
    """The way to a simulated printer: each slip becomes `slip-0001.png` and so on in its folder.

    A file `fault` in the folder, holding one of `FAULTS`, makes it fail that way for as long as it lies there.
    """

    def __init__(self, folder: Path, width_dots: int) -> None:
        self._folder = folder
        self.machine = TicketMachine(width_dots, self._keep)
        self._answers = bytearray()
        self._last_fault: str | None = None

    def open(self) -> None:
        """Look which fault is ordered. Raises WireGone for `unplugged`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._ordered_fault() == "unplugged":
            raise WireGone("the printer is not plugged in")

    def send(self, data: bytes) -> None:
        """Feed the machine, with the fault that is ordered now. Raises WireGone."""
        fault = self._ordered_fault()
        if fault == "unplugged":
            raise WireGone("the printer is not plugged in")
        machine = self.machine
        machine.cover_open, machine.broken = fault == "cover_open", fault == "error"
        machine.feeding = fault == "busy"
        if fault == "no_paper":
            machine.paper_rows = 0
        elif self._last_fault == "no_paper":
            machine.new_roll()
        self._last_fault = fault
        self._answers += machine.feed(data)

    def receive(self) -> bytes:
        """What the machine answered; a simulated silence takes no time."""
        answer = bytes(self._answers[:16])
        del self._answers[:16]
        return answer

    def out_of_paper(self) -> bool | None:
        """Nothing: there is no driver."""
        return None

    def rest(self) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to end."""

    def _ordered_fault(self) -> str | None:
        try:
            return (self._folder / _FAULT_FILE).read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def _keep(self, paper: Image) -> None:
        numbers = [int(path.stem.removeprefix("slip-")) for path in self._folder.glob("slip-[0-9]*.png")]
        path = self._folder / f"slip-{max(numbers, default=0) + 1:04}.png"
        path.touch(mode=0o600, exist_ok=False)
        paper.save(path, format="PNG")
