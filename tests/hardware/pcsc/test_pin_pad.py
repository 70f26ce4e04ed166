"""Readers' own pads (PC/SC part 10), by exchanges as libccid's readers have them: no virtual reader has a pad."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hardware.errors import CardFault, CardGone, NotSupported
from hardware.pcsc import codes
from hardware.pcsc.link import Link
from hardware.pcsc.pin_pad import GET_FEATURE_REQUEST, Abilities, ReaderPad, abilities, features, verify_structure
from hardware.pcsc.protocol import Kind, Message
from tests.hardware.pcsc.fake import PRESENT, FakeCalls, working

VERIFY, PIN_PROPERTIES, TLV_PROPERTIES = 0x42330006, 0x4233000A, 0x42330012
FEATURES = bytes.fromhex("060442330006 070442330007 0A044233000A 120442330012")
WITH_DISPLAY = bytes.fromhex("1002 07 00")
WITHOUT_DISPLAY = bytes.fromhex("0000 07 00")
HEADER = bytes.fromhex("00200081")


def properties(vendor: int, product: int, *more: str) -> bytes:
    """GET_TLV_PROPERTIES of a reader."""
    ids = b"\x0b\x02" + vendor.to_bytes(2, "little") + b"\x0c\x02" + product.to_bytes(2, "little")
    return b"\x01\x02\x10\x02" + ids + bytes.fromhex("".join(more)) + b"\x08\x04v1.0"


class Replay:
    """A reader that answers as recorded; any other question is refused."""

    def __init__(self, answers: dict[int, bytes]) -> None:
        self.answers = answers
        self.asked: list[tuple[int, bytes, float]] = []

    def __call__(self, code: int, data: bytes, seconds: float) -> bytes:
        self.asked.append((code, data, seconds))
        if code not in self.answers:
            raise NotSupported(0x8010001F)
        return self.answers[code]


def test_a_pad_is_found_with_its_control_code_and_lengths() -> None:
    reader = Replay(
        {
            GET_FEATURE_REQUEST: FEATURES,
            TLV_PROPERTIES: properties(0x08E6, 0x3478, "060104", "070108"),
            PIN_PROPERTIES: WITH_DISPLAY,
        }
    )
    assert abilities("Gemalto PinPad 00 00", reader) == Abilities(VERIFY, True, 2, 4, 8)


def test_a_pad_without_properties_is_used_as_it_stands() -> None:
    assert abilities("A reader", Replay({GET_FEATURE_REQUEST: FEATURES[:6]})) == Abilities(VERIFY)


@pytest.mark.parametrize(
    "answer", [b"", b"\x06", b"\x06\x04\x42\x33", b"\x06\x02\x42\x33", FEATURES[6:], b"\x06\xff" + bytes(20)]
)
def test_a_reader_that_tells_of_no_whole_feature_has_no_pad(answer: bytes) -> None:
    assert abilities("A reader", Replay({GET_FEATURE_REQUEST: answer})) is None


def test_a_reader_that_refuses_the_question_has_no_pad() -> None:
    """guide, 2.6: vpcd answers that the feature is not supported."""
    assert abilities("Virtual PCD 00 00", Replay({})) is None


@pytest.mark.parametrize(("vendor", "product"), [(0x076B, 0x3031), (0x076B, 0x6632), (0x25DD, 0x3111)])
def test_a_reader_that_is_known_to_claim_falsely_has_no_pad(vendor: int, product: int) -> None:
    """By vendor and product id, whatever its name is."""
    reader = Replay({GET_FEATURE_REQUEST: FEATURES, TLV_PROPERTIES: properties(vendor, product)})
    assert abilities("A reader", reader) is None


@pytest.mark.parametrize(
    "name",
    [
        "HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader] 00 00",
        "HID Global OMNIKEY 6121 Smart Card Reader 01 00",
        "BIT4ID miniLector-EVO 00 00",
        "BIT4ID miniLector EVO [CCID Interface] 00 00",
    ],
)
def test_a_name_that_is_known_to_claim_falsely_has_no_pad(name: str) -> None:
    """Where a reader tells no ids."""
    assert abilities(name, Replay({GET_FEATURE_REQUEST: FEATURES[:6]})) is None


def test_a_card_that_is_gone_is_no_reader_without_a_pad() -> None:
    def gone(code: int, data: bytes, seconds: float) -> bytes:
        raise CardGone(codes.REMOVED_CARD)

    with pytest.raises(CardGone):
        abilities("A reader", gone)


def test_features_are_big_endian() -> None:
    assert features(FEATURES)[0x12] == TLV_PROPERTIES


def test_the_structure_of_a_filled_block() -> None:
    """PC/SC part 10, 2.5.2: 19 bytes, little-endian, then the command with the block filled by FF."""
    made = verify_structure(HEADER, Abilities(VERIFY), shortest=4, longest=8, block=8, seconds=30)
    assert made.hex(" ") == (
        "1e 1e 82 08 00 08 04 02 ff 2c 04 00 00 00 00 0d 00 00 00 00 20 00 81 08 ff ff ff ff ff ff ff ff"
    )


def test_the_structure_of_a_block_as_long_as_the_pin() -> None:
    """Without Lc: a reader that finds an Lc of 0 keeps it (guide, 2.6)."""
    made = verify_structure(HEADER, Abilities(VERIFY, display=False), shortest=5, longest=12, block=0, seconds=90)
    assert made.hex(" ") == "5a 5a 82 00 00 0c 05 02 00 2c 04 00 00 00 00 04 00 00 00 00 20 00 81"


@pytest.mark.parametrize(("seconds", "told"), [(0, 1), (90, 90), (255, 255), (600, 255)])
def test_the_time_fits_into_its_byte(seconds: int, told: int) -> None:
    assert verify_structure(HEADER, Abilities(VERIFY), shortest=4, longest=8, block=8, seconds=seconds)[0] == told


@pytest.mark.parametrize(
    ("header", "shortest", "longest", "block"),
    [(HEADER[:3], 4, 8, 8), (HEADER, 0, 8, 8), (HEADER, 9, 8, 8), (HEADER, 4, 9, 8), (HEADER, 4, 17, 0)],
)
def test_what_no_pad_can_complete_is_not_sent(header: bytes, shortest: int, longest: int, block: int) -> None:
    with pytest.raises(ValueError, match="no command"):
        verify_structure(header, Abilities(VERIFY), shortest=shortest, longest=longest, block=block, seconds=30)


@pytest.mark.parametrize("status", [0x9000, 0x63C2, 0x6983, 0x6400, 0x6401, 0x6402, 0x6403])
def test_the_status_word_comes_back_as_it_is(status: int) -> None:
    """The card's, or the reader's: 6400 timeout, 6401 cancelled, 6402 repeat differs, 6403 length."""
    reader = Replay({VERIFY: status.to_bytes(2, "big")})
    assert ReaderPad(Abilities(VERIFY), reader).verify(HEADER, shortest=4, longest=8, block=8, seconds=40) == status
    assert [(code, seconds) for code, _, seconds in reader.asked] == [(VERIFY, 40.0)]


def test_the_narrower_of_card_and_pad_counts() -> None:
    reader = Replay({VERIFY: b"\x90\x00"})
    ReaderPad(Abilities(VERIFY, shortest=5, longest=6), reader).verify(
        HEADER, shortest=4, longest=8, block=8, seconds=30
    )
    assert reader.asked[0][1][5:7] == bytes([6, 5])


def test_a_pad_for_shorter_pins_only_is_none_for_this_card() -> None:
    reader = Replay({VERIFY: b"\x90\x00"})
    with pytest.raises(NotSupported):
        ReaderPad(Abilities(VERIFY, longest=4), reader).verify(HEADER, shortest=5, longest=8, block=8, seconds=30)
    assert not reader.asked


@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x90\x00\x00"])
def test_no_status_word_is_a_fault(answer: bytes) -> None:
    with pytest.raises(CardFault):
        ReaderPad(Abilities(VERIFY), Replay({VERIFY: answer})).verify(
            HEADER, shortest=4, longest=8, block=8, seconds=30
        )


def test_through_the_worker_a_pin_is_typed_at_the_reader() -> None:
    """The whole way from a link to the control calls and back; the seconds reach the deadline."""
    scard = FakeCalls()
    scard.looked = lambda: (codes.SUCCESS, PRESENT | 1 << 16)
    exchange: dict[int, Callable[[list[int]], list[int]]] = {
        GET_FEATURE_REQUEST: lambda data: list(FEATURES),
        TLV_PROPERTIES: lambda data: list(properties(0x08E6, 0x3478)),
        PIN_PROPERTIES: lambda data: list(WITHOUT_DISPLAY),
        VERIFY: lambda data: [0x63, 0xC2] if bytes(data[-13:]) == HEADER + b"\x08" + b"\xff" * 8 else [],
    }
    scard.controlled = lambda code, data: (codes.SUCCESS, exchange[code](data))
    waits: list[float] = []
    with working(scard) as (line, _):

        def ask(message: Message, seconds: float) -> Message:
            waits.append(seconds)
            return line.ask(message.kind, message.code, message.extra, bytes(message.data))

        connected = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number)
        link = Link("A reader", 1, connected, ask)
        assert link.pin_pad() is None
        link.use_pad(link.look_for_pad())
        pad = link.pin_pad()
        assert pad is not None
        assert pad.verify(HEADER, shortest=4, longest=8, block=8, seconds=60) == 0x63C2
        assert waits == [0.0, 0.0, 0.0, 60.0]
        link.close()


def test_a_reader_that_refuses_a_question_leaves_the_link_alive() -> None:
    scard = FakeCalls()
    scard.looked = lambda: (codes.SUCCESS, PRESENT | 1 << 16)
    scard.controlled = lambda code, data: (codes.NOT_TRANSACTED, [])
    with working(scard) as (line, _):
        connected = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number)
        link = Link(
            "A reader", 1, connected, lambda message, seconds: line.ask(
                message.kind, message.code, message.extra, bytes(message.data)
            ),
        )  # fmt: skip
        assert link.look_for_pad() is None
        assert link.transmit(b"\0\x84\0\0\x08") == b"\x90\x00"
