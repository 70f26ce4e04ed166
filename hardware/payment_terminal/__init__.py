"""Payment terminals: a port for whatever takes bank cards, and a simulated one for trials."""

from __future__ import annotations

from pathlib import Path

from hardware.payment_terminal.port import PaymentTerminal


def open_terminal(device: str, folder: Path) -> PaymentTerminal | None:
    """The payment terminal that the settings name; nothing is connected until the first use.

    Args:
        device: "none" or "simulated".
        folder: where the simulated terminal keeps what it took, and where a file `fault` orders its faults.

    Raises:
        ValueError: no such device.
    """
    match device:
        case "none":
            return None
        case "simulated":
            from hardware.payment_terminal.simulated import SimulatedTerminal

            return SimulatedTerminal(folder)
        case _:
            raise ValueError(f"no payment terminal {device!r}")
