"""A PIN typed at a terminal or given as one line of stdin, never as a text in memory (I9)."""

from __future__ import annotations

import os
import sys
import termios
from typing import Final

from kiosk.errors import BadRequest
from kiosk.identity.card_facts import Pin

_ENDS: Final = (0x0A, 0x0D, 0x04)
_RUB_OUT: Final = (0x08, 0x7F)
_ZERO: Final = 0x30


def read_pin(prompt: str) -> Pin:
    """Digits up to the end of the line, read one byte at a time; a terminal shows nothing of them.

    Raises:
        BadRequest: something else than digits was typed, or too many; or there is nothing to read from.
    """
    if sys.stdin is None:
        raise BadRequest("PIN", "standard input is closed")
    file = sys.stdin.fileno()
    if not os.isatty(file):
        return _digits(file)
    before = termios.tcgetattr(file)
    quiet = termios.tcgetattr(file)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    sys.stderr.write(prompt)
    sys.stderr.flush()
    termios.tcsetattr(file, termios.TCSADRAIN, quiet)
    try:
        return _digits(file)
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
        sys.stderr.write("\n")


def _digits(file: int) -> Pin:
    pin = Pin()
    try:
        while (byte := os.read(file, 1)) and byte[0] not in _ENDS:
            if byte[0] in _RUB_OUT:
                pin.drop()
            else:
                pin.add(byte[0] - _ZERO)
    except ValueError:
        pin.wipe()
        raise BadRequest("PIN", "digits only, at most 16") from None
    except BaseException:  # Ctrl+C in the middle
        pin.wipe()
        raise
    return pin
