"""The simulated printer, through the very code that drives a real one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from hardware.ports import PrinterState, PrinterStatus, Slip, SlipFact, SlipNumber
from hardware.printer import open_printer
from hardware.printer.device import EscPosPrinter
from hardware.printer.simulated import FAULTS, SimulatedWire, TicketMachine, UnknownCommand
from hardware.printer.wires import WireGone
from tests.hardware.printer.paper import DIGITS, SLIP, WIDTH_58_MM, WIDTH_80_MM, scanned, stands_on


@pytest.mark.parametrize("width", [WIDTH_80_MM, WIDTH_58_MM])
def test_the_paper_lies_in_the_folder(tmp_path: Path, width: int) -> None:
    """What would be on paper: the QR reads, every text stands there, and only its owner sees it (K6)."""
    folder = tmp_path / "paper"
    printer = open_printer("simulated", "", width, folder)
    assert printer is not None
    for _ in range(2):
        outcome = printer.print_slip(SLIP)
        assert outcome.printed
        assert outcome.confirmed
    printer.close()
    papers = sorted(folder.iterdir())
    assert [path.name for path in papers] == ["slip-0001.png", "slip-0002.png"]
    assert {path.stat().st_mode & 0o777 for path in papers} == {0o600}
    assert scanned(papers[0]) == DIGITS
    with Image.open(papers[1]) as paper:
        assert paper.width == width
        assert stands_on(paper, "Şəxsiyyət vəsiqəsi", 28, bold=True)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_ordered_fault_is_told_and_passes(tmp_path: Path, fault: PrinterState) -> None:
    """Paper out, cover open, unplugged: told by the question and by the attempt; afterwards it prints again."""
    printer = EscPosPrinter(SimulatedWire(tmp_path, WIDTH_80_MM), WIDTH_80_MM)
    (tmp_path / "fault").write_text(f"{fault}\n")
    assert printer.status().state == fault
    outcome = printer.print_slip(SLIP)
    assert (outcome.state, outcome.printed) == (fault, False)
    assert not list(tmp_path.glob("*.png"))
    (tmp_path / "fault").unlink()
    assert printer.status() == PrinterStatus("ok")
    assert printer.print_slip(SLIP).printed
    assert len(list(tmp_path.glob("*.png"))) == 1


def test_a_slip_that_ran_out_of_paper_does_not_come_out_later(tmp_path: Path) -> None:
    """K1: the half slip of one citizen is not finished in front of the next one, when the roll is changed."""
    wire = SimulatedWire(tmp_path, WIDTH_80_MM)
    printer = EscPosPrinter(wire, WIDTH_80_MM)
    wire.machine.paper_rows = 300
    assert printer.print_slip(Slip((*SLIP.parts, SlipFact("Ad", "Aygün Məmmədova")))).state == "no_paper"
    assert wire.machine.unprinted == 0
    wire.machine.new_roll()
    wire.machine.work()
    assert not list(tmp_path.glob("*.png"))
    assert printer.print_slip(Slip((SlipNumber("Talon", "A-018"),))).printed
    (only,) = tmp_path.glob("*.png")
    with Image.open(only) as paper:
        assert not stands_on(paper, "Aygün Məmmədova", 28, bold=True)


def test_without_that_order_it_would(tmp_path: Path) -> None:
    """The test above could fail: the machine does keep what it could not print."""
    papers: list[Image.Image] = []
    machine = TicketMachine(96, papers.append)
    machine.paper_rows = 5
    picture = b"\x1dv0\x00\x0c\x00\x08\x00" + bytes(96)
    machine.feed(b"\x1b@" + picture + picture + b"\x1dV\x00")
    assert machine.unprinted
    machine.new_roll()
    machine.work()
    assert len(papers) == 1


def test_one_slip_at_a_time(tmp_path: Path) -> None:
    """Two that print at once get two whole slips; who asks meanwhile hears that it is busy."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(SimulatedWire):
        def send(self, data: bytes) -> None:
            if len(data) > 100:
                begun.set()
                assert go_on.wait(60)
            super().send(data)

    printer = EscPosPrinter(Slow(tmp_path, WIDTH_80_MM), WIDTH_80_MM, busy_seconds=0)
    first = threading.Thread(target=printer.print_slip, args=(SLIP,))
    first.start()
    assert begun.wait(60)
    assert printer.status().state == "busy"
    assert printer.print_slip(SLIP).state == "busy"
    go_on.set()
    first.join(60)
    assert len(list(tmp_path.glob("*.png"))) == 1


