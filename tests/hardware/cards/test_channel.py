"""Chaining, GET RESPONSE, right lengths, extended lengths, and the redacted trace."""

from __future__ import annotations

import pytest

from hardware.cards.apdu import Command
from hardware.cards.channel import MOST_COMMANDS, MOST_RESPONSES, TRACE_LINES, Channel, Trace, speaks_extended
from hardware.cards.pin_entry import PinForm, send_pins
from hardware.errors import CardFault, CardGone, PinWrong
from hardware.secret import Pin
from tests.hardware.cards.desk import DirectLink
from tests.hardware.cards.script import Script

READ = Command(bytes.fromhex("00B20104"), expected=256)
EXTENDED_ATR = "3B8C8131FE45 8073F621C0 564E554D554E45"


def test_more_is_fetched_until_there_is_no_more() -> None:
    link = Script(
        """
        00 B2 01 04 00 -> AA 61 02
        00 C0 00 00 02 -> BB CC 61 01
        00 C0 00 00 01 -> DD 90 00
        """
    )
    assert Channel(link).send(READ).data == bytes.fromhex("AABBCCDD")
    assert link.done()


def test_a_wrong_length_is_put_right_once() -> None:
    link = Script("00 B2 01 04 00 -> 6C 02 \n 00 B2 01 04 02 -> AA BB 90 00", "T=0")
    assert Channel(link).send(READ).data == bytes.fromhex("AABB")
    stubborn = Script("00 B2 01 04 00 -> 6C 02 \n 00 B2 01 04 02 -> 6C 03")
    assert Channel(stubborn).send(READ).status == 0x6C03


def test_a_card_that_has_always_more_is_at_fault() -> None:
    """Bounded: a card that answers 61xx for ever costs a known number of commands."""
    for answer in (b"\x61\x10", b"\xaa\x61\x10", bytes(255) + b"\x61\xff"):
        link = DirectLink(b"\x3b\x00", "T=1", lambda _command, answer=answer: answer)  # type: ignore[misc]
        with pytest.raises(CardFault):
            Channel(link).send(READ)
        assert len(link.sent) <= MOST_RESPONSES + 1


def test_over_t0_data_go_without_an_expected_length() -> None:
    link = Script("00 88 00 00 02 AA BB -> 61 01 \n 00 C0 00 00 01 -> CC 90 00", "T=0")
    command = Command(bytes.fromhex("00880000"), b"\xaa\xbb", 256)
    assert Channel(link).send(command).data == b"\xcc"


def test_long_data_go_in_a_chain() -> None:
    """ISO/IEC 7816-4, 5.3.3; only the last block says what it expects."""
    data = bytes(range(256)) + b"\x01\x02"
    link = Script(f"10 87 07 9C FF {data[:255].hex()} -> 90 00 \n 00 87 07 9C 03 FF 01 02 00 -> AA 90 00")
    assert Channel(link).send(Command(bytes.fromhex("0087079C"), data, 256)).data == b"\xaa"


def test_a_chain_ends_where_the_card_refuses_it() -> None:
    link = Script(f"10 87 07 9C FF {bytes(255).hex()} -> 68 84")
    assert Channel(link).send(Command(bytes.fromhex("0087079C"), bytes(300), 256)).status == 0x6884
    assert link.done()


@pytest.mark.parametrize(
    ("atr", "speaks"),
    [
        (EXTENDED_ATR, True),
        ("3B8C8131FE45 8073F62180 564E554D554E45", False),
        ("3B8C8131FE45 8072F621 564E554D554E4500", False),
        ("3BF81800008031FE45FE415A452044495433", False),
        ("3B848001007340F0A1", False),
        ("3B", False),
        ("", False),
        ("3BFF", False),
        ("3B0F80", False),
    ],
)
def test_whether_a_card_speaks_extended_lengths_stands_in_its_answer_to_reset(atr: str, speaks: bool) -> None:
    """ISO/IEC 7816-4, 12.1.1.9: the third byte of the card's capabilities."""
    assert speaks_extended(bytes.fromhex(atr)) is speaks


def test_such_a_card_is_read_at_once() -> None:
    link = Script("00 B0 00 00 00 10 00 -> AA BB 62 82", atr=EXTENDED_ATR)
    assert b"".join(Channel(link).file(100)) == b"\xaa\xbb"


@pytest.mark.parametrize("refusal", ["67 00", "6D 00", "6F 00"])
def test_a_reader_that_cannot_is_asked_in_short(refusal: str) -> None:
    """What the card says is not what the reader between can carry."""
    link = Script(
        f"00 B0 00 00 00 10 00 -> {refusal} \n 00 B0 00 00 E0 -> AA 62 82 \n 00 B0 00 00 E0 -> BB 62 82",
        atr=EXTENDED_ATR,
    )
    channel = Channel(link)
    assert b"".join(channel.file(100)) == b"\xaa"
    assert b"".join(channel.file(100)) == b"\xbb", "and from then on in short only"


def test_a_file_ends_with_a_shorter_answer() -> None:
    link = Script(f"00 B0 00 00 E0 -> {bytes(224).hex()} 90 00 \n 00 B0 00 E0 E0 -> AA 90 00")
    assert len(b"".join(Channel(link).file(1_000))) == 225


