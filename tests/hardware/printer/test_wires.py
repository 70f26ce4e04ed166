"""Real bytes over a TCP socket, a USB bus and a device file, with the simulated machine at the other end."""

from __future__ import annotations

import array
import errno
import os
import pty
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import usb.backend
import usb.core
import usb.util
from PIL import Image

from hardware.ports import Slip
from hardware.printer import open_printer
from hardware.printer.device import EscPosPrinter
from hardware.printer.simulated import TicketMachine
from hardware.printer.wires import FileWire, NetworkWire, UsbWire, WireGone
from tests.hardware.printer.paper import DIGITS, SLIP, WIDTH_80_MM, scanned, stands_on


@dataclass
class Machine:
    """A machine with the paper that came out of it; `lock` guards both, since it works in another thread."""

    papers: list[Image.Image] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.ticket = TicketMachine(WIDTH_80_MM, self.papers.append)

    def feed(self, data: bytes) -> bytes:
        with self.lock:
            return self.ticket.feed(data)


@pytest.fixture
def machine() -> Machine:
    """A machine with a full roll."""
    return Machine()


def check_the_paper(machine: Machine, folder: Path) -> None:
    """One slip came out, its QR reads, and its letters are right."""
    (paper,) = machine.papers
    paper.save(folder / "paper.png")
    assert scanned(folder / "paper.png") == DIGITS
    assert stands_on(paper, "Şəxsiyyət vəsiqəsi", 28, bold=True)
    assert stands_on(paper, "Be sure to bring the order code", 24)
    assert machine.ticket.asked_inside_data == 0


class NetworkPrinter:
    """A printer at a TCP port, which takes one connection at a time, as real ones do."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.hangs_up_after: int | None = None
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            taken = 0
            with line:
                while data := line.recv(4096):
                    taken += len(data)
                    if self.hangs_up_after is not None and taken > self.hangs_up_after:
                        self.hangs_up_after = None
                        break
                    answer = self._machine.feed(data)
                    if answer:
                        line.sendall(answer)

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(60)


@pytest.fixture
def network(machine: Machine) -> Iterator[NetworkPrinter]:
    """The machine behind a TCP port."""
    printer = NetworkPrinter(machine)
    yield printer
    printer.close()


def test_a_slip_over_the_network(network: NetworkPrinter, machine: Machine, tmp_path: Path) -> None:
    """The printer tells itself that the slip is out, and the line is free for another station."""
    printer = open_printer("network", f"127.0.0.1:{network.port}", WIDTH_80_MM, tmp_path)
    assert printer is not None
    assert printer.status().state == "ok"
    outcome = printer.print_slip(SLIP)
    printer.close()
    assert outcome.printed
    assert outcome.confirmed
    check_the_paper(machine, tmp_path)
    assert network.connections == 2


@pytest.mark.parametrize("fault", ["paper", "cover"])
def test_faults_over_the_network(network: NetworkPrinter, machine: Machine, fault: str) -> None:
    """Before a slip: nothing is sent, and the reason is told; after the mending it prints."""
    printer = EscPosPrinter(NetworkWire("127.0.0.1", network.port), WIDTH_80_MM)
    expected = "no_paper" if fault == "paper" else "cover_open"
    with machine.lock:
        machine.ticket.cover_open = fault == "cover"
        machine.ticket.paper_rows = 0 if fault == "paper" else None
    assert printer.status().state == expected
    assert printer.print_slip(SLIP).state == expected
    with machine.lock:
        assert machine.ticket.unprinted == 0
        machine.ticket.cover_open = False
        machine.ticket.new_roll()
    assert printer.print_slip(SLIP).printed
    assert len(machine.papers) == 1


def test_paper_that_ends_in_the_middle_of_a_slip(network: NetworkPrinter, machine: Machine) -> None:
    """Told, and the rest of the slip is dropped: it does not come out for the next person."""
    printer = EscPosPrinter(NetworkWire("127.0.0.1", network.port), WIDTH_80_MM)
    with machine.lock:
        machine.ticket.paper_rows = 400
    assert printer.print_slip(SLIP).state == "no_paper"
    with machine.lock:
        machine.ticket.new_roll()
    assert printer.status().state == "ok"
    with machine.lock:
        machine.ticket.work()
        assert not machine.papers
        assert machine.ticket.unprinted == 0


def test_a_line_that_breaks_in_the_middle_of_a_slip(network: NetworkPrinter) -> None:
    """It is no printed slip, although the printer is well when it is asked again."""
    network.hangs_up_after = 2000
    printer = EscPosPrinter(NetworkWire("127.0.0.1", network.port), WIDTH_80_MM)
    assert printer.print_slip(SLIP).state == "error"
    assert printer.print_slip(SLIP).printed


def test_nobody_at_the_address(machine: Machine) -> None:
    """Unplugged: told within the time limit."""
    printer = NetworkPrinter(machine)
    printer.close()
    away = EscPosPrinter(NetworkWire("127.0.0.1", printer.port), WIDTH_80_MM)
    assert away.print_slip(SLIP).state == "unplugged"
    assert away.status().state == "unplugged"


def test_a_printer_that_takes_no_more_data() -> None:
    """Its buffer is full and it says nothing: the send ends at its time limit, and the citizen is told."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # It answers the four questions of one line, and then neither reads nor speaks.
        def answer_and_stall() -> None:
            line, _ = door.accept()
            lines.append(line)
            for _ in range(4):
                line.recv(3)
                line.sendall(b"\x12")

        lines: list[socket.socket] = []
        thread = threading.Thread(target=answer_and_stall)
        thread.start()
        wire = NetworkWire("127.0.0.1", door.getsockname()[1], send_seconds=0.2, answer_seconds=0.2)
        outcome = EscPosPrinter(wire, WIDTH_80_MM).print_slip(Slip(SLIP.parts * 100))
        thread.join(60)
        for line in lines:
            line.close()
    assert outcome.state == "error"
    assert outcome.detail == "the printer takes no more data"


