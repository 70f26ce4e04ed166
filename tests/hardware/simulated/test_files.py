"""Finding files and reading them (ISO 7816-4 sections 7.1 and 11.2 to 11.4)."""

from __future__ import annotations

import random

import pytest

from hardware.readers import Transport
from hardware.simulated.profiles import Profile
from tests.cards import Cards, Host, block

_AID = "a000000063504b43532d3135"


@pytest.fixture
def host(cards: Cards) -> Host:
    return Host(cards.make("pkcs15"))


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00a4000c", "9000"),
        ("00a4000c023f00", "9000"),
        ("00a4000c022f00", "9000"),
        ("00a4000c025015", "9000"),
        ("00a4000c025031", "6a82"),
        ("00a4010c025015", "9000"),
        ("00a4010c022f00", "6a82"),
        ("00a4020c022f00", "9000"),
        ("00a4020c025015", "6a82"),
        ("00a4030c", "6a82"),
        ("00a4080c022f00", "9000"),
        ("00a4080c0450155031", "9000"),
        ("00a4080c063f0050155031", "9000"),
        ("00a4080c042f005031", "6a82"),
        ("00a4080c03501550", "6a80"),
        ("00a4090c0450155031", "9000"),
        ("00a4090c025031", "6a82"),
        (f"00a4040c0c{_AID}", "9000"),
        (f"00a4040c05{_AID[:10]}", "9000"),
        (f"00a4040e0c{_AID}", "6a82"),
        ("00a4040c03d27600", "6a82"),
        ("00a4000c0150", "6a80"),
        ("00a4040c", "6a80"),
        (f"00a4040c18{_AID}{_AID}", "6a80"),
        ("00a4050c025015", "6a86"),
        ("00a4000d025015", "6a86"),
        ("00a40008025015", "6a86"),
    ],
)
def test_each_way_to_select(host: Host, command: str, status: str) -> None:
    """By file id, path from the master file or from here, application id or its beginning; else 6A82, 6A80, 6A86."""
    assert host.raw(command) == status


def test_a_file_is_found_from_where_one_stands(host: Host) -> None:
    """P1=00 finds children, the directory itself, its parent and what is beside it; 03 goes up, 09 goes on."""
    host.raw("00a4080c025015")
    assert [host.raw(f"00a4000c02{fid}") for fid in ("5031", "5015", "2f00", "4331")] == [
        "9000",
        "9000",
        "9000",
        "9000",
    ]
    assert host.raw("00a4090c025032") == "9000"
    assert host.raw("00a4030c") == "9000"
    assert host.raw("00a4000c025031") == "6a82", "now at the master file"


def test_what_fails_to_be_selected_leaves_the_selection(host: Host) -> None:
    host.raw("00a4080c0450155031")
    before = host.raw("00b0000000")
    assert host.raw("00a4000c02dead") == "6a82"
    assert host.raw("00b0000000") == before


def test_select_tells_what_was_found(host: Host) -> None:
    """An FCI (6F) or FCP (62) template with size, kind, file id, and the name it was found by (ISO 7816-4, 7.4)."""
    size = len(Host.read(_selected(host, "00a4080c022f00")))
    held = f"8002{size:04x}8102{size:04x}820101"
    assert host.raw("00a40804022f0000") == f"6215{held}83022f008801f08a01059000"
    assert host.raw("00a40800022f0000") == f"6f15{held}83022f008801f08a01059000"
    named = host.raw(f"00a404000c{_AID}00")
    assert named == f"6f1882013883025015840c{_AID}8a01059000"


def test_reading_stops_where_the_file_ends(host: Host) -> None:
    """6282 with what there is, 6B00 past the end, on T=1; Le 00 asks for what there is."""
    size = len(Host.read(_selected(host, "00a4080c022f00")))
    assert host.raw(f"00b0{size - 2:04x}02")[-4:] == "9000"
    assert len(host.raw(f"00b0{size - 2:04x}02")) == 2 * 4
    assert host.raw(f"00b0{size - 2:04x}03")[-4:] == "6282"
    assert host.raw(f"00b0{size - 2:04x}00")[-4:] == "9000"
    assert host.raw(f"00b0{size:04x}01") == "6b00"
    assert host.raw("00b07fff01") == "6b00"


def test_t0_is_told_how_much_there_is(cards: Cards) -> None:
    """Where T=1 gives less, T=0 answers 6Cxx with the right length (ISO 7816-3 section 12.2.2)."""
    host = Host(cards.make("pkcs15", transport="T=0"))
    size = len(Host.read(_selected(host, "00a4080c022f00")))
    assert host.raw("00b0000000") == f"6c{size:02x}"
    assert host.raw(f"00b0{size - 2:04x}03") == "6c02"


def test_a_short_file_id_selects_and_reads(host: Host) -> None:
    """P1 with bit 8 names a file of this directory by five bits (ISO 7816-4 section 11.2.2)."""
    host.raw("00a4080c025015")
    assert host.raw("00b0910000") == host.raw("00b0000000") != ""
    assert host.raw("00b0900000") == "6a82"
    assert host.raw("00b0b10000") == "6a86"


