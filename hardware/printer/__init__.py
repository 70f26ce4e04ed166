"""Ticket printers: ESC/POS over network, USB or a device file, and a simulated one that keeps its paper as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hardware.ports import PrinterPort

_DEFAULT_PORT: Final = 9100


def open_printer(device: str, address: str, width_dots: int, folder: Path) -> PrinterPort | None:
    """The printer that the settings name; nothing is connected until the first use.

    Args:
        device: "none", "simulated", "network", "usb" or "file".
        address: `HOST` or `HOST:PORT` for network; `VENDOR:PRODUCT` in hexadecimal for USB, or empty for the first
            printer found; the path for a file.
        width_dots: dots across the paper, a multiple of 8: 576 for 80 mm, 384 for 58 mm.
        folder: where the simulated printer keeps its paper.

    Raises:
        ValueError: the address or the width does not fit the device; the text says what is allowed.
    """
    from hardware.printer.device import EscPosPrinter
    from hardware.printer.wires import FileWire, NetworkWire, UsbWire, Wire

    wire: Wire
    match device:
        case "none":
            return None
        case "simulated":
            from hardware.printer.simulated import SimulatedWire

            wire = SimulatedWire(folder, width_dots)
        case "network":
            wire = NetworkWire(*_host_and_port(address))
        case "usb":
            wire = UsbWire(*_vendor_and_product(address))
        case "file":
            if not address:
                raise ValueError("a printer behind a file needs the file's path, such as /dev/usb/lp0")
            wire = FileWire(Path(address))
        case _:
            raise ValueError(f"no printer device {device!r}")
    return EscPosPrinter(wire, width_dots)


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.partition(":")
    if not host or (colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise ValueError(f"a network printer's address is HOST or HOST:PORT, not {address!r}")
    return host, int(port) if colon else _DEFAULT_PORT


def _vendor_and_product(address: str) -> tuple[int, int] | tuple[None, None]:
    if not address:
        return None, None
    try:
        vendor, product = (int(part, 16) for part in address.split(":"))
    except ValueError:
        raise ValueError(f"a USB printer's address is VENDOR:PRODUCT in hexadecimal, not {address!r}") from None
    return vendor, product