def test_a_missing_font_is_an_error_of_the_printer(tmp_path: Path) -> None:
    """Nothing is raised into the face: the booking stands, and the technician reads what is missing."""
    printer = EscPosPrinter(SimulatedWire(tmp_path, WIDTH_80_MM), WIDTH_80_MM, font_folder=tmp_path)
    for told in (printer.print_slip(SLIP), printer.status()):
        assert told.state == "error"
        assert told.detail is not None
        assert "fonts-dejavu-core" in told.detail


@pytest.mark.parametrize("data", [b"\x1bZ", b"\x1d!\x00", b"hello", b"\xff\xff"])
def test_what_the_machine_does_not_know_it_refuses(data: bytes) -> None:
    """A command no real printer was told about is seen at once."""
    with pytest.raises(UnknownCommand):
        TicketMachine(96, lambda paper: None).feed(data)


def test_a_picture_wider_than_the_paper_is_refused() -> None:
    """A real printer would cut it off without a word."""
    with pytest.raises(UnknownCommand, match="wider"):
        TicketMachine(96, lambda paper: None).feed(b"\x1dv0\x00\x0d\x00\x01\x00" + bytes(13))


@dataclass
class Mute:
    """A printer that takes everything and says nothing, as cheap ones and print servers do."""

    no_paper: bool | None = None
    taken: int = 0

    def open(self) -> None: ...
    def rest(self) -> None: ...
    def close(self) -> None: ...

    def send(self, data: bytes) -> None:
        self.taken += len(data)

    def receive(self) -> bytes:
        return b""

    def out_of_paper(self) -> bool | None:
        return self.no_paper


def test_a_printer_that_gives_no_answers_still_prints() -> None:
    """Handed over and no fault seen is all that can be said of it, and that is said."""
    wire = Mute()
    printer = EscPosPrinter(wire, WIDTH_80_MM)
    outcome = printer.print_slip(SLIP)
    assert (outcome.state, outcome.confirmed) == ("ok", False)
    assert wire.taken > 10_000
    assert printer.status().detail == "the printer gives no answers"


def test_the_kernel_knows_of_paper_where_the_printer_is_mute() -> None:
    """A device file's driver reports paper out; then nothing is sent."""
    wire = Mute(no_paper=True)
    printer = EscPosPrinter(wire, WIDTH_80_MM)
    assert printer.print_slip(SLIP).state == "no_paper"
    assert printer.status().state == "no_paper"
    assert wire.taken < 20


def test_a_wire_that_breaks_in_the_middle_is_asked_again(tmp_path: Path) -> None:
    """Full because the paper ended, it takes no more: over a new connection it tells why, and the slip is dropped."""

    class Stuck(SimulatedWire):
        def send(self, data: bytes) -> None:
            if len(data) > 1000:
                self.machine.paper_rows = 10
                self.machine.feed(data[:5000])
                (tmp_path / "fault").write_text("no_paper")
                raise WireGone("the printer takes no more data")
            super().send(data)

    wire = Stuck(tmp_path, WIDTH_80_MM)
    assert EscPosPrinter(wire, WIDTH_80_MM).print_slip(SLIP).state == "no_paper"
    assert wire.machine.unprinted == 0


def test_a_wire_that_breaks_for_no_known_reason(tmp_path: Path) -> None:
    """It answers that all is well, but the slip did not go through: that is an error, not a printed slip."""

    class Flaky(SimulatedWire):
        def send(self, data: bytes) -> None:
            if len(data) > 1000:
                raise WireGone("the printer takes no more data")
            super().send(data)

    outcome = EscPosPrinter(Flaky(tmp_path, WIDTH_80_MM), WIDTH_80_MM).print_slip(SLIP)
    assert (outcome.state, outcome.detail) == ("error", "the printer takes no more data")


@pytest.mark.parametrize("width", [0, -8, 100])
def test_a_width_no_printer_has_is_refused(tmp_path: Path, width: int) -> None:
    """Dots come in bytes."""
    with pytest.raises(ValueError, match="multiple of 8"):
        open_printer("simulated", "", width, tmp_path)


@pytest.mark.parametrize(
    ("device", "address"),
    [
        ("network", ""),
        ("network", ":9100"),
        ("network", "h:x"),
        ("network", "h:0"),
        ("usb", "04b8"),
        ("usb", "x:y"),
        ("usb", "1:2:3"),
        ("file", ""),
        ("laser", ""),
    ],
)
def test_an_address_that_does_not_fit_is_refused(tmp_path: Path, device: str, address: str) -> None:
    """With words that say what is allowed, before anything is connected."""
    with pytest.raises(ValueError, match=r"printer"):
        open_printer(device, address, WIDTH_80_MM, tmp_path)


def test_no_printer_is_none(tmp_path: Path) -> None:
    """A station without a printer."""
    assert open_printer("none", "", WIDTH_80_MM, tmp_path) is None
