"""The one place that sends a PIN: what is sent, what is not, and what is left of it (I9)."""

from __future__ import annotations

import ast
import gc
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

import hardware.cards
from hardware.cards.card import PinName
from hardware.cards.channel import Channel, Trace
from hardware.cards.pin_entry import PAD_SECONDS, PinForm, send_pins, verify
from hardware.cards.registry import open_card
from hardware.errors import (
    CardError,
    CardFault,
    CardGone,
    EntryCancelled,
    EntryTimeout,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinWrong,
)
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from tests.hardware.cards.desk import CASES, Case, DirectLink, SimulatedDesk, virtual_card

DIGITS = (7, 3, 9, 1, 6, 4, 8, 2)
ASCII = bytes(0x30 + digit for digit in DIGITS)
VERIFY = bytes.fromhex("00200081")


class Pad:
    """A reader's pad that answers as it is told."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked: list[tuple[bytes, int, int, int, int]] = []

    def verify(self, header: bytes, *, shortest: int, longest: int, block: int, seconds: int) -> int:
        """Note what is asked."""
        self.asked.append((header, shortest, longest, block, seconds))
        return self.status


def _link(answer: bytes = b"\x90\x00", pad: Pad | None = None) -> DirectLink:
    return DirectLink(b"\x3b\x00", "T=1", lambda _command: answer, pad)


def test_one_pin_is_one_command() -> None:
    link = _link()
    send_pins(Channel(link), VERIFY, [(Pin(DIGITS), PinForm(4, 8, 8))])
    assert link.sent == [VERIFY + b"\x08" + ASCII]


def test_two_pins_stand_one_behind_the_other() -> None:
    link = _link()
    send_pins(Channel(link), VERIFY, [(Pin((1, 2, 3, 4)), PinForm(4, 8, 8)), (Pin((5, 6, 7, 8)), PinForm(4, 12))])
    assert link.sent == [VERIFY + b"\x0c" + b"1234\xff\xff\xff\xff5678"]


@pytest.mark.parametrize("answer", ["9000", "63C2", "6983", "6F00", "6700", "0000", "90"])
def test_whatever_the_card_answers_the_pin_is_sent_once_and_wiped(answer: str) -> None:
    link, pin = _link(bytes.fromhex(answer)), Pin(DIGITS)
    digits = pin.digits
    try:
        send_pins(Channel(link), VERIFY, [(pin, PinForm(4, 8, 8))])
    except CardError:
        assert answer != "9000"
    assert len(link.sent) == 1
    assert digits == []


def test_a_card_that_is_pulled_leaves_nothing_of_the_pin() -> None:
    held: list[bytes | bytearray] = []

    class Pulled(DirectLink):
        def transmit(self, command: bytes | bytearray) -> bytes:
            held.append(command)
            raise CardGone

    pin = Pin(DIGITS)
    with pytest.raises(CardGone):
        send_pins(Channel(Pulled(b"\x3b\x00", "T=1", bytes)), VERIFY, [(pin, PinForm(4, 8, 8))])
    assert held == [bytearray(13)], "what was handed to the reader is overwritten in place"
    assert len(pin) == 0


@pytest.mark.parametrize("digits", [(), (1, 2, 3), (1,) * 9])
def test_what_does_not_fit_is_not_sent(digits: tuple[int, ...]) -> None:
    link, pin, other = _link(), Pin(digits), Pin((1, 2, 3, 4))
    with pytest.raises(PinFormat) as refused:
        send_pins(Channel(link), VERIFY, [(other, PinForm(4, 8, 8)), (pin, PinForm(4, 12, 8))])
    assert (refused.value.shortest, refused.value.longest) == (4, 8)
    assert not link.sent
    assert len(pin) == len(other) == 0


def test_blocks_that_do_not_fit_into_a_command_are_not_sent() -> None:
    """A hostile directory may name any stored length."""
    link = _link()
    with pytest.raises(NotSupported):
        send_pins(Channel(link), VERIFY, [(Pin((1,) * 4), PinForm(4, 8, 200))] * 2)
    assert not link.sent


def test_a_pad_is_asked_with_the_cards_rules() -> None:
    pad = Pad(0x9000)
    link, trace = _link(pad=pad), Trace()
    verify(Channel(link, trace), 0x81, PinForm(4, 12, 8), None)
    assert pad.asked == [(VERIFY, 4, 12, 8, PAD_SECONDS)]
    assert not link.sent, "the digits never come to this machine"
    assert [(line.command, line.status) for line in trace.lines()] == [("00200081 [PIN]", 0x9000)]


def test_a_typed_pin_goes_before_the_pad() -> None:
    pad = Pad(0x9000)
    link = _link(pad=pad)
    verify(Channel(link), 0x81, PinForm(4, 8, 8), Pin(DIGITS))
    assert (len(link.sent), pad.asked) == (1, [])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0x6400, EntryTimeout), (0x6401, EntryCancelled), (0x6403, PinFormat), (0x63C1, PinWrong),
        (0x6983, PinBlocked), (0x6402, CardFault), (0x6B80, CardFault),
    ],
)  # fmt: skip
def test_what_a_pad_answers(status: int, expected: type[CardError]) -> None:
    with pytest.raises(expected) as found:
        verify(Channel(_link(pad=Pad(status))), 0x81, PinForm(4, 8, 8), None)
    if isinstance(found.value, PinWrong):
        assert found.value.left == 1


def test_a_pad_that_breaks_off_is_in_the_trace() -> None:
    class Gone(Pad):
        def verify(self, header: bytes, *, shortest: int, longest: int, block: int, seconds: int) -> int:
            raise CardGone

    trace = Trace()
    with pytest.raises(CardGone):
        verify(Channel(_link(pad=Gone(0)), trace), 0x81, PinForm(4, 8, 8), None)
    assert [(line.status, line.error) for line in trace.lines()] == [(None, "card_gone")]


def test_a_pad_cannot_fill_up_with_anything_else() -> None:
    pad = Pad(0x9000)
    with pytest.raises(NotSupported):
        verify(Channel(_link(pad=pad)), 0x81, PinForm(4, 8, 8, fill=0x00), None)
    assert not pad.asked


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_kind_of_card_can_be_proved_at_the_pad(case: Case, authority: ExampleAuthority) -> None:
    virtual = virtual_card(case, authority)
    virtual.power_on()

    class Through(Pad):
        def verify(self, header: bytes, *, shortest: int, longest: int, block: int, seconds: int) -> int:
            digits = b"123456" if case.profile == "piv" else b"1234"
            data = digits.ljust(block, b"\xff")
            return int.from_bytes(virtual.transmit(header + bytes([len(data)]) + data), "big")

    card = open_card(DirectLink(virtual.atr, case.transport, virtual.transmit, Through(0)))
    assert card.answer(hashlib.sha256(b"x").digest(), "sha256", None)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_object_holds_the_digits_afterwards(case: Case, authority: ExampleAuthority) -> None:
    """Of everything the interpreter can reach, the card's own memory (which keeps a digest) and the link included."""
    known = Pin(DIGITS[:6])
    with SimulatedDesk() as desk:
        trace = Trace()
        virtual = virtual_card(case, authority)
        card = open_card(desk.insert(virtual), trace)
        name: PinName = "user_pin" if case.profile == "piv" else "pin1"
        card.change(name, Pin((1, 2, 3, 4, 5, 6) if case.profile == "piv" else (1, 2, 3, 4)), known)
        card.answer(hashlib.sha256(b"x").digest(), "sha256", Pin(DIGITS[:6]))
        with pytest.raises(CardError):
            card.answer(hashlib.sha256(b"x").digest(), "sha256", Pin(DIGITS))
        needle = ASCII[:6]
        found = [kind for kind in _reachable(card, trace, virtual, desk) if kind(needle)]
        assert not found
        card.close()


