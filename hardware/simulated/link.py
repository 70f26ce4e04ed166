"""A link to a card in a simulated reader, and the PC/SC codes of what befalls it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from hardware.errors import CardError, CardGone, CardMute
from hardware.readers import PinPad, Transport
from hardware.simulated.faults import CardPulled, CardSilent
from hardware.simulated.slot import InsertableCard

NO_SERVICE, NO_READER, REMOVED, UNRESPONSIVE, RESET, BUSY = (
    0x8010001D, 0x80100009, 0x80100069, 0x80100066, 0x80100068, 0x8010000B,
)  # fmt: skip


class SimulatedLink:
    """A link to a card in a simulated reader (`hardware.readers.CardLink`)."""

    def __init__(
        self, reader: str, insertion: int, card: InsertableCard,
        unlink: Callable[[SimulatedLink], None], pulled: Callable[[SimulatedLink], None],
    ) -> None:  # fmt: skip
        self._reader = reader
        self._insertion = insertion
        self._card = card
        self._unlink = unlink
        self._pulled = pulled
        self._dead: CardError | None = None

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
        return self._card.atr

    @property
    def transport(self) -> Transport:
        """Which protocol the card speaks."""
        return self._card.transport

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command APDU.

        Raises:
            CardGone, CardMute, CardWasReset, ReaderGone, ServiceDown: as over PC/SC.
        """
        self._alive()
        try:
            answer = self._card.transmit(command)
        except CardPulled:
            self._alive()
            self._pulled(self)
            raise CardGone(REMOVED) from None
        except CardSilent:
            self._alive()
            raise CardMute(UNRESPONSIVE) from None
        self._alive()
        return answer

    def pin_pad(self) -> PinPad | None:
        """A simulated reader has none."""
        return None

    def reset(self) -> None:
        """Reset the card; the link stays.

        Raises:
            CardGone, CardMute, ReaderGone, ServiceDown: as over PC/SC.
        """
        self._alive()
        try:
            self._card.reset()
        except CardSilent:
            raise CardMute(UNRESPONSIVE) from None
        except CardPulled:
            self._pulled(self)
            raise CardGone(REMOVED) from None

    def close(self) -> None:
        """Reset the card and let it go."""
        if self._dead is not None:
            return
        self._dead = CardGone(REMOVED)
        with contextlib.suppress(CardSilent, CardPulled):
            self._card.reset()
        self._unlink(self)

    def cut(self, why: CardError) -> None:
        """Every call raises this from now on."""
        self._dead = why

    def _alive(self) -> None:
        if self._dead is not None:
            raise type(self._dead)(self._dead.code)
