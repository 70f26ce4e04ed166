"""The sections of `kiosk.toml` about the hall, its counters and its board."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import allowed as allow


@dataclass(frozen=True, slots=True)
class HallSettings:
    """The waiting hall (C2, C5)."""

    early: str = allow.one_of("when_idle", "when_idle", "in_turn", "never")
    undo_seconds: int = allow.number(60, 0, 600)
    long_wait_minutes: int = allow.number(20, 1, 480)
    service_minutes: int = allow.number(10, 1, 240)
    walk_ins: bool = True
    ask_outcome: bool = True


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """The hall board (C4)."""

    chime: bool = True
    sound_command: str = allow.text("", "a command that plays the file whose name it is given, or empty", r"[^\r\n]*")
    speech_command: str = allow.text("", "a command that speaks, or empty", r"[^\r\n]*")
    language_seconds: int = allow.number(8, 2, 120)
    past: int = allow.number(3, 0, 10)