@pytest.mark.parametrize(
    ("before", "command", "status"),
    [
        ("00a4000c", "00b0000000", "6986"),
        ("00a4080c022f00", "00b00000", "6700"),
        ("00a4080c022f00", "00b2010400", "6981"),
        ("00a4000c", "00b2010400", "6986"),
    ],
)
def test_what_cannot_be_read(host: Host, before: str, command: str, status: str) -> None:
    """6986 nothing is selected, 6981 the wrong kind of file, 6700 no Le."""
    host.raw(before)
    assert host.raw(command) == status


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
def test_records_are_read_by_number(cards: Cards, transport: Transport) -> None:
    """Records 1 to 16 of AzeDIT's personal data; 6A83 beyond, 6A86 for another way to name one."""
    host = Host(cards.make("azedit", transport=transport))
    assert host.raw("00a4000c") == "9000"
    assert host.raw("00a4010c02eeee") == "9000"
    assert host.send("00a40204", bytes.fromhex("5044"), 0)[1] == 0x9000
    person = [host.send(f"00b2{number:02x}04", le=0)[0].decode() for number in range(1, 17)]
    assert person[:3] == ["Nümunəli", "Əsmər", "İlğar qızı"]
    assert person[5:8] == ["28.02.1990", "7NUMN24", "NUM0000024"]
    assert person[-1] == " "
    assert host.status("00b21104", le=0) == 0x6A83
    assert host.status("00b20004", le=0) == 0x6A86
    assert host.status("00b20102", le=0) == 0x6A86
    assert host.status("00b00000", le=0) == 0x6981


def test_a_record_longer_than_asked_for_is_asked_for_again(cards: Cards) -> None:
    """6Cxx with the right length, after which the same command gives all of it."""
    host = Host(cards.make("azedit", transport="T=1"))
    host.raw("00a4010c02eeee")
    host.raw("00a4020c025044")
    assert host.raw("00b2070404") == "6c07"
    assert bytes.fromhex(host.raw("00b2070407")) == b"7NUMN24\x90\x00"


def test_certificates_lie_in_files_larger_than_they_are(cards: Cards) -> None:
    """A reader has to go by the DER length."""
    host = Host(cards.make("azedit", transport="T=1"))
    host.raw("00a4010c02eeee")
    told = host.raw("00a4020402aace00")
    assert told.startswith("62")
    assert "80020600" in told
    stored = host.read()
    assert len(stored) == 0x600
    assert stored[:2] == b"\x30\x82"
    assert len(stored) > int.from_bytes(stored[2:4]) + 4


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("80a4000c", "6e00"), ("20a4000c", "6e00"), ("01a4000c", "6881"), ("0ca4000c", "6882"), ("10a4000c", "6884"),
        ("00d60000020102", "6d00"), ("00e00000026200", "6d00"), ("00c0000000", "6985"),
        ("00870000", "6d00"), ("00cb3fff045c025fc1", "6d00"),
    ],
)  # fmt: skip
def test_what_the_card_does_not_have(host: Host, command: str, status: str) -> None:
    """6E00 class, 6881 channel, 6882 secure messaging, 6884 chaining, 6D00 instruction, 6985 nothing to fetch."""
    assert host.raw(command) == status


def test_random_numbers(host: Host) -> None:
    """GET CHALLENGE gives as many as asked for, eight where that is open."""
    assert len(host.raw("0084000010")) == 2 * 18
    assert len(host.raw("0084000000")) == 2 * 10
    assert host.raw("00840000") == "6700"
    assert host.raw("0084010008") == "6a86"
    assert host.raw("0084000008") != host.raw("0084000008")


def _selected(host: Host, command: str) -> Host:
    assert host.raw(command) == "9000"
    return host


def test_a_private_file_is_read_once_its_pin_is_proved(host: Host) -> None:
    """6982 before PIN1 and after a reset; another PIN does not open it (ISO 7816-4 section 9)."""
    for reference, digits, status in (("81", "", 0x6982), ("82", "12345", 0x6982), ("81", "1234", 0x6282)):
        host.card.reset()
        if digits:
            assert host.status(f"002000{reference}", block(digits)) == 0x9000
        assert host.raw("00a4080c0450154441") == "9000"
        assert host.status("00b00000", le=0x20) == status


@pytest.mark.parametrize("profile", ["pkcs15", "azedit", "piv", "unknown"])
@pytest.mark.parametrize("transport", ["T=0", "T=1"])
def test_whatever_is_sent_is_answered(cards: Cards, profile: Profile, transport: Transport) -> None:
    """Noise, and commands of the right form with any data in them, get a status word at least."""
    noise = random.Random(f"{profile} {transport}")  # noqa: S311 - noise, no secret
    host = Host(cards.make(profile, transport=transport))
    instructions = (0x20, 0x22, 0x24, 0x2A, 0x2C, 0x84, 0x87, 0x88, 0xA4, 0xB0, 0xB2, 0xC0, 0xCB)
    for _ in range(2000):
        data = noise.randbytes(noise.choice((0, 1, 2, 3, 5, 8, 16, 20, 40, 255)))
        parts = (
            noise.choice((0, 0x10)),
            noise.choice(instructions),
            noise.choice((0, 0x41, 0x9E, noise.getrandbits(8))),
        )
        header = bytes((*parts, noise.choice((0x81, 0xB6, 0x9A, noise.getrandbits(8)))))
        whole = header + (bytes([len(data)]) + data if data else b"")
        for command in (data, whole, whole + noise.randbytes(noise.choice((1, 2, 3)))):
            assert len(host.card.transmit(command)) >= 2