class DeviceFile:
    """The machine behind a device file that talks back: the far end of a pseudo terminal."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._near, self._far = pty.openpty()
        tty.setraw(self._near)
        tty.setraw(self._far)
        self.path = Path(os.ttyname(self._far))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self._near, 4096)
            except OSError as error:
                assert error.errno == errno.EIO  # the far end was closed
                return
            answer = self._machine.feed(data)
            if answer:
                os.write(self._near, answer)

    def close(self) -> None:
        os.close(self._far)
        self._thread.join(60)
        os.close(self._near)


@pytest.fixture
def device_file(machine: Machine) -> Iterator[DeviceFile]:
    """The machine behind a device file."""
    device = DeviceFile(machine)
    yield device
    device.close()


def test_a_slip_through_a_device_file(device_file: DeviceFile, machine: Machine, tmp_path: Path) -> None:
    """A file such as /dev/usb/lp0, over which the printer answers."""
    printer = open_printer("file", str(device_file.path), WIDTH_80_MM, tmp_path)
    assert printer is not None
    assert printer.status().state == "ok"
    assert printer.print_slip(SLIP).confirmed
    check_the_paper(machine, tmp_path)
    with machine.lock:
        machine.ticket.cover_open = True
    assert printer.print_slip(SLIP).state == "cover_open"


def test_a_missing_device_file_is_not_made(tmp_path: Path) -> None:
    """Unplugged: no plain file grows in the printer's place and swallows slips."""
    printer = EscPosPrinter(FileWire(tmp_path / "lp0"), WIDTH_80_MM)
    assert printer.print_slip(SLIP).state == "unplugged"
    assert printer.status().state == "unplugged"
    assert not list(tmp_path.iterdir())


def test_a_pipe_nobody_reads(tmp_path: Path) -> None:
    """The spooler behind a pipe is gone: told at once, not waited for."""
    os.mkfifo(tmp_path / "pipe")
    outcome = EscPosPrinter(FileWire(tmp_path / "pipe"), WIDTH_80_MM).print_slip(SLIP)
    assert (outcome.state, outcome.detail) == ("unplugged", "the printer is not plugged in")


def test_a_file_that_takes_no_more_data(tmp_path: Path) -> None:
    """Out of paper, a kernel driver blocks whoever writes: here the time limit ends it."""
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = EscPosPrinter(FileWire(tmp_path / "pipe", send_seconds=0.05), WIDTH_80_MM).print_slip(
            Slip(SLIP.parts * 10)
        )
    finally:
        os.close(reader)
    assert (outcome.state, outcome.detail) == ("error", "the printer takes no more data")


