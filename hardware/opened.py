"""Which readers a station has: real, simulated, or real as soon as one is found."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hardware.readers import ReaderService

if TYPE_CHECKING:
    from hardware.simulated.service import SimulatedService


@dataclass(frozen=True, slots=True)
class OpenedReaders:
    """A reader service, not yet started, and the simulated one in it, if there is one."""

    service: ReaderService
    simulated: SimulatedService | None


def open_readers(
    kind: Literal["simulated", "pcsc", "auto"],
    *,
    only_reader: str,
    pin_pad: bool,
    wait_seconds: float,
    socket: Path | None = None,
) -> OpenedReaders:
    """The readers that the settings name.

    Args:
        kind: "auto" is simulated until a real reader is found.
        only_reader: use only real readers whose name holds this; empty: all.
        pin_pad: whether a reader's own pad may take the PIN.
        wait_seconds: how long a card may work on one command before the worker counts as hung.
        socket: where the simulated reader takes cards from other processes; None: nowhere.
    """
    numbers = count(1)  # one row of insertion numbers for both services
    real: ReaderService | None = None
    if kind != "simulated":
        from hardware.pcsc.service import PcscService

        real = PcscService(only_reader=only_reader, pin_pad=pin_pad, wait_seconds=wait_seconds, insertions=numbers)
    if kind == "pcsc" and real is not None:
        return OpenedReaders(real, None)
    from hardware.simulated.service import SimulatedService

    simulated = SimulatedService(listen_at=socket, insertions=numbers)
    if real is None:
        return OpenedReaders(simulated, simulated)
    from hardware.either import EitherService

    return OpenedReaders(EitherService(real, simulated), simulated)
