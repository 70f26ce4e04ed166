"""The devices as the rest sees them: protocols, and what goes in and comes out. No device is opened here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

PrinterState = Literal["ok", "no_paper", "cover_open", "unplugged", "busy", "error"]
"""busy: somebody feeds paper by hand, or another slip is being printed; error: the printer or its set-up is broken."""


@dataclass(frozen=True, slots=True)
class SlipTitle:
    """The slip's first words, bold, in the middle."""

    text: str


@dataclass(frozen=True, slots=True)
class SlipNumber:
    """The number or code that counts, under its label, as large as the paper is wide."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SlipFact:
    """A label and its value below it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SlipNote:
    """A sentence or a few; `strong` ones are bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class SlipQr:
    """A QR code of these digits."""

    digits: str


@dataclass(frozen=True, slots=True)
class SlipMark:
    """A word in white on black, across the paper: what nobody must overlook."""

    text: str


@dataclass(frozen=True, slots=True)
class SlipRule:
    """A line across the paper."""


SlipPart = SlipTitle | SlipNumber | SlipFact | SlipNote | SlipQr | SlipMark | SlipRule


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on one piece of paper, from top to bottom; texts are in the reader's language."""

    parts: tuple[SlipPart, ...]

    def __repr__(self) -> str:
        return "Slip(…)"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """How the printer stands. `detail` is for technicians: English, no personal data."""

    state: PrinterState
    paper_low: bool = False
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """What became of one slip.

    `confirmed` says that the printer itself told the end; without it the slip was handed over and no fault was seen,
    which is all that printers without an answer channel allow.
    """

    state: PrinterState
    confirmed: bool = False
    detail: str | None = None

    @property
    def printed(self) -> bool:
        """Whether the slip can be taken."""
        return self.state == "ok"


class PrinterPort(Protocol):
    """A ticket printer. Calls block for as long as printing takes, so they belong in a thread, and raise nothing."""

    def print_slip(self, slip: Slip) -> PrintOutcome:
        """Print and cut one slip. One that was begun and failed is dropped, never finished for the next person."""

    def status(self) -> PrinterStatus:
        """Ask the printer how it stands."""

    def close(self) -> None:
        """Let the device go."""