@pytest.mark.parametrize(("bits", "no_paper"), [(0x18, False), (0x38, True), (0x10, True)])
def test_what_the_kernel_says_of_the_paper(
    device_file: DeviceFile, monkeypatch: pytest.MonkeyPatch, bits: int, no_paper: bool
) -> None:
    """LPGETSTATUS: 0x20 is paper out, a missing 0x08 is a fault; 0x18 is well."""

    def ioctl(descriptor: int, request: int, answer: bytearray) -> int:
        answer[0] = bits
        return 0

    wire = FileWire(device_file.path)
    wire.open()
    assert wire.out_of_paper() is None, "a terminal has no such driver"
    monkeypatch.setattr("fcntl.ioctl", ioctl)
    assert wire.out_of_paper() is no_paper
    wire.close()


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]
    """A USB bus with a mouse and the machine on it, under the very library that talks to libusb."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine
        self.answers = bytearray()
        self.plugged_in = True
        self.error: int | None = None
        self.takes_data = True
        self.opened = 0

    def enumerate_devices(self) -> Iterator[str]:
        """A mouse, and the printer while it is plugged in."""
        yield "mouse"
        if self.plugged_in:
            yield "printer"

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=0x04B8 if dev == "printer" else 0x046D,
            idProduct=0x0E15 if dev == "printer" else 0xC077,
            bcdDevice=0x100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=2 if dev == "printer" else 1,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=array.array("B"),
        )

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=2 if dev == "printer" else 1,
            bInterfaceClass=7 if dev == "printer" else 3,
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=array.array("B"),
        )

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        ends = ((0x03, 2), (0x84, 2)) if dev == "printer" else ((0x81, 3),)
        address, kind = ends[ep]
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=address,
            bmAttributes=kind,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=array.array("B"),
        )

    def open_device(self, dev: str) -> str:
        if self.error is not None:
            raise usb.core.USBError("refused", errno=self.error)
        self.opened += 1
        return dev

    def close_device(self, dev_handle: str) -> None: ...
    def set_configuration(self, dev_handle: str, config_value: int) -> None: ...
    def get_configuration(self, dev_handle: str) -> int:
        return 1

    def claim_interface(self, dev_handle: str, intf: int) -> None: ...
    def release_interface(self, dev_handle: str, intf: int) -> None: ...
    def reset_device(self, dev_handle: str) -> None: ...
    def is_kernel_driver_active(self, dev_handle: str, intf: int) -> bool:
        return False

    def bulk_write(self, dev_handle: str, ep: int, intf: int, data: array.array[int], timeout: int) -> int:
        self._check(ep, 0x03)
        if not self.takes_data and len(data) > 100:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        self.answers += self.machine.feed(data.tobytes())
        return len(data)

    def bulk_read(self, dev_handle: str, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        self._check(ep, 0x84)
        if not self.answers:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        answer = bytes(self.answers[: len(buff)])
        del self.answers[: len(answer)]
        buff[: len(answer)] = array.array("B", answer)
        return len(answer)

    def _check(self, endpoint: int, expected: int) -> None:
        assert endpoint == expected
        if not self.plugged_in:
            raise usb.core.USBError("gone", errno=errno.ENODEV)


@pytest.fixture
def bus(machine: Machine) -> UsbBus:
    """The machine on a USB bus."""
    return UsbBus(machine)


UsbOf = Callable[[UsbBus], UsbWire]


@pytest.mark.parametrize(
    "wire", [lambda bus: UsbWire(backend=bus), lambda bus: UsbWire(0x04B8, 0x0E15, backend=bus)], ids=["found", "named"]
)
def test_a_slip_over_usb(bus: UsbBus, machine: Machine, wire: UsbOf, tmp_path: Path) -> None:
    """By its numbers, or the first printer found; over its own endpoints, opened at the first use only."""
    printer = EscPosPrinter(wire(bus), WIDTH_80_MM)
    assert printer.status().state == "ok"
    opened = bus.opened
    assert printer.print_slip(SLIP).confirmed
    check_the_paper(machine, tmp_path)
    machine.ticket.paper_rows = 0
    assert printer.print_slip(SLIP).state == "no_paper"
    assert bus.opened == opened
    printer.close()


def test_a_usb_printer_that_is_pulled_out_and_put_back(bus: UsbBus, machine: Machine) -> None:
    """Unplugged is told, and a plugged-in one needs no restart."""
    printer = EscPosPrinter(UsbWire(backend=bus), WIDTH_80_MM)
    assert printer.print_slip(SLIP).printed
    bus.plugged_in = False
    assert printer.status().state == "unplugged"
    outcome = printer.print_slip(SLIP)
    assert (outcome.state, outcome.detail) == ("unplugged", "no USB printer is plugged in")
    bus.plugged_in = True
    assert printer.print_slip(SLIP).printed
    assert len(machine.papers) == 2
    printer.close()


def test_a_usb_printer_that_takes_no_more_data(bus: UsbBus, machine: Machine) -> None:
    """The reason is asked for, and the slip is dropped."""
    bus.takes_data = False
    printer = EscPosPrinter(UsbWire(backend=bus), WIDTH_80_MM)
    outcome = printer.print_slip(SLIP)
    assert (outcome.state, outcome.detail) == ("error", "the printer takes no more data")
    assert machine.ticket.unprinted == 0
    printer.close()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY])
def test_a_usb_printer_that_may_not_be_used(bus: UsbBus, number: int) -> None:
    """Rights or another program: a technician's matter, and nothing is raised into the face."""
    bus.error = number
    outcome = EscPosPrinter(UsbWire(backend=bus), WIDTH_80_MM).print_slip(SLIP)
    assert outcome.state == "unplugged"
    assert outcome.detail


def test_a_machine_without_usb(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's library is missing: its package is named."""

    def no_backend(**_search: object) -> None:
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(usb.core, "find", no_backend)
    with pytest.raises(WireGone, match=r"libusb-1\.0-0"):
        UsbWire().open()