def test_the_search_finds_what_is_there() -> None:
    class Holding:
        def __init__(self) -> None:
            self.inner = {"deep": [bytearray(b"xx" + ASCII)]}

    assert [kind for kind in _reachable(Holding()) if kind(ASCII)]


def _reachable(*roots: object) -> list[Callable[[bytes], bool]]:
    """Of every text and every row of bytes that can be reached, whether it holds a needle."""
    seen: set[int] = set()
    waiting: list[object] = list(roots)
    found: list[Callable[[bytes], bool]] = []
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or type(one).__name__ in ("module", "function", "builtin_function"):
            continue
        seen.add(id(one))
        if isinstance(one, bytes | bytearray):
            found.append(lambda needle, one=one: needle in bytes(one))  # type: ignore[misc]
        elif isinstance(one, str):
            found.append(lambda needle, one=one: needle.decode() in one)  # type: ignore[misc]
        elif isinstance(one, list | tuple) and one and all(type(item) is int for item in one):
            found.append(lambda needle, one=one: needle in bytes(0x30 + item for item in one if 0 <= item <= 9))  # type: ignore[misc]
        else:
            waiting += gc.get_referents(one)
    return found


def test_no_other_module_sends_a_pin() -> None:
    """`send_sensitive` is called in `pin_entry`, and digits are laid out there alone."""
    folder = Path(hardware.cards.__file__).parent
    callers = {
        path.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("send_sensitive", "block", "digits")
    }
    assert callers == {"pin_entry.py"}
