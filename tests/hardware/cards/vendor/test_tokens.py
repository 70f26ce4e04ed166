"""Which slots of a module are one card, and messages to its process that are none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from hardware.cards.vendor import protocol
from hardware.cards.vendor.tokens import tokens_of

INITIALIZED = 0x400


def listed(slot: int, label: str, serial: str = "01", description: str = "reader 1", **told: Any) -> dict[str, Any]:
    usual = {"flags": INITIALIZED, "shortest": 4, "longest": 8}
    return {"slot": slot, "label": label, "serial": serial, "description": description} | usual | told


def test_two_pins_of_a_card_are_two_slots() -> None:
    """PKCS#11 has one user PIN a slot, so that modules show a card with PIN1 and PIN2 twice (guide, section 3)."""
    (token,) = tokens_of("Bank", [listed(0, "Kart (PIN1)"), listed(1, "Kart (PIN2)")])
    assert (token.label, token.slot, [slot.pin_label for slot in token.slots]) == ("Kart", 0, ["PIN1", "PIN2"])


@pytest.mark.parametrize(
    "other",
    [
        listed(1, "Kart (PIN2)", serial="02"),
        listed(1, "Kart (PIN2)", description="reader 2"),
        listed(1, "Token (PIN2)"),
    ],
)
def test_two_cards_are_two_tokens(other: dict[str, Any]) -> None:
    """Two of a model in two readers, or two of other serial numbers."""
    assert len(tokens_of("Bank", [listed(0, "Kart (PIN1)"), other])) == 2


def test_an_empty_token_is_none() -> None:
    """Without CKF_TOKEN_INITIALIZED nothing is on it."""
    assert tokens_of("Bank", [listed(0, "", flags=0)]) == ()


@pytest.mark.parametrize(
    ("shortest", "longest", "taken"),
    [(4, 8, (4, 8)), (0, 0, (1, 16)), (4, 255, (4, 16)), (2**64 - 1, 2**64 - 1, (1, 16)), (6, 4, (6, 16))],
)
def test_a_length_that_cannot_be_is_what_a_pin_can_have(shortest: int, longest: int, taken: tuple[int, int]) -> None:
    (token,) = tokens_of("Bank", [listed(0, "Kart", shortest=shortest, longest=longest)])
    assert (token.slots[0].shortest, token.slots[0].longest) == taken


def test_a_label_is_never_long_and_always_printable() -> None:
    (token,) = tokens_of("Bank", [listed(0, "\x1b[31m" + "K" * 500)])
    assert token.label == "[31m" + "K" * 60


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_message_arrives_as_it_was_sent(pair: tuple[socket.socket, socket.socket]) -> None:
    """And the tail is the caller's to wipe: it stays as it was."""
    tail = bytearray(b"1234")
    protocol.send(pair[0], {"do": "sign", "label": "Nümunə"}, tail)
    assert protocol.receive(pair[1]) == ({"do": "sign", "label": "Nümunə"}, bytearray(b"1234"))
    assert tail == b"1234"


@pytest.mark.parametrize(
    "sent",
    [
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"\0\0\0\x06\0\0\0\x02[]",
        b"\0\0\0\x06\0\0\0\x02{x",
        b"\0\0\0\x06\0\0\0\x03{} ",
    ],
)
def test_what_is_no_message_is_told(pair: tuple[socket.socket, socket.socket], sent: bytes) -> None:
    """A module may write whatever it likes to whatever it finds open; the length is bounded before it is believed."""
    pair[0].sendall(sent)
    with pytest.raises(protocol.Garbled):
        protocol.receive(pair[1])


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0\0\0\x06\0\0\0\x02{"])
def test_who_goes_in_the_midst_is_gone(pair: tuple[socket.socket, socket.socket], sent: bytes) -> None:
    pair[0].sendall(sent)
    pair[0].close()
    with pytest.raises(protocol.Closed):
        protocol.receive(pair[1])


def test_who_says_nothing_is_late(pair: tuple[socket.socket, socket.socket]) -> None:
    """The time is one for the whole message, whatever its pieces."""
    pair[0].sendall(b"\0\0\0\x06")
    left = iter([1.0, 0.0])
    with pytest.raises(TimeoutError):
        protocol.receive(pair[1], lambda: next(left))
