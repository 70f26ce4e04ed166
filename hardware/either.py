"""Two reader services as one: the simulated one until a real reader is found, the real one from then on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hardware.errors import CardGone
from hardware.readers import (
    CardLink,
    CardRemoved,
    ReaderAdded,
    ReaderEvent,
    ReaderRemoved,
    ReaderService,
    ServiceCondition,
)


class EitherService:
    """`[cards] reader = "auto"`: real readers as soon as one is found, for good.

    Args:
        real: the service that counts from its first reader on.
        simulated: what stands in for it until then.
    """

    def __init__(self, real: ReaderService, simulated: ReaderService) -> None:
        self._real = real
        self._simulated = simulated
        self._found = False
        self._lock = threading.Lock()
        self._post: Callable[[ReaderEvent], None] = lambda _event: None

    @property
    def _used(self) -> ReaderService:
        return self._real if self._found else self._simulated

    def start(self, post: Callable[[ReaderEvent], None]) -> None:
        """Begin to watch both."""
        self._post = post
        self._simulated.start(self._from_simulated)
        self._real.start(self._from_real)

    def _from_simulated(self, event: ReaderEvent) -> None:
        with self._lock:
            if not self._found:
                self._post(event)

    def _from_real(self, event: ReaderEvent) -> None:
        if isinstance(event, ReaderAdded) and not self._found:
            with self._lock:
                self._found = True
            # what stood in is reported gone before the first real reader is told
            for reader in self._simulated.condition().readers:
                if reader.insertion is not None:
                    self._post(CardRemoved(reader.name, reader.insertion))
                self._post(ReaderRemoved(reader.name))
            self._simulated.stop()
        if self._found:
            self._post(event)

    def connect(self, insertion: int) -> CardLink:
        """Reach the card of that insertion, alone.

        Raises:
            CardGone: another card, or none, is there by now.
            CardError: whatever else keeps it away.
        """
        if insertion not in {reader.insertion for reader in self._used.condition().readers}:
            raise CardGone
        return self._used.connect(insertion)

    def condition(self) -> ServiceCondition:
        """How the one in use stands."""
        return self._used.condition()

    def restart(self) -> None:
        """Begin anew with the one in use."""
        self._used.restart()

    def stop(self) -> None:
        """Let both go."""
        self._simulated.stop()
        self._real.stop()
