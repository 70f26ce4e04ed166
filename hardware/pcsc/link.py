"""A card held exclusively, through the worker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final

from hardware.errors import CardError, CardGone
from hardware.pcsc import codes
from hardware.pcsc.pin_pad import Abilities, ReaderPad, abilities
from hardware.pcsc.protocol import Kind, Message
from hardware.readers import PinPad, Transport

_T0: Final = 1
_SHORTEST_ANSWER: Final = 2

Ask = Callable[[Message, float], Message]
"""A request and the seconds it may take beyond the usual; the answer."""


class Link:
    """A `hardware.readers.CardLink` over PC/SC."""

    def __init__(self, reader: str, insertion: int, answer: Message, ask: Ask) -> None:
        """Take what the worker answered to CONNECT: number of the link, protocol and ATR."""
        self._reader = reader
        self._insertion = insertion
        self._number = answer.extra
        self._transport: Transport = "T=0" if answer.data[0] == _T0 else "T=1"
        self._atr = bytes(answer.data[1:])
        self._ask = ask
        self._pad: Abilities | None = None
        self._dead: CardError | None = None
        self._closed = False

    @property
    def reader(self) -> str:
        """The reader's name."""
        return self._reader

    @property
    def insertion(self) -> int:
        """Which insertion this is."""
        return self._insertion

    @property
    def atr(self) -> bytes:
        """What the card answered to reset."""
        return self._atr

    @property
    def transport(self) -> Transport:
        """Which protocol was chosen."""
        return self._transport

    def transmit(self, command: bytes | bytearray) -> bytes:
        """See `hardware.readers.CardLink.transmit`. What is made of the command on the way is wiped."""
        answer = self._request(Message(Kind.TRANSMIT, data=command))
        if len(answer.data) < _SHORTEST_ANSWER:
            raise self._died(codes.failure(codes.SUCCESS))
        return bytes(answer.data)

    def pin_pad(self) -> PinPad | None:
        """See `hardware.readers.CardLink.pin_pad`."""
        return None if self._pad is None else ReaderPad(self._pad, self._control)

    def reset(self) -> None:
        """See `hardware.readers.CardLink.reset`."""
        answer = self._request(Message(Kind.RESET))
        self._transport = "T=0" if answer.extra == _T0 else "T=1"

    def close(self) -> None:
        """See `hardware.readers.CardLink.close`."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(CardError):
                self._ask(Message(Kind.CLOSE, code=self._number), 0.0)

    def look_for_pad(self) -> Abilities | None:
        """Ask the reader for its pad.

        Raises:
            CardError: the card, the reader or the service is gone.
        """
        return abilities(self._reader, self._control)

    def use_pad(self, pad: Abilities | None) -> None:
        """Let PINs be typed there; None: nowhere."""
        self._pad = pad

    def _control(self, control: int, data: bytes, seconds: float) -> bytes:
        # A reader that refuses a question about itself leaves the card as it is.
        question = not data
        return bytes(self._request(Message(Kind.CONTROL, extra=control, data=data), seconds, dies=not question).data)

    def _request(self, message: Message, seconds: float = 0.0, *, dies: bool = True) -> Message:
        if self._closed:
            raise CardGone
        if self._dead is not None:
            raise type(self._dead)(self._dead.code)
        message.code = self._number
        try:
            answer = self._ask(message, seconds)
        except CardError as error:
            raise self._died(error) from None
        if answer.code == codes.SUCCESS:
            return answer
        failed = codes.failure(answer.code)
        raise self._died(failed) if dies else failed

    def _died(self, error: CardError) -> CardError:
        self._dead = error
        return error