def test_a_file_may_end_at_the_end_of_a_block() -> None:
    link = Script(f"00 B0 00 00 E0 -> {bytes(224).hex()} 90 00 \n 00 B0 00 E0 E0 -> 6B 00")
    assert len(b"".join(Channel(link).file(1_000))) == 224


def test_over_t0_a_read_takes_255_bytes() -> None:
    link = Script(
        f"00 B0 00 00 FF -> {bytes(255).hex()} 90 00 \n 00 B0 00 FF FF -> 6C 01 \n 00 B0 00 FF 01 -> AA 90 00", "T=0"
    )
    assert len(b"".join(Channel(link).file(1_000))) == 256


def test_a_file_without_an_end_is_the_cards_fault() -> None:
    link = DirectLink(b"\x3b\x00", "T=1", lambda command: bytes(command[4]) + b"\x90\x00")
    with pytest.raises(CardFault):
        list(Channel(link).file(1_000))
    assert len(link.sent) <= 6


def test_a_call_may_take_so_many_commands() -> None:
    link = DirectLink(b"\x3b\x00", "T=1", lambda _command: b"\x90\x00")
    channel = Channel(link)
    with pytest.raises(CardFault):
        for _ in range(MOST_COMMANDS + 1):
            channel.send(READ)
    assert len(link.sent) == MOST_COMMANDS
    channel.begin()
    assert channel.send(READ).is_ok


def test_select_asks_for_no_answer_where_the_card_takes_that() -> None:
    link = Script(
        """
        00 A4 04 0C 02 AA BB -> 6A 86
        00 A4 04 00 02 AA BB 00 -> 6F 00 90 00
        00 A4 04 00 02 AA BB 00 -> 6A 82
        """
    )
    channel = Channel(link)
    assert channel.select(0x04, b"\xaa\xbb") == 0x9000
    assert channel.select(0x04, b"\xaa\xbb") == 0x6A82


def test_what_select_tells_over_t0_is_left_on_the_card() -> None:
    link = Script("00 A4 02 04 02 AA CE -> 61 20", "T=0")
    assert Channel(link).select(0x02, b"\xaa\xce", p2=0x04) == 0x9000


def test_the_trace_shows_names_and_counts_but_no_contents() -> None:
    trace = Trace()
    link = Script(
        """
        00 A4 02 0C 02 50 31 -> 90 00
        00 B0 00 00 E0 -> 53 45 43 52 45 54 90 00
        00 2A 9E 9A 03 01 02 03 00 -> 6A 80
        """
    )
    channel = Channel(link, trace)
    channel.select(0x02, b"\x50\x31")
    channel.read(0, 1_000)
    channel.send(Command(bytes.fromhex("002A9E9A"), b"\x01\x02\x03", 256))
    told = [(line.command, line.status, line.answered) for line in trace.lines()]
    assert told == [("00A4020C 5031", 0x9000, 0), ("00B00000", 0x9000, 6), ("002A9E9A [3]", 0x6A80, 0)]
    assert all(line.milliseconds >= 0 and line.at > 0 for line in trace.lines())
    assert "534543524554" not in " ".join(line.text() for line in trace.lines())


@pytest.mark.parametrize("instruction", [0x20, 0x24, 0x2C])
def test_the_trace_shows_nothing_of_a_pin_not_even_its_length(instruction: int) -> None:
    lines = []
    for digits in ((1, 3, 5, 7), (1, 3, 5, 7, 9)):
        trace = Trace()
        channel = Channel(DirectLink(b"\x3b\x00", "T=1", lambda _command: b"\x63\xc2"), trace)
        with pytest.raises(PinWrong):
            send_pins(channel, bytes([0, instruction, 0, 0x81]), [(Pin(digits), PinForm(4, 8))])
        lines.append([(line.command, line.status, line.answered) for line in trace.lines()])
    assert lines[0] == lines[1] == [(f"00{instruction:02X}0081 [PIN]", 0x63C2, 0)]


def test_what_breaks_off_is_in_the_trace_with_its_error() -> None:
    def gone(_command: bytes) -> bytes:
        raise CardGone(0x80100069)

    trace = Trace()
    channel = Channel(DirectLink(b"\x3b\x00", "T=1", gone), trace)
    with pytest.raises(CardGone):
        channel.send(READ)
    with pytest.raises(CardGone):
        send_pins(channel, bytes.fromhex("00200081"), [(Pin((1, 2, 3, 4)), PinForm(4, 8))])
    assert [(line.status, line.error) for line in trace.lines()] == [(None, "card_gone")] * 2
    assert "card_gone" in trace.lines()[0].text()


def test_the_trace_keeps_the_last_ones() -> None:
    trace = Trace()
    channel = Channel(DirectLink(b"\x3b\x00", "T=1", lambda _command: b"\x90\x00"), trace)
    for number in range(TRACE_LINES + 5):
        channel.send(Command(bytes([0x00, 0xB2, number & 0xFF, 0x04]), expected=1))
    assert len(trace.lines()) == TRACE_LINES
    assert trace.lines()[0].command == "00B20504"
