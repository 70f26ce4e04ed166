"""A reader service without readers: cards are put in and pulled out by calls, or by another process over a socket.

It behaves as the real one does (`hardware.pcsc`): the same events in the same order, the same errors with the same
codes, exclusive links, a new insertion number at each insertion.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import CardBusy, CardError, CardGone, CardMute, CardWasReset, ReaderGone, ServiceDown
from hardware.readers import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderCondition,
    ReaderEvent,
    ReaderRemoved,
    ServiceCondition,
    ServiceStarted,
    ServiceStopped,
)
from hardware.simulated.faults import CardPulled, CardSilent
from hardware.simulated.link import BUSY, NO_READER, NO_SERVICE, REMOVED, RESET, UNRESPONSIVE, SimulatedLink
from hardware.simulated.slot import Door, InsertableCard

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Slot:
    """One reader and what is in it."""

    name: str
    plugged: bool = True
    card: InsertableCard | None = None
    insertion: int | None = None
    mute: bool = False
    link: SimulatedLink | None = None
    held: bool = False


class SimulatedService:
    """Simulated readers (`hardware.readers.ReaderService`).

    Args:
        readers: how many there are.
        listen_at: a Unix socket on which other processes put cards in; None: none. A socket left over is replaced; one
            that another process listens on is left to it.
        insertions: where insertion numbers come from, when they are shared with another service.
    """

    def __init__(
        self, readers: int = 1, *, listen_at: Path | None = None, insertions: Iterator[int] | None = None
    ) -> None:
        self._slots = [_Slot(f"Simulated reader {number}") for number in range(1, readers + 1)]
        self._listen_at = listen_at
        self._door: Door | None = None
        self._insertions = insertions if insertions is not None else itertools.count(1)
        self._lock = threading.RLock()
        self._events: queue.SimpleQueue[ReaderEvent | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._up = False
        self._running = False

    def start(self, post: Callable[[ReaderEvent], None]) -> None:
        """Begin; readers and the cards in them are told first."""
        with self._lock:
            if self._running:
                return
            self._running = self._up = True
            self._events = queue.SimpleQueue()
            self._thread = threading.Thread(
                target=self._tell, args=(self._events, post), name="simulated-readers", daemon=True
            )
            self._thread.start()
            self._appear()
        if self._listen_at is not None:
            self._door = Door(self._listen_at, self._take_in, self._leave)
            try:
                self._door.open()
            except OSError as error:
                _log.warning("no other process can put cards in: %s", error.strerror or "the socket's path is too long")

    def stop(self) -> None:
        """Let everything go; nothing more is told."""
        with self._lock:
            if not self._running:
                return
            self._running = self._up = False
            for slot in self._slots:
                self._cut(slot, ServiceDown(NO_SERVICE))
                if slot.card is not None:
                    slot.card.power_off()
            thread, self._thread = self._thread, None
            door, self._door = self._door, None
            self._events.put(None)
        if door is not None:
            door.close()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def restart(self) -> None:
        """Begin anew: everything is reported gone and found again."""
        self.stop_service()
        self.start_service()

    def condition(self) -> ServiceCondition:
        """How it stands."""
        with self._lock:
            readers = tuple(
                ReaderCondition(
                    slot.name,
                    slot.insertion,
                    slot.card.atr if slot.card is not None and not slot.mute else b"",
                    slot.mute,
                    False if slot.card is not None else None,
                )
                for slot in self._slots
                if slot.plugged
            )
            return ServiceCondition(
                "simulated", self._up, readers if self._up else (), None if self._up else ServiceDown.error
            )

    def connect(self, insertion: int) -> SimulatedLink:
        """Reach a card alone.

        Raises:
            CardGone, CardBusy, CardMute, ReaderGone, ServiceDown: as over PC/SC.
        """
        with self._lock:
            if not self._up:
                raise ServiceDown(NO_SERVICE)
            slot = next((one for one in self._slots if one.insertion == insertion), None)
            if slot is None or slot.card is None:
                raise CardGone(REMOVED)
            if slot.link is not None or slot.held:
                raise CardBusy(BUSY)
            try:
                slot.card.reset()
            except CardSilent:
                raise CardMute(UNRESPONSIVE) from None
            except CardPulled:
                raise CardGone(REMOVED) from None
            slot.link = SimulatedLink(slot.name, insertion, slot.card, self._unlink, self._pulled)
            return slot.link

    def insert(self, card: InsertableCard, reader: int = 1) -> int | None:
        """Put a card into a reader (numbered from 1); one that is in it is pulled out first.

        Returns:
            the insertion's number; None while the reader or the service is away, when it is told later.
        """
        with self._lock:
            slot = self._slots[reader - 1]
            if slot.card is not None:
                self._take_out(slot)
            slot.card = card
            self._notice(slot)
            return slot.insertion

    def remove(self, reader: int = 1) -> None:
        """Pull the card out of a reader; nothing where there is none."""
        with self._lock:
            self._take_out(self._slots[reader - 1])

    def unplug(self, reader: int = 1) -> None:
        """Pull the reader's plug. The card stays in it."""
        with self._lock:
            slot = self._slots[reader - 1]
            if slot.plugged:
                self._vanish(slot, ReaderGone(NO_READER))
                slot.plugged = False

    def plug(self, reader: int = 1) -> None:
        """Plug the reader in again; a card in it is a new insertion."""
        with self._lock:
            slot = self._slots[reader - 1]
            if not slot.plugged:
                slot.plugged = True
                self._show(slot)

    def stop_service(self) -> None:
        """The service dies, as when pcscd is killed."""
        with self._lock:
            if not self._up:
                return
            for slot in self._slots:
                if slot.plugged:
                    self._vanish(slot, ServiceDown(NO_SERVICE))
            self._up = False
            self._events.put(ServiceStopped("simulated", ServiceDown.error))

    def start_service(self) -> None:
        """The service is back."""
        with self._lock:
            if self._running and not self._up:
                self._up = True
                self._appear()

    def hold(self, reader: int = 1) -> None:
        """Another program takes the card in that reader for itself, until `let_go`."""
        with self._lock:
            self._slots[reader - 1].held = True

    def let_go(self, reader: int = 1) -> None:
        """The other program lets it go."""
        with self._lock:
            self._slots[reader - 1].held = False

    def reset_by_other(self, reader: int = 1) -> None:
        """Another program resets the card: the link to it is dead from now on."""
        with self._lock:
            slot = self._slots[reader - 1]
            if slot.card is not None:
                with contextlib.suppress(CardSilent, CardPulled):
                    slot.card.reset()
            self._cut(slot, CardWasReset(RESET))

    def _appear(self) -> None:
        self._events.put(ServiceStarted("simulated"))
        for slot in self._slots:
            if slot.plugged:
                self._show(slot)

    def _show(self, slot: _Slot) -> None:
        if self._up:
            self._events.put(ReaderAdded(slot.name))
            self._notice(slot)

    def _notice(self, slot: _Slot) -> None:
        """Tell of the card in a reader, when somebody can see it."""
        if not self._up or not slot.plugged or slot.card is None:
            return
        slot.insertion = next(self._insertions)
        try:
            atr = slot.card.power_on()
        except (CardSilent, CardPulled):
            atr = b""
        slot.mute = not atr
        self._events.put(CardInserted(slot.name, slot.insertion, atr, slot.mute))

    def _vanish(self, slot: _Slot, why: CardError) -> None:
        """The reader is gone for whoever looks; its card before it."""
        if not self._up:
            return
        self._lose(slot, why)
        self._events.put(ReaderRemoved(slot.name))

    def _lose(self, slot: _Slot, why: CardError) -> None:
        self._cut(slot, why)
        if slot.insertion is not None:
            self._events.put(CardRemoved(slot.name, slot.insertion))
            slot.insertion = None
        if slot.card is not None:
            slot.card.power_off()

    def _take_out(self, slot: _Slot) -> None:
        self._lose(slot, CardGone(REMOVED))
        card, slot.card, slot.held, slot.mute = slot.card, None, False, False
        if card is not None:
            card.taken_out()

    def _cut(self, slot: _Slot, why: CardError) -> None:
        if slot.link is not None:
            slot.link.cut(why)
            slot.link = None

    def _unlink(self, link: SimulatedLink) -> None:
        with self._lock:
            for slot in self._slots:
                if slot.link is link:
                    slot.link = None

    def _pulled(self, link: SimulatedLink) -> None:
        """The card left in the middle of a command."""
        with self._lock:
            for slot in self._slots:
                if slot.link is link:
                    self._take_out(slot)

    def _take_in(self, card: InsertableCard) -> bool:
        """Somebody outside puts a card in. False: no reader is free."""
        with self._lock:
            for number, slot in enumerate(self._slots, 1):
                if slot.card is None:
                    self.insert(card, number)
                    return True
            return False

    def _leave(self, card: InsertableCard) -> None:
        with self._lock:
            for slot in self._slots:
                if slot.card is card:
                    self._take_out(slot)

    @staticmethod
    def _tell(events: queue.SimpleQueue[ReaderEvent | None], post: Callable[[ReaderEvent], None]) -> None:
        while (event := events.get()) is not None:
            post(event)
