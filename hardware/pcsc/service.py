"""Real readers: the reader service as the rest of the product sees it.

PC/SC itself is called in a worker process (`hardware.pcsc.worker`). One thread of ours starts it, listens to it, posts
its news and kills it when it is silent for too long: then every card and reader is reported gone, and another worker is
started. Callers wait for nothing but the answer to their own request, which has a deadline.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from hardware.errors import AccessDenied, CardError, CardFault, CardGone, ReaderGone, ServiceDown
from hardware.pcsc import codes
from hardware.pcsc.link import Link
from hardware.pcsc.pin_pad import Abilities
from hardware.pcsc.process import WorkerProcess
from hardware.pcsc.protocol import Garbled, Kind, Message
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

_SHORTEST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
_STEADY_SECONDS: Final = 30.0
"""A worker that lived so long was no false start: the next pause is the shortest again."""
_START_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 0.25
_STOP_SECONDS: Final = 10.0
_FAULT_KEPT: Final = 200


def _utc_milliseconds() -> int:
    return time.time_ns() // 1_000_000


class _Request:
    """One request that waits for its answer."""

    __slots__ = ("answer", "deadline", "done", "number")

    def __init__(self, number: int, deadline: float) -> None:
        self.number = number
        self.deadline = deadline
        self.done = threading.Event()
        self.answer: Message | None = None


class PcscService:
    """A `hardware.readers.ReaderService` over PC/SC."""

    def __init__(
        self,
        only_reader: str = "",
        wait_seconds: float = 30.0,
        *,
        pin_pad: bool = True,
        quiet_seconds: float = 5.0,
        insertions: Iterator[int] | None = None,
        environment: Mapping[str, str] | None = None,
        now: Callable[[], int] = _utc_milliseconds,
    ) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            only_reader: use only readers whose name holds this, in capitals or not; empty: all.
            wait_seconds: how long a card or reader may work on one command before the worker counts as hung.
            pin_pad: use a reader's own pad where it has one.
            quiet_seconds: how long a worker without a request may say nothing before it counts as hung.
            insertions: where numbers of insertions come from; services that run side by side share one.
            environment: of the worker; this process's own when None.
            now: milliseconds of UTC.
        """
        self._only_reader = only_reader
        self._wait_seconds = wait_seconds
        self._pin_pad = pin_pad
        self._quiet_seconds = quiet_seconds
        self._insertions = insertions if insertions is not None else count(1)
        self._environment = environment
        self._now = now
        self._post: Callable[[ReaderEvent], None] = lambda event: None
        self._requests = count(1)
        self._turn = threading.Lock()  # one request at a time
        self._lock = threading.Lock()  # everything below
        self._worker: WorkerProcess | None = None
        self._request: _Request | None = None
        self._condition = ServiceCondition("pcsc", up=False)
        self._readers: dict[str, ReaderCondition] = {}
        self._pads: dict[str, Abilities | None] = {}
        self._thread: threading.Thread | None = None
        self._asked = threading.Event()  # restart
        self._ended = threading.Event()  # stop

    # What callers do

    def start(self, post: Callable[[ReaderEvent], None]) -> None:
        """See `hardware.readers.ReaderService.start`."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._ended.clear()
        self._post = post
        self._thread = threading.Thread(target=self._watch, name="pcsc", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """See `hardware.readers.ReaderService.stop`."""
        self._ended.set()
        self._asked.set()
        self._hang_up()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_SECONDS)

    def restart(self) -> None:
        """See `hardware.readers.ReaderService.restart`. Only asks for it: the events tell when it is done."""
        self._asked.set()
        self._hang_up()

    def condition(self) -> ServiceCondition:
        """See `hardware.readers.ReaderService.condition`."""
        with self._lock:
            return replace(self._condition, readers=tuple(self._readers.values()))

    def connect(self, insertion: int) -> Link:
        """See `hardware.readers.ReaderService.connect`."""
        with self._lock:
            worker, up, error = self._worker, self._condition.up, self._condition.error
            found = next((reader for reader in self._readers.values() if reader.insertion == insertion), None)
            card = None if worker is None else worker.cards.get(insertion)
        if found is None or worker is None or card is None:
            if up:
                raise CardGone
            raise AccessDenied if error == AccessDenied.error else ServiceDown

        def ask(message: Message, seconds: float) -> Message:
            return self._ask(worker, message, seconds)

        answer = ask(Message(Kind.CONNECT, code=card), 0.0)
        if answer.code != codes.SUCCESS:
            raise codes.failure(answer.code)
        link = Link(found.name, insertion, answer, ask)
        try:
            link.use_pad(self._pad_of(link))
        except CardError:
            link.close()
            raise
        return link

    def _pad_of(self, link: Link) -> Abilities | None:
        """What the link's reader can do with PINs; it is asked once while it is there."""
        with self._lock:
            known = link.reader in self._pads
        if not known:
            pad = link.look_for_pad() if self._pin_pad else None
            with self._lock:
                reader = self._readers.get(link.reader)
                if reader is None:
                    raise ReaderGone
                self._pads[link.reader] = pad
                self._readers[link.reader] = replace(reader, pin_pad=pad is not None)
        with self._lock:
            return self._pads.get(link.reader)

    def _ask(self, worker: WorkerProcess, message: Message, seconds: float) -> Message:
        """Send a request to that worker and wait for its answer, `seconds` longer than usual.

        Raises:
            ServiceDown: that worker is gone, or went instead of answering.
            CardFault: the request is longer than any card takes.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("who hears of a card must not reach for it in the same breath")
        with self._turn:
            request = _Request(next(self._requests), time.monotonic() + self._wait_seconds + seconds)
            message.number = request.number
            with self._lock:
                if self._worker is not worker:
                    raise ServiceDown
                self._request = request
            try:
                worker.send(message)
                request.done.wait()
            except Garbled:
                raise CardFault from None
            except OSError:
                raise ServiceDown from None
            finally:
                with self._lock:
                    self._request = None
        if request.answer is None:
            raise ServiceDown
        return request.answer

    def _hang_up(self) -> None:
        with self._lock:
            if self._worker is not None:
                self._worker.process.kill()

    # What the thread does

    def _watch(self) -> None:
        pause = _SHORTEST_PAUSE
        while not self._ended.is_set():
            self._asked.clear()
            began = time.monotonic()
            fault = self._employ()
            if self._asked.is_set():
                self._gone()
                continue
            self._note(fault, restarts=1)
            self._gone()
            if time.monotonic() - began > _STEADY_SECONDS:
                pause = _SHORTEST_PAUSE
            self._asked.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _employ(self) -> str:
        """Start a worker and listen to it until it ends; why it did."""
        try:
            worker = WorkerProcess(self._only_reader, os.environ if self._environment is None else self._environment)
        except OSError as error:
            return f"the worker process could not be started: {error.strerror}"
        try:
            with self._lock:
                if self._ended.is_set():
                    return "stopped"
                self._worker = worker
                self._asked.clear()  # it is the new beginning that somebody asked for meanwhile
            fault = self._listen(worker)
        except Exception as error:  # a mistake of ours must not end the watch, nor print on the terminal
            fault = f"listening failed: {type(error).__name__}"
        finally:
            with self._lock:
                self._worker, waiting = None, self._request
            worker.bury()
            if waiting is not None:
                waiting.done.set()
        return _with_words(f"{fault} ({worker.process.returncode})", worker)

    def _listen(self, worker: WorkerProcess) -> str:
        """Do what the worker's news ask for; why it is over."""
        poll = select.poll()
        poll.register(worker.line, select.POLLIN)
        poll.register(worker.output, select.POLLIN)
        while True:
            ready = poll.poll(_LOOK_SECONDS * 1000)
            if not ready and self._overdue(worker):
                return "the worker process did not answer in time and was ended"
            for number, _ in ready:
                if number == worker.line.fileno():
                    message = worker.receive()
                    if message is None:
                        return "the worker process ended"
                    self._hear(worker, message)
                elif not worker.read():
                    poll.unregister(number)

    def _overdue(self, worker: WorkerProcess) -> bool:
        with self._lock:
            request = self._request
        now = time.monotonic()
        if request is not None and not request.done.is_set():
            return now > request.deadline
        return now - worker.heard_at > (self._quiet_seconds if worker.spoke else _START_SECONDS)

    def _hear(self, worker: WorkerProcess, message: Message) -> None:
        kind = message.kind
        if kind is Kind.ANSWER:
            with self._lock:
                request = self._request
            if request is not None and request.number == message.number:
                request.answer = message
                request.done.set()
        elif kind is Kind.STARTED:
            with self._lock:
                self._condition = replace(self._condition, up=True, error=None)
            self._tell(ServiceStarted("pcsc"))
        elif kind is Kind.VERSION:
            with self._lock:
                self._condition = replace(self._condition, version=message.text or None)
        elif kind is Kind.STOPPED:
            worker.read()
            self._note(_with_words(f"{message.text}: {codes.name(message.code)}", worker))
            self._down(AccessDenied.error if message.extra else ServiceDown.error)
        elif kind is Kind.READER_IN:
            with self._lock:
                self._readers[message.text] = ReaderCondition(message.text)
            self._tell(ReaderAdded(message.text))
        elif kind is Kind.READER_OUT:
            self._lose_reader(message.text)
        elif kind is Kind.CARD_IN:
            self._find_card(worker, message)
        elif kind is Kind.CARD_OUT:
            self._lose_card(message.text)

    def _find_card(self, worker: WorkerProcess, message: Message) -> None:
        insertion, atr, mute = next(self._insertions), bytes(message.data), bool(message.extra)
        with self._lock:
            reader = self._readers.get(message.text, ReaderCondition(message.text))
            self._readers[message.text] = replace(reader, insertion=insertion, atr=atr, mute=mute)
            worker.cards[insertion] = message.number
        self._tell(CardInserted(message.text, insertion, atr, mute))

    def _lose_card(self, name: str) -> None:
        with self._lock:
            reader = self._readers.get(name)
            if reader is None or reader.insertion is None:
                return
            self._readers[name] = replace(reader, insertion=None, atr=b"", mute=False)
            if self._worker is not None:
                self._worker.cards.pop(reader.insertion, None)
        self._tell(CardRemoved(name, reader.insertion))

    def _lose_reader(self, name: str) -> None:
        self._lose_card(name)
        with self._lock:
            known = self._readers.pop(name, None)
            self._pads.pop(name, None)
        if known is not None:
            self._tell(ReaderRemoved(name))

    def _gone(self) -> None:
        """With the worker went every reader and card."""
        for name in list(self._readers):
            self._lose_reader(name)
        with self._lock:
            known = self._condition.error
        self._down(known or ServiceDown.error)

    def _down(self, error: str) -> None:
        with self._lock:
            before = self._condition
            self._condition = replace(before, up=False, error=error)
        if before.up or before.error != error:
            self._tell(ServiceStopped("pcsc", error))

    def _note(self, fault: str, restarts: int = 0) -> None:
        with self._lock:
            self._condition = replace(
                self._condition,
                last_fault=fault[:_FAULT_KEPT],
                last_fault_at=self._now(),
                restarts=self._condition.restarts + restarts,
            )

    def _tell(self, event: ReaderEvent) -> None:
        if self._ended.is_set():
            return
        try:
            self._post(event)
        except Exception as error:  # a listener's mistake must not end the watch, nor print on the terminal
            self._note(f"a listener failed: {type(error).__name__}")


def _with_words(fault: str, worker: WorkerProcess) -> str:
    words = worker.last_words()
    return f"{fault}: {words}" if words else fault
