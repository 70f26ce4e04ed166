"""Short messages: one text to one phone number, as a row of the outbox holds it (W3, W4, W7)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, Protocol, get_args

from kiosk.clock import Instant
from kiosk.post.body import one_line
from kiosk.post.facts import UnusableFacts
from kiosk.post.letters import EXAMPLE_MARK

SmsKind = Literal["application", "payment"]
SMS_KINDS: Final[tuple[SmsKind, ...]] = get_args(SmsKind)

MOST_SIGNS: Final = 600
"""What nine UCS-2 parts hold: a longer text is no short message any more."""

_COUNTRY: Final = "994"
_TYPED: Final = re.compile(r"\+?[\d\s()./-]+", re.ASCII)
"""How people write a number; with anything else in it, it is something else, whatever digits it holds."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{6,14}")
"""ITU-T E.164: a country code and a number, 15 digits at most."""


class UnusableNumber(Exception):
    """A phone number is none. The text does not name it."""


@dataclass(frozen=True, slots=True, repr=False)
class ShortMessage:
    """One message to send. `id` is the same however often it is sent, so that the other side can tell a repeat."""

    id: str
    number: str
    """E.164 with its plus sign: +994501234567."""
    text: str
    written: Instant


class SmsDelivery(Protocol):
    """A way out for short messages; its failures are those of `kiosk.post.delivery`."""

    def send(self, message: ShortMessage) -> None:
        """Hand the message over, and return only when the other side has it.

        Raises:
            TryLater: not now.
            PostAway: nothing leaves now.
            Undeliverable: never.
        """


def as_facts(text: str) -> str:
    """The text for the outbox's column `facts`.

    Raises:
        ValueError: it is empty or too long to be one message.
    """
    written = "\n".join(one_line(line) for line in text.strip().split("\n"))
    if not 0 < len(written) <= MOST_SIGNS:
        raise ValueError(f"a short message has 1 to {MOST_SIGNS} signs, not {len(written)}")
    return json.dumps({"text": written}, ensure_ascii=False, separators=(",", ":"))


def message_of(message_id: str, phone: str, facts: str, written: Instant, *, example: bool = False) -> ShortMessage:
    """The message of an outbox row.

    Args:
        message_id: the row's own.
        phone: the number as it was typed.
        facts: what `as_facts` wrote.
        written: when.
        example: whether it comes from a station with example data and has to say so.

    Raises:
        UnusableFacts: the row holds no message.
        UnusableNumber: the number is none.
    """
    try:
        text: Any = json.loads(facts)["text"]
    except (ValueError, TypeError, KeyError):
        raise UnusableFacts("the row's message cannot be read") from None
    if not isinstance(text, str):
        raise UnusableFacts("the row's message cannot be read")
    told = f"{EXAMPLE_MARK}. {text}" if example else text
    return ShortMessage(sha256(message_id.encode()).hexdigest()[:32], international(phone), told, written)


def international(phone: str) -> str:
    """A phone number in E.164; one without a country's code is Azerbaijani (050 123 45 67 is +994501234567).

    Raises:
        UnusableNumber: it is no phone number.
    """
    written = phone.strip()
    if _TYPED.fullmatch(written) is None:
        raise UnusableNumber("the phone number is not one")
    digits = "".join(filter(str.isdigit, written))
    if not written.startswith("+"):
        if digits.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0"):
            digits = _COUNTRY + digits[1:]
        elif len(digits) == 9:  # a national number without its 0: 50 123 45 67
            digits = _COUNTRY + digits
    if _NUMBER.fullmatch(digits) is None:
        raise UnusableNumber("the phone number is not one")
    return f"+{digits}"
