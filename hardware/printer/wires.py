"""The ways to a printer: network, USB, device file. Bytes out, answers in, each with a time limit.

A wire knows nothing of slips. What it cannot do it says with `WireGone`, in words for technicians.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
import stat
from pathlib import Path
from typing import Any, Final, Protocol

from hardware.printer.commands import escpos

_PRINTER_CLASS: Final = 7
_LPGETSTATUS: Final = 0x060B
"""The question of Linux's printer drivers (linux/lp.h); one byte, as on a parallel port."""
_LP_NO_PAPER: Final = 0x20
_LP_NO_FAULT: Final = 0x08


class WireGone(Exception):
    """There is no printer at the other end, or not any more. The text is for technicians."""


class WireStuck(WireGone):
    """There is one, but it takes no more data."""


class Wire(Protocol):
    """A way to a printer."""

    def open(self) -> None:
        """Connect, unless connected.

        Raises:
            WireGone: no printer there.
        """

    def send(self, data: bytes) -> None:
        """Hand bytes over.

        Raises:
            WireStuck: the printer took no more for too long.
            WireGone: it went away.
        """

    def receive(self) -> bytes:
        """What the printer answered, or nothing when it says nothing for a second.

        Raises:
            WireGone: the printer went away.
        """

    def out_of_paper(self) -> bool | None:
        """What the kernel's driver says of the paper; None when it says nothing. The wire is open."""

    def rest(self) -> None:
        """A job or a question is over: keep the connection or end it, as suits the wire."""

    def close(self) -> None:
        """End the connection; harmless when there is none."""


class NetworkWire:
    """A printer at a TCP port, usually 9100. The connection ends after each use: such printers take one at a time."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connect_seconds: float = 3.0,
        send_seconds: float = 10.0,
        answer_seconds: float = 1.0,
    ) -> None:
        self._host = host
        self._port = port
        self._connect_seconds = connect_seconds
        self._send_seconds = send_seconds
        self._answer_seconds = answer_seconds
        self._printer: Any = None

    def open(self) -> None:
        """Connect. Raises WireGone."""
        if self._printer is not None:
            return
        printer = escpos().printer.Network(self._host, self._port)
        try:
            # Not by the library's open(), which knows no IPv6 and forgets the socket of a vain attempt.
            printer.device = socket.create_connection((self._host, self._port), self._connect_seconds)
        except OSError as error:
            raise WireGone(_words(error)) from None
        self._printer = printer

    def send(self, data: bytes) -> None:
        """Send all of `data`. Raises WireGone."""
        self._printer.device.settimeout(self._send_seconds)
        try:
            self._printer._raw(data)
        except TimeoutError:
            raise WireStuck("the printer takes no more data") from None
        except OSError as error:
            raise WireGone(_words(error)) from None

    def receive(self) -> bytes:
        """Up to 16 bytes, or none within the time limit. Raises WireGone."""
        self._printer.device.settimeout(self._answer_seconds)
        try:
            answer = bytes(self._printer._read())
        except TimeoutError:
            return b""
        except OSError as error:
            raise WireGone(_words(error)) from None
        if not answer:
            raise WireGone("the printer ended the connection")
        return answer

    def out_of_paper(self) -> bool | None:
        """Nothing: only the printer knows."""
        return None

    def rest(self) -> None:
        """End the connection, so that another station can print."""
        self.close()

    def close(self) -> None:
        """End the connection."""
        if self._printer is not None:
            self._printer.close()
            self._printer = None


class UsbWire:
    """A USB printer, by its vendor and product numbers, or the first device of the printer class when both are None.

    It stays open between uses, because opening resets the device. `backend` replaces libusb in tests.
    """

    def __init__(
        self,
        vendor: int | None = None,
        product: int | None = None,
        *,
        send_seconds: float = 10.0,
        answer_seconds: float = 1.0,
        backend: object = None,
    ) -> None:
        self._search: dict[str, Any] = {} if backend is None else {"backend": backend}
        if vendor is not None:
            self._search |= {"idVendor": vendor, "idProduct": product}
        self._send_seconds = send_seconds
        self._answer_seconds = answer_seconds
        self._printer: Any = None
        self._endpoint_in = 0

    def open(self) -> None:
        """Find the printer and claim it. Raises WireGone."""
        if self._printer is not None:
            return
        import usb.core

        library = escpos()
        try:
            device, into, out = self._found()
            exact = {key: value for key, value in self._search.items() if key == "backend"}
            exact["custom_match"] = lambda each: (each.bus, each.address) == (device.bus, device.address)
            printer = library.printer.Usb(
                usb_args=exact, timeout=round(self._send_seconds * 1000), in_ep=into, out_ep=out
            )
            printer.open()
        except usb.core.NoBackendError:
            raise WireGone("USB is not to be had (Debian: libusb-1.0-0)") from None
        except library.exceptions.DeviceNotFoundError:
            raise WireGone("the printer cannot be claimed") from None
        except usb.core.USBError as error:
            raise WireGone(_words(error)) from None
        self._printer = printer
        self._endpoint_in = into

    def _found(self) -> tuple[Any, int, int]:
        """The device with its bulk endpoints, in and out."""
        import usb.core
        import usb.util

        def is_printer(device: Any) -> bool:
            return any(
                usb.util.find_descriptor(configuration, bInterfaceClass=_PRINTER_CLASS) is not None
                for configuration in device
            )

        search = self._search if "idVendor" in self._search else self._search | {"custom_match": is_printer}
        device = usb.core.find(**search)
        if device is None:
            raise WireGone("no USB printer is plugged in")
        for interface in (interface for configuration in device for interface in configuration):
            ends = {
                usb.util.endpoint_direction(end.bEndpointAddress): end.bEndpointAddress
                for end in interface
                if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
            }
            if usb.util.ENDPOINT_IN in ends and usb.util.ENDPOINT_OUT in ends:
                return device, ends[usb.util.ENDPOINT_IN], ends[usb.util.ENDPOINT_OUT]
        raise WireGone("the USB device has no way in and out for data")

    def send(self, data: bytes) -> None:
        """Send all of `data`. Raises WireGone."""
        import usb.core

        try:
            self._printer._raw(data)
        except usb.core.USBTimeoutError:
            raise WireStuck("the printer takes no more data") from None
        except usb.core.USBError as error:
            raise WireGone(_words(error)) from None

    def receive(self) -> bytes:
        """Up to 16 bytes, or none within the time limit. Raises WireGone."""
        import usb.core

        try:
            return bytes(self._printer.device.read(self._endpoint_in, 16, round(self._answer_seconds * 1000)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise WireGone(_words(error)) from None

    def out_of_paper(self) -> bool | None:
        """Nothing: the kernel's driver has let the device go."""
        return None

    def rest(self) -> None:
        """Stay open."""

    def close(self) -> None:
        """Let the device go."""
        if self._printer is not None:
            self._printer.close()
            self._printer = None


