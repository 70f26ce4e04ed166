"""The half of the worker that watches: context, readers, which card is in which, and which cards are held."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from itertools import count
from typing import Final, Literal

from hardware.pcsc import codes
from hardware.pcsc.calls import LEAVE_CARD, RESET_CARD, SCOPE_USER, Calls
from hardware.pcsc.protocol import Kind, Message, blank, pack
from hardware.pcsc.reader import UNAVAILABLE, UNAWARE, UNKNOWN, Reader

LOOK_SECONDS: Final = 0.025
LIST_SECONDS: Final = 0.25
_SETTLE_MILLISECONDS: Final = 1000
"""A card that was pulled is noticed by then: the reader service looks every 400 ms where a reader does not tell."""
_SHORTEST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0
_REFUSALS: Final = 3
"""So often in a row must `SCardEstablishContext` be refused before it counts: a dying pcscd says the same once."""


class HeldCard:
    """A card that is held exclusively; `dead` is the code of what ended it."""

    __slots__ = ("card", "dead", "handle", "protocol", "reader")

    def __init__(self, reader: Reader, handle: int, protocol: int) -> None:
        self.reader = reader
        self.card = reader.card
        self.handle = handle
        self.protocol = protocol
        self.dead = codes.SUCCESS


class Lost(Exception):
    """The reader service is lost to this context; `code` says how, `call` where."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(call)
        self.call = call
        self.code = code


