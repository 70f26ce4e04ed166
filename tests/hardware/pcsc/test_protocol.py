"""Messages between the service and its worker."""

from __future__ import annotations

import pytest

from hardware.pcsc.protocol import LONGEST_DATA, LONGEST_TEXT, Garbled, Kind, Message, blank, pack, unpack


@pytest.mark.parametrize(
    "message",
    [
        Message(Kind.BEAT),
        Message(Kind.CARD_IN, 4294967295, 1, 2, "Считыватель Ə 00", b"\x3b\x00"),
        Message(Kind.TRANSMIT, 1, data=bytes(LONGEST_DATA)),
        Message(Kind.READER_IN, text="x" * LONGEST_TEXT),
    ],
)
def test_a_message_comes_as_it_went(message: Message) -> None:
    assert unpack(pack(message)) == message


@pytest.mark.parametrize(
    "message", [Message(Kind.TRANSMIT, data=bytes(LONGEST_DATA + 1)), Message(Kind.BEAT, text="x" * 513)]
)
def test_nothing_too_long_is_sent(message: Message) -> None:
    with pytest.raises(Garbled):
        pack(message)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        bytes(14),
        b"\x00" + bytes(14),
        b"\xff" + bytes(14),
        b"\x11" + bytes(12) + b"\x01\x00",
        b"\x11" + bytes(12) + b"\x01\x00\xff",
        b"\x11" + bytes(70_000),
    ],
)
def test_what_is_no_message_is_refused(packet: bytes) -> None:
    with pytest.raises(Garbled):
        unpack(packet)


def test_a_message_is_wiped_in_place_and_never_shown() -> None:
    """What was received may hold a PIN."""
    packet = pack(Message(Kind.TRANSMIT, data=b"\x00\x20\x00\x81\x041234"))
    message = unpack(packet)
    assert "1234" not in repr(message)
    kept = message.data
    message.wipe()
    assert bytes(kept) == bytes(9)
    blank(packet)
    assert not any(packet)
