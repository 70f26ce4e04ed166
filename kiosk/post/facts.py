"""What a letter tells, as it lies in the outbox beside the change of the booking that caused it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from kiosk.clock import Instant
from kiosk.names import Names

LetterKind = Literal["code", "confirmed", "moved", "cancelled", "hold_ended", "closure", "reopened"]
KINDS: Final[tuple[LetterKind, ...]] = get_args(LetterKind)

_NEEDED: Final[dict[LetterKind, tuple[str, ...]]] = {
    "code": ("confirmation_code", "held_until"),
    "confirmed": ("order_code", "qr", "arrive_from", "arrive_until"),
    "moved": ("order_code", "qr", "arrive_from", "arrive_until"),
    "cancelled": ("order_code",),
    "hold_ended": (),
    "closure": ("reason",),
    "reopened": (),
}


class UnusableFacts(Exception):
    """A letter lacks a fact it must tell, or its row cannot be read. The text names the fact and no value."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The facts of one letter; names in all three languages, so that the row needs no other table to be sent.

    `booking` is the reference as people read it (K7MP-4XRT-9ABC), `order_code` likewise (K7MP-4XRT); `qr` is the QR's
    digits; every time is an instant. `sequence` counts the changes of a confirmed booking, for its calendar file.
    """

    booking: str
    service: Names
    centre: Names
    address: Names
    time: Instant
    given_name: str
    sequence: int = 0
    confirmation_code: str | None = None
    held_until: Instant | None = None
    order_code: str | None = None
    qr: str | None = None
    arrive_from: Instant | None = None
    arrive_until: Instant | None = None
    earlier_time: Instant | None = None
    """moved: the hour the booking had before."""
    wrong_codes: int | None = None
    """hold_ended: how many wrong codes ended it; None when its hour ran out."""
    reason: Names | None = None
    """closure: why the booked hour was closed."""

    def __repr__(self) -> str:
        return "LetterFacts(…)"

    def to_json(self) -> str:
        """The text for the outbox's column `facts`."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> LetterFacts:
        """The facts of an outbox row.

        Raises:
            UnusableFacts: the text is not what `to_json` writes.
        """
        try:
            values: dict[str, Any] = json.loads(written)
            values.update({field: Names(*values[field]) for field in ("service", "centre", "address")})
            if values.get("reason") is not None:
                values["reason"] = Names(*values["reason"])
            return cls(**values)
        except (ValueError, TypeError, KeyError, AttributeError):
            # The cause would carry the row's values into a log (K6).
            raise UnusableFacts("the row's facts cannot be read") from None

    def check(self, kind: LetterKind) -> None:
        """Make sure that everything a letter of `kind` must tell is there.

        Raises:
            UnusableFacts: something is missing.
        """
        for name in _NEEDED[kind]:
            if getattr(self, name) is None:
                raise UnusableFacts(f"a letter of kind {kind!r} needs the fact {name!r}")