class Watcher:
    """Watches readers and tells what happens to them.

    `context` is None while the reader service is away; `held` are the cards that are held, by number of the link.
    """

    def __init__(
        self,
        line: socket.socket,
        scard: Calls,
        only_reader: str,
        version: Callable[[], str],
        elapsed: Callable[[], float],
    ) -> None:
        """See `hardware.pcsc.worker.Worker`."""
        self.line = line
        self.scard = scard
        self.elapsed = elapsed
        self.context: int | None = None
        self.readers: dict[str, Reader] = {}
        self.held: dict[int, HeldCard] = {}
        self.cards = count(1)
        self.look_at = 0.0
        self._list_at = 0.0
        self._only = only_reader.casefold()
        self._version = version
        self._version_told = False
        self._told: Literal["up", "down", "denied"] | None = None
        self._pause = _SHORTEST_PAUSE
        self._refused = 0

    def step(self) -> None:
        """Look once; whatever is met ends the context, never this process (pyscard 2.2.2 raises `SystemError`).

        Raises:
            OSError: the service hung up.
        """
        try:
            self._step()
        except Lost as lost:
            self.lose(lost.call, lost.code)
        except OSError:
            raise
        except Exception as error:
            self.lose(type(error).__name__, codes.COMM_ERROR)

    def _step(self) -> None:
        self.look_at = self.elapsed() + LOOK_SECONDS
        context = self._establish() if self.context is None else self.context
        if self.elapsed() >= self._list_at:
            self._list(context)
        self.look(context)
        self._pause = _SHORTEST_PAUSE
        if not self._version_told:
            self._version_told = True
            self.say(Message(Kind.VERSION, text=self._version()))  # after the cards: it takes some milliseconds

    def _establish(self) -> int:
        code, context = self.scard.SCardEstablishContext(SCOPE_USER)
        code = codes.unsigned(code)
        if code == codes.SECURITY_VIOLATION:
            self._refused += 1
        else:
            self._refused = 0
        if code != codes.SUCCESS:
            raise Lost("SCardEstablishContext", code)
        self.context = context
        self._list_at = 0.0
        return context

    def _list(self, context: int) -> None:
        self._list_at = self.elapsed() + LIST_SECONDS
        code, names = self.scard.SCardListReaders(context, [])
        code = codes.unsigned(code)
        if code == codes.NO_READERS:
            names = []
        elif code != codes.SUCCESS:
            raise Lost("SCardListReaders", code)
        if self._told != "up":
            self._told = "up"
            self._version_told = False
            self.say(Message(Kind.STARTED))
        wanted = [name for name in names if self._only in name.casefold()]
        for name in [name for name in self.readers if name not in wanted]:
            self._drop(self.readers.pop(name))
        self._release_gone()
        for name in wanted:
            if name not in self.readers:
                self.readers[name] = Reader(name)
                self.say(Message(Kind.READER_IN, text=name))

    def look(self, context: int, milliseconds: int = 0) -> None:
        """See what is in the readers; wait so long for a change.

        Without waiting, the state asked with is "unaware": the answer is the same and comes at once, where a known
        state has libpcsclite 1.9.9 spin for a millisecond. The notification of new readers is not used: it tells only
        while the call blocks, therefore they are listed.
        """
        if not self.readers:
            return
        asked = [(reader.name, reader.state if milliseconds else UNAWARE) for reader in self.readers.values()]
        code, states = self.scard.SCardGetStatusChange(context, milliseconds, asked)
        code = codes.unsigned(code)
        if code == codes.UNKNOWN_READER:
            self._list(context)
            return
        if code not in (codes.SUCCESS, codes.TIMEOUT, codes.CANCELLED):
            raise Lost("SCardGetStatusChange", code)
        for name, state, atr in states:
            reader = self.readers.get(name)
            if reader is None:
                continue
            if state & (UNKNOWN | UNAVAILABLE):
                self.say_all(reader.empty())
                self._list_at = 0.0
            elif state:
                self.say_all(reader.look(state, bytes(atr), self.cards))
        self._release_gone()

    def settle(self, context: int, link: HeldCard) -> None:
        """Wait until a card that may have been pulled is noticed, for a second at most."""
        until = self.elapsed() + _SETTLE_MILLISECONDS / 1000
        while link.reader.card == link.card:
            left = int((until - self.elapsed()) * 1000)
            if left <= 0:
                return
            self.look(context, left)

    def _drop(self, reader: Reader) -> None:
        self.say_all(reader.empty())
        self.say(Message(Kind.READER_OUT, text=reader.name))

    def say_all(self, news: list[Message]) -> None:
        """Tell the service."""
        for message in news:
            self.say(message)

    def lose(self, call: str, code: int) -> None:
        """Report everything gone and begin anew after a pause."""
        self.let_go()
        while self.readers:
            self._drop(self.readers.popitem()[1])
        told: Literal["down", "denied"] = "denied" if self._refused >= _REFUSALS else "down"
        unsure = 0 < self._refused < _REFUSALS
        if told != self._told and (self._told == "up" or not unsure):
            self._told = told
            self.say(Message(Kind.STOPPED, code=code, extra=int(told == "denied"), text=call))
        self.look_at = self.elapsed() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def let_go(self) -> None:
        """Leave the reader service; cards that were held are not any more."""
        context, self.context = self.context, None
        for link in self.held.values():
            link.dead = link.dead or codes.NO_SERVICE
        if context is not None:
            with contextlib.suppress(Exception):
                self.scard.SCardReleaseContext(context)

    def _release_gone(self) -> None:
        """Let go of cards that are no more, or their readers would stay taken."""
        for link in self.held.values():
            if link.reader.card != link.card and not link.dead:
                there = self.readers.get(link.reader.name) is link.reader
                link.dead = codes.REMOVED_CARD if there else codes.READER_UNAVAILABLE
                self.release(link.handle)

    def release(self, handle: int) -> None:
        """Reset the card, so that nothing proved on it stays, and let it go."""
        if codes.unsigned(self.scard.SCardDisconnect(handle, RESET_CARD)) != codes.SUCCESS:
            self.scard.SCardDisconnect(handle, LEAVE_CARD)

    def say(self, message: Message) -> None:
        """Tell the service, and keep nothing of it."""
        packet = pack(message)
        try:
            self.line.sendall(packet)
        finally:
            blank(packet)
