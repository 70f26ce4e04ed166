"""A card that no driver knows, and one that does not even answer to reset."""

from __future__ import annotations

from hardware.readers import Transport
from hardware.simulated.answer_to_reset import checked
from hardware.simulated.file_system import MASTER_FILE, Directory
from hardware.simulated.instructions import Content


def content(*, mute: bool) -> Content:
    """An empty card that gives random numbers; without an ATR when it is mute."""
    historical = b"\x80\x58NUMUNE-X"
    atr: dict[Transport, bytes] = {}
    if not mute:
        atr = {"T=0": checked(b"\x3b\x0a" + historical), "T=1": checked(b"\x3b\x8a\x01" + historical)}
    return Content(atr=atr, root=Directory(MASTER_FILE), instructions=frozenset({0x84, 0xB0}))
