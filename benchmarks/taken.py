"""What each side took for a card's steps, and what both sides do them with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from hardware.cards.card import HashName
from hardware.simulated.profiles import Profile

Road = Literal["simulated", "pcscd"]
CARDS: Final[dict[Profile, str]] = {"pkcs15": "PKCS#15 card", "azedit": "AzeDIT card"}
PIN1: Final = (1, 2, 3, 4)
PIN2: Final = (1, 2, 3, 4, 5)
PATIENCE: Final = 60.0
HASHES: Final[dict[Profile, HashName]] = {"pkcs15": "sha256", "azedit": "sha384"}
STEPS: Final = ("the name", "signed in", "a signature")


@dataclass
class Taken:
    """What one side took at each step, round by round: milliseconds, and the card's count of commands."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    commands: dict[str, int] = field(default_factory=dict)
    select: list[float] = field(default_factory=list)
    """Milliseconds of a bare SELECT over the same road, connecting to the card included."""

    def note(self, step: str, seconds: float, commands: int) -> None:
        """One more round of a step."""
        self.milliseconds[step].append(seconds * 1000)
        self.commands[step] = commands

    def forget(self) -> None:
        """What warmed up is not counted."""
        for values in (*self.milliseconds.values(), self.select):
            values.clear()
