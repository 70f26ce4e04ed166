"""Card readers as the rest sees them: events, what is known of each reader, and a link to a card.

A reader service is real (`hardware.pcsc`) or simulated (`hardware.simulated`); the same contract tests run over both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Transport = Literal["T=0", "T=1"]
ServiceName = Literal["pcsc", "simulated"]


@dataclass(frozen=True, slots=True)
class ServiceStarted:
    """The reader service answers (again)."""

    service: ServiceName


@dataclass(frozen=True, slots=True)
class ServiceStopped:
    """The reader service does not answer; every card and reader of it was reported gone before this.

    `error` is the `error` of `hardware.errors.ServiceDown` or `AccessDenied`.
    """

    service: ServiceName
    error: str


@dataclass(frozen=True, slots=True)
class ReaderAdded:
    """A reader is there."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderRemoved:
    """A reader is gone; its card was reported gone before this."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is in a reader. A mute one gave no ATR.

    `insertion` is another number at each insertion, over all readers of this process: a card that was swapped for one
    of the same model has another.
    """

    reader: str
    insertion: int
    atr: bytes
    mute: bool = False


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card of that insertion is gone."""

    reader: str
    insertion: int


ReaderEvent = ServiceStarted | ServiceStopped | ReaderAdded | ReaderRemoved | CardInserted | CardRemoved


@dataclass(frozen=True, slots=True)
class ReaderCondition:
    """What is known of one reader. `pin_pad` is None before a card was connected."""

    name: str
    insertion: int | None = None
    atr: bytes = b""
    mute: bool = False
    pin_pad: bool | None = None


@dataclass(frozen=True, slots=True)
class ServiceCondition:
    """How a reader service stands, for technicians.

    `error` is the name of what is wrong now; `last_fault` the last thing that went wrong in words for technicians
    (English, no personal data), `last_fault_at` when (milliseconds of UTC). `restarts` counts how often the worker
    process had to be started again.
    """

    service: ServiceName
    up: bool
    readers: tuple[ReaderCondition, ...] = ()
    error: str | None = None
    version: str | None = None
    restarts: int = 0
    last_fault: str | None = None
    last_fault_at: int | None = None


class PinPad(Protocol):
    """A reader's own pad (PC/SC part 10). The digits never come to this machine."""

    def verify(self, header: bytes, *, shortest: int, longest: int, block: int, seconds: int) -> int:
        """Let the person type a PIN at the reader, which sends it.

        Args:
            header: CLA INS P1 P2 of the command.
            shortest: fewest digits.
            longest: most digits.
            block: how long the PIN block is, filled with FF; 0: as many bytes as digits.
            seconds: how long the person has.

        Returns:
            the card's status word, or the reader's: 6400 timeout, 6401 cancelled, 6402 repeat differs, 6403 length.

        Raises:
            CardError: the reader or the card is gone.
        """


class CardLink(Protocol):
    """One card, reached exclusively. Calls block; one thread at a time.

    Every call raises `CardError` when the card, its reader or the service is gone; the link is dead from then on.
    """

    @property
    def reader(self) -> str:
        """The reader's name."""

    @property
    def insertion(self) -> int:
        """Which insertion this is."""

    @property
    def atr(self) -> bytes:
        """What the card answered to reset."""

    @property
    def transport(self) -> Transport:
        """Which protocol was chosen."""

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command APDU as it stands; the answer with its status word (at least two bytes)."""

    def pin_pad(self) -> PinPad | None:
        """The reader's own pad, when it has one that works."""

    def reset(self) -> None:
        """Reset the card: what was proved on it counts no more. The link stays."""

    def close(self) -> None:
        """Reset the card and let it go. Raises nothing; twice is once."""


class ReaderService(Protocol):
    """Some readers and what is in them."""

    def start(self, post: Callable[[ReaderEvent], None]) -> None:
        """Begin to watch. `post` is called from a thread of the service's own, in order, and must not block."""

    def connect(self, insertion: int) -> CardLink:
        """Reach the card of that insertion, alone.

        Raises:
            CardGone: another card, or none, is there by now.
            CardError: whatever else keeps it away.
        """

    def condition(self) -> ServiceCondition:
        """How it stands; never blocks."""

    def restart(self) -> None:
        """Begin anew, as after a fault: cards and readers are reported gone and found again."""

    def stop(self) -> None:
        """Let everything go. Raises nothing; twice is once."""
