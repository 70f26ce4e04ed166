"""The bytes of a job, and what a printer's answers mean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from hardware.ports import PrinterState, PrinterStatus
from hardware.printer import commands
from hardware.printer.simulated import TicketMachine


def printed(picture: Image.Image) -> tuple[list[Image.Image], TicketMachine]:
    papers: list[Image.Image] = []
    machine = TicketMachine(picture.width, papers.append)
    machine.feed(commands.job(picture))
    return papers, machine


def test_a_job_prints_the_picture_dot_for_dot_and_cuts() -> None:
    """Also one that takes several raster commands; behind it the paper is fed past the cutter."""
    picture = Image.new("1", (96, 700), 1)
    for y in range(700):
        picture.putpixel((y % 96, y), 0)
    (paper,), machine = printed(picture)
    assert paper.crop((0, 0, 96, 700)).tobytes() == picture.tobytes()
    assert paper.crop((0, 700, *paper.size)).convert("L").getextrema() == (255, 255)
    assert paper.height - 700 >= 150
    assert machine.unprinted == 0


@pytest.mark.parametrize("trap", [b"\x10\x04\x01", b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"])
@pytest.mark.parametrize("shift", [0, 1, 11])
def test_no_picture_gives_orders(trap: bytes, shift: int) -> None:
    """Dots that read as a real-time command would be obeyed in the middle of the slip: one dot more prevents it."""
    black = (bytes(shift) + trap).ljust(12 * 8, b"\0")
    picture = Image.frombytes("1", (96, 8), bytes(255 - byte for byte in black))
    assert trap[:2] not in commands.job(picture)
    (paper,), machine = printed(picture)
    assert machine.asked_inside_data == 0
    more = [a ^ b for a, b in zip(paper.tobytes(), picture.tobytes(), strict=False)]
    assert sum(byte.bit_count() for byte in more) <= 2


def test_the_simulated_printer_falls_into_the_trap() -> None:
    """The test above could fail: without the dot the machine answers in the middle of the picture."""
    machine = TicketMachine(96, lambda paper: None)
    assert machine.feed(b"\x1dv0\x00\x0c\x00\x01\x00" + b"\x10\x04\x01".ljust(12, b"\0")) != b""
    assert machine.asked_inside_data == 1


@pytest.mark.parametrize(
    ("answers", "state", "low"),
    [
        ((0x12, 0x12, 0x12, 0x12), "ok", False),
        ((0x12, 0x12, 0x12, 0x1E), "ok", True),
        ((0x1A, 0x32, 0x12, 0x7E), "no_paper", True),
        ((0x12, 0x12, 0x12, 0x72), "no_paper", False),
        ((0x1A, 0x16, 0x12, 0x12), "cover_open", False),
        ((0x1A, 0x36, 0x12, 0x72), "cover_open", False),
        ((0x1A, 0x52, 0x1A, 0x12), "error", False),
        ((0x1A, 0x52, 0x32, 0x12), "error", False),
        ((0x1A, 0x1A, 0x12, 0x12), "busy", False),
        ((0x1A, 0x12, 0x12, 0x12), "busy", False),
    ],
)
def test_what_the_answers_mean(answers: tuple[int, int, int, int], state: PrinterState, low: bool) -> None:
    """The bits of DLE EOT 1 to 4, as the ESC/POS reference lists them."""
    status = commands.read_status(*answers)
    assert (status.state, status.paper_low) == (state, low)


def test_a_stuck_cutter_is_named() -> None:
    """A technician learns which fault it is."""
    assert commands.read_status(0x1A, 0x52, 0x1A, 0x12) == PrinterStatus("error", False, "the cutter is stuck")


def test_the_two_kinds_of_answers_are_told_apart() -> None:
    """No byte is both an answer at once and one in turn."""
    assert not [byte for byte in range(256) if commands.is_real_time_answer(byte) and commands.is_answer_in_turn(byte)]


@pytest.mark.parametrize(("mode", "width"), [("L", 96), ("1", 97)])
def test_only_black_and_white_in_whole_bytes(mode: str, width: int) -> None:
    """Greys would be dithered to dust, and an odd width would shift every row."""
    with pytest.raises(ValueError, match=r"black and white|multiple of 8"):
        commands.job(Image.new(mode, (width, 8)))


def test_the_library_writes_on_no_screen(tmp_path: Path) -> None:
    """Its import would put a log handler on stderr and leave a folder behind; a job would print on stdout."""
    program = (
        "import logging; from PIL import Image; from hardware.printer import commands;"
        "commands.job(Image.new('1', (96, 8), 1)); logging.info('x'); logging.warning('x');"
        "print([h for h in logging.getLogger().handlers if type(h) is not logging.NullHandler]);"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(commands.__file__).parents[2])},
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
    assert not list(tmp_path.iterdir())
