"""Simulated readers that write down what they tell."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hardware.readers import ReaderEvent
from hardware.simulated.service import SimulatedService

_PATIENCE = 60.0


@dataclass
class Told:
    """A started service and its events in order. Waiting for one that does not come fails after a minute."""

    service: SimulatedService
    events: queue.SimpleQueue[ReaderEvent] = field(default_factory=queue.SimpleQueue)

    def next(self) -> ReaderEvent:
        """The next event, when it is there."""
        return self.events.get(timeout=_PATIENCE)

    def take(self, count: int) -> list[ReaderEvent]:
        """The next few."""
        return [self.next() for _ in range(count)]

    def nothing_more(self) -> bool:
        """Whether all that happened was taken; only after `stop` is that sure."""
        return self.events.empty()


@contextmanager
def readers(count: int = 1, *, listen_at: Path | None = None) -> Iterator[Told]:
    """Started simulated readers, their first events taken."""
    service = SimulatedService(count, listen_at=listen_at)
    told = Told(service)
    service.start(told.events.put)
    try:
        told.take(1 + count)
        yield told
    finally:
        service.stop()
