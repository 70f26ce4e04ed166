"""The one place where a PIN goes to a card: once, in one command, wiped, with no repetition (I9).

No other module makes a sensitive command. Whatever happens (a form that does not fit, a card that was pulled), the
digits are overwritten before this returns, and nothing is sent that the card's own rules refuse.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hardware.cards import status_words
from hardware.cards.apdu import SHORT_DATA
from hardware.cards.channel import Channel
from hardware.errors import CardError, NotSupported, PinFormat
from hardware.secret import LONGEST, Pin, wipe

VERIFY: Final = 0x20
CHANGE: Final = 0x24
UNBLOCK: Final = 0x2C
PAD_SECONDS: Final = 60
"""How long a person has at the reader's own pad."""


@dataclass(frozen=True, slots=True)
class PinForm:
    """What a card asks of a PIN.

    Attributes:
        shortest: fewest digits.
        longest: most digits.
        block: how many bytes are sent, filled up; 0: as many as there are digits.
        fill: what fills it up.
    """

    shortest: int
    longest: int
    block: int = 0
    fill: int = 0xFF

    def refuse(self, pin: Pin) -> None:
        """Refuse what does not fit, before it is sent.

        Raises:
            PinFormat: too short or too long.
        """
        longest = min(self.longest, self.block or self.longest, LONGEST)
        if not self.shortest <= len(pin) <= longest:
            raise PinFormat(self.shortest, longest)


def send_pins(channel: Channel, header: bytes, pins: Sequence[tuple[Pin, PinForm]]) -> None:
    """Send VERIFY, CHANGE REFERENCE DATA or RESET RETRY COUNTER with its PINs, once. All of them are wiped.

    Args:
        channel: the card.
        header: CLA INS P1 P2.
        pins: one after the other as the command wants them, each with its form.

    Raises:
        PinFormat: one does not fit. Nothing was sent.
        PinWrong, PinBlocked, PinRefused, NotSupported, CardError: what the card answered.
    """
    sent = bytearray()
    try:
        for pin, form in pins:
            form.refuse(pin)
        sizes = [form.block or len(pin) for pin, form in pins]
        if sum(sizes) > SHORT_DATA:
            raise NotSupported
        sent = bytearray(5 + sum(sizes))
        sent[:5] = *header, sum(sizes)
        at = 5
        for (pin, form), size in zip(pins, sizes, strict=True):
            block = pin.block(form.block, form.fill)
            sent[at : at + size] = block
            wipe(block)
            at += size
        status = channel.send_sensitive(sent)
    finally:
        wipe(sent)
        for pin, _ in pins:
            pin.wipe()
    context: status_words.Context = "verify" if header[1] == VERIFY else "replace"
    if (error := status_words.error(status, context)) is not None:
        raise error


def verify(channel: Channel, reference: int, form: PinForm, pin: Pin | None) -> None:
    """Prove a PIN; without one, at the reader's own pad, from which the digits never come to this machine.

    Raises:
        NotSupported: there is no pad, or it cannot fill up as this card wants it.
        EntryCancelled, EntryTimeout: at the pad; no try was used.
        PinFormat, PinWrong, PinBlocked, CardError: as `send_pins`.
    """
    header = bytes([0x00, VERIFY, 0x00, reference])
    if pin is not None:
        send_pins(channel, header, [(pin, form)])
        return
    pad = channel.link.pin_pad()
    if pad is None or (form.block and form.fill != 0xFF):
        raise NotSupported
    started = time.perf_counter()
    try:
        status = pad.verify(header, shortest=form.shortest, longest=form.longest, block=form.block, seconds=PAD_SECONDS)
    except CardError as error:
        channel.note_pad(header, None, started, error.error)
        raise
    channel.note_pad(header, status, started)
    found = status_words.error(status, "verify", shortest=form.shortest, longest=form.longest, pad=True)
    if found is not None:
        raise found