class FileWire:
    """A printer behind a device file such as /dev/usb/lp0, or a plain pipe.

    Not python-escpos's own file printer: that one blocks for ever when the paper is out, and makes a plain file in the
    printer's place when it is unplugged.
    """

    def __init__(self, path: Path, *, send_seconds: float = 10.0, answer_seconds: float = 1.0) -> None:
        self._path = path
        self._send_seconds = send_seconds
        self._answer_seconds = answer_seconds
        self._descriptor = -1
        self._answers = False

    def open(self) -> None:
        """Open the file, which must be there. Raises WireGone."""
        if self._descriptor >= 0:
            return
        try:
            # A device talks back; a pipe opened for reading too would never miss its reader.
            self._answers = stat.S_ISCHR(self._path.stat().st_mode)
            access = os.O_RDWR if self._answers else os.O_WRONLY
            self._descriptor = os.open(self._path, access | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise WireGone(_words(error)) from None

    def send(self, data: bytes) -> None:
        """Send all of `data`, each piece within the time limit. Raises WireGone."""
        rest = memoryview(data)
        try:
            while rest:
                if not select.select((), (self._descriptor,), (), self._send_seconds)[1]:
                    raise WireStuck("the printer takes no more data")
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise WireGone(_words(error)) from None

    def receive(self) -> bytes:
        """Up to 16 bytes, or none within the time limit. Raises WireGone."""
        if not self._answers:
            return b""
        try:
            if not select.select((self._descriptor,), (), (), self._answer_seconds)[0]:
                return b""
            return os.read(self._descriptor, 16)
        except OSError as error:
            raise WireGone(_words(error)) from None

    def out_of_paper(self) -> bool | None:
        """What the kernel's printer driver says, where it is one."""
        bits = bytearray(4)
        try:
            fcntl.ioctl(self._descriptor, _LPGETSTATUS, bits)
        except OSError:
            return None
        return bool(bits[0] & _LP_NO_PAPER) or not bits[0] & _LP_NO_FAULT

    def rest(self) -> None:
        """Close the file, so that an unplugged printer is noticed at the next use."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _words(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return "the printer is not plugged in"
        case errno.EACCES | errno.EPERM:
            return "this user may not use the printer"
        case errno.EBUSY:
            return "another program uses the printer"
        case errno.ECONNREFUSED:
            return "the printer does not take the connection"
        case None:
            return f"the printer cannot be reached: {type(error).__name__}"
        case number:
            return f"the printer cannot be reached: {os.strerror(number)}"
