"""Answers that no honest card gives: good ones that were recorded once, then cut, stretched, mixed up and made up.

Nothing here computes a signature or keeps a file, so that a million cases cost minutes.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hardware.cards.card import Card
from hardware.cards.channel import MOST_COMMANDS, Trace
from hardware.cards.registry import open_card
from hardware.errors import CardError, PinWrong
from hardware.readers import Transport
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from tests.hardware.cards.desk import Case, DirectLink, puk, sign_in_pin, signature_pin, virtual_card

DIGEST: Final = hashlib.sha256(b"what is signed").digest()
_STATUS_WORDS: Final = bytes.fromhex(
    "9000 6100 6110 61FF 6C00 6C10 6CFF 6282 6283 6300 63C0 63C1 63C3 63CF 6400 6401 6581 6700 6881 6882 6883 6884 "
    "6982 6983 6984 6985 6986 6A80 6A81 6A82 6A83 6A86 6A88 6B00 6D00 6E00 6F00 6FFF 6000 0000 FFFF 9001"
)
_STATUS: Final = tuple(_STATUS_WORDS[at : at + 2] for at in range(0, len(_STATUS_WORDS), 2))
_LENGTHS: Final = tuple(map(bytes.fromhex, ("00", "7F", "80", "81FF", "82FFFF", "83FFFFFF", "84FFFFFFFF")))
_TAGS: Final = bytes.fromhex("30 31 02 03 04 06 0A 0C A0 A1 A2 80 81 61 4F 53 70 71 7C 82 7E 1F 5F 00 FF")


Context = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a good card answered: by everything that was sent before, and by the last three commands."""

    case: Case
    atr: bytes
    transport: Transport
    whole: dict[int, bytes]
    nearby: dict[Context, bytes]


class Memory:
    """What was sent to a card so far, in two forms to look an answer up by."""

    def __init__(self) -> None:
        self.whole = 0
        self.nearby: Context = (b"", b"", b"")

    def add(self, command: bytes) -> None:
        """One more command."""
        self.whole = hash((self.whole, command))
        self.nearby = (self.nearby[1], self.nearby[2], command)


def record(case: Case, authority: ExampleAuthority) -> Recorded:
    """Everything that the drivers ask of such a card, whichever two things they are asked to do."""
    recorded = Recorded(case, virtual_card(case, authority).atr, case.transport, {}, {})
    for acts in itertools.permutations(ACTS, 2):
        virtual, memory = virtual_card(case, authority), Memory()
        virtual.power_on()

        def answer(command: bytes, virtual: VirtualCard = virtual, memory: Memory = memory) -> bytes:
            memory.add(command)
            answered = virtual.transmit(command)
            recorded.whole[memory.whole] = recorded.nearby[memory.nearby] = answered
            return answered

        card = open_card(DirectLink(virtual.atr, case.transport, answer))
        for act in acts:
            with contextlib.suppress(PinWrong):  # where the PIN was given a new value before
                act(card, case)
    return recorded


def _holder(card: Card, case: Case) -> None:
    holder = card.holder()
    assert holder is None or len(holder.given_name) + len(holder.surname) <= 2 * 256 + 1


def _certificates(card: Card, case: Case) -> None:
    found = card.certificates()
    assert len(found) <= 130
    assert all(len(one.der) <= 16_384 and len(one.label) <= 128 for one in found)


def _pins(card: Card, case: Case) -> None:
    assert all(0 <= pin.shortest <= 255 and 0 <= pin.longest <= 255 and len(pin.label) <= 128 for pin in card.pins())


def _answer(card: Card, case: Case) -> None:
    card.answer(DIGEST, "sha256", sign_in_pin(case))


def _sign(card: Card, case: Case) -> None:
    card.sign(DIGEST, "sha256", signature_pin(case))


def _unblock(card: Card, case: Case) -> None:
    card.unblock("user_pin" if case.profile == "piv" else "pin1", puk(), Pin((2, 4, 6, 8, 1, 3)))


ACTS: Final[tuple[Callable[[Card, Case], None], ...]] = (_holder, _certificates, _pins, _answer, _sign, _unblock)


class Hostile:
    """A card that answers as recorded up to a point, and then does not."""

    reader = "table"
    insertion = 1

    def __init__(self, recorded: Recorded, chance: random.Random) -> None:
        self.atr = recorded.atr
        self.transport: Transport = recorded.transport
        self.count = 0
        self._memory = Memory()
        self._recorded = recorded
        self._chance = chance
        self._wrong_at = int(chance.random() ** 2 * 30)
        self._stays_wrong = chance.random() < 0.1

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Answer."""
        at = self.count
        self.count = at + 1
        memory = self._memory
        memory.add(bytes(command))
        good = self._recorded.whole.get(memory.whole) or self._recorded.nearby.get(memory.nearby, b"\x6a\x82")
        if at == self._wrong_at or (self._stays_wrong and at > self._wrong_at):
            return _spoilt(good, self._recorded.nearby, self._chance)
        return good

    def pin_pad(self) -> None:
        """There is none."""

    def reset(self) -> None:
        """It does not mind."""

    def close(self) -> None:
        """Nor that."""


def _spoilt(good: bytes, answers: dict[Context, bytes], chance: random.Random) -> bytes:
    """A wrong answer in place of a good one."""
    kind = chance.randrange(9)
    data = bytearray(good)
    at = chance.randrange(len(data))
    if kind == 0:
        return good[:-2] + chance.choice(_STATUS)
    if kind == 1:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 2:
        data[at : at + 1] = chance.choice(_LENGTHS)
    elif kind == 3:
        data[at] = chance.choice(_TAGS)
    elif kind == 4:
        return good[:at]
    elif kind == 5:
        return chance.randbytes(chance.choice((0, 1, 2, 3, 16, 256, 300, 5_000))) + chance.choice(_STATUS)
    elif kind == 6:
        return chance.choice(tuple(answers.values()))
    elif kind == 7:
        return good[:at] + good[: at // 2] + chance.choice(_STATUS)
    else:
        return bytes([chance.choice(_TAGS)]) + chance.choice(_LENGTHS) + good
    return bytes(data)


def run(recorded: Recorded, cases: int, seed: int) -> None:
    """So many hostile cards through the drivers.

    Raises:
        AssertionError: a driver took too many commands, or gave back too much.
        Exception: whatever is none of our own errors.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    trace = Trace()
    for _ in range(cases):
        link = Hostile(recorded, chance)
        try:
            card = open_card(link, trace)
            for act in chance.sample(ACTS, 2):
                act(card, recorded.case)
        except CardError:
            pass
        assert link.count <= 3 * MOST_COMMANDS
