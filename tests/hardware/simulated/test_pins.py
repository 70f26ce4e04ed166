"""PINs and PUKs: counters, forms, what is proved and until when (I9; ISO 7816-4 section 11.5)."""

from __future__ import annotations

import pytest

from hardware.readers import Transport
from hardware.simulated.pins import CardPin, PinForm
from tests.cards import Cards, Host, block


@pytest.fixture(params=["T=0", "T=1"])
def host(cards: Cards, request: pytest.FixtureRequest) -> Host:
    transport: Transport = "T=0" if request.param == "T=0" else "T=1"
    return Host(cards.make("pkcs15", transport=transport))


def test_the_empty_verify_tells_the_tries_and_costs_none(host: Host) -> None:
    """63Cx not proved, 9000 proved, 6983 blocked."""
    assert [host.status("00200081") for _ in range(5)] == [0x63C3] * 5
    host.send("00200081", block("1234"))
    assert host.status("00200081") == 0x9000


def test_wrong_tries_count_down_to_blocked_and_a_right_one_counts_up_again(host: Host) -> None:
    """63C2, 63C1, 63C0 and 6983 from then on, for the right value too."""
    assert host.status("00200081", block("9999")) == 0x63C2
    assert host.status("00200081", block("1234")) == 0x9000
    assert host.card.pins["pin1"].left == 3
    told = [host.status("00200081", block("9999")) for _ in range(5)]
    assert told == [0x63C2, 0x63C1, 0x63C0, 0x6983, 0x6983]
    assert host.status("00200081", block("1234")) == 0x6983
    assert host.status("00200081") == 0x6983
    assert host.card.pins["pin2"].left == 3, "each PIN has its own counter"


def test_a_wrong_try_takes_back_what_was_proved(host: Host) -> None:
    host.send("00200081", block("1234"))
    assert host.status("00200081", block("1235")) == 0x63C2
    assert not host.card.pins["pin1"].proved


def test_a_reset_forgets_what_was_proved_and_no_counter(host: Host) -> None:
    host.send("00200081", block("1234"))
    host.send("00200082", block("99999"))
    host.card.reset()
    assert host.status("00200081") == 0x63C3
    assert host.status("00200082") == 0x63C2
    host.send("00200081", block("1234"))
    host.card.power_off()
    host.card.power_on()
    assert host.status("00200081") == 0x63C3


@pytest.mark.parametrize("size", [0, 1, 4, 7, 9])
def test_a_block_of_another_size_costs_no_try(host: Host, size: int) -> None:
    """6700: PIN blocks are filled up to eight bytes."""
    if size:
        assert host.status("00200081", block("1234", 4)[:size].ljust(size, b"\xff")) == 0x6700
    assert host.card.pins["pin1"].left == 3


@pytest.mark.parametrize("digits", ["123", "1234567890123"])
def test_a_plain_pin_of_another_length_costs_no_try(cards: Cards, digits: str) -> None:
    """AzeDIT: 4 to 12 digits as they are, else 6700; an empty VERIFY is none of its commands."""
    host = Host(cards.make("azedit"))
    assert host.status("00200001", digits.encode()) == 0x6700
    assert host.status("00200001") == 0x6700
    assert host.card.pins["pin1"].left == 3


@pytest.mark.parametrize(
    ("header", "status"), [("00200084", 0x6A88), ("00200181", 0x6A86), ("0020ff81", 0x6A86), ("00240181", 0x6A86),
                           ("002c0181", 0x6A86), ("002c0083", 0x6A86), ("00240084", 0x6A88), ("002c0084", 0x6A88)]
)  # fmt: skip
def test_what_is_no_pin_or_no_way_to_use_one(host: Host, header: str, status: int) -> None:
    """6A88 no such reference; 6A86 no such way, as unblocking the PUK itself."""
    assert host.status(header, block("1234") + block("4321")) == status


def test_changing_takes_the_old_value(host: Host) -> None:
    assert host.status("00240081", block("9999") + block("4321")) == 0x63C2
    assert host.status("00240081", block("1234") + block("4321")) == 0x9000
    assert host.status("00200081", block("1234")) == 0x63C2
    assert host.status("00200081", block("4321")) == 0x9000


def test_the_puk_can_be_changed(host: Host) -> None:
    assert host.status("00240083", block("12345678") + block("87654321")) == 0x9000
    assert host.status("00200083", block("87654321")) == 0x9000


@pytest.mark.parametrize("new", ["123", "12345a", "ffff", "1\xff23"])
def test_a_new_value_of_wrong_form_is_refused_without_a_try(host: Host, new: str) -> None:
    """6A80: too short, or no digits; the old value is not even looked at, nor the PUK."""
    sent = new.encode("latin-1").ljust(8, b"\xff")
    assert host.status("00240081", block("9999") + sent) == 0x6A80
    assert host.status("002c0081", block("99999999") + sent) == 0x6A80
    assert (host.card.pins["pin1"].left, host.card.pins["puk"].left) == (3, 3)


def test_a_new_value_equal_to_the_old_is_refused(host: Host) -> None:
    """6985, and no try is used."""
    assert host.status("00240081", block("1234") + block("1234")) == 0x6985
    assert host.card.pins["pin1"].left == 3


def test_the_puk_gives_a_blocked_pin_new_tries_and_a_new_value(host: Host) -> None:
    """RESET RETRY COUNTER with the PUK and the new value together (P1=00)."""
    for _ in range(3):
        host.send("00200081", block("9999"))
    assert host.status("002c0081", block("12345678") + block("4321")) == 0x9000
    assert host.status("00200081") == 0x63C3, "unblocked is not proved"
    assert host.status("00200081", block("4321")) == 0x9000


def test_the_puk_verified_before_does_it_once(host: Host) -> None:
    """RESET RETRY COUNTER with the new value alone (P1=02), after VERIFY of the PUK."""
    assert host.status("002c0281", block("4321")) == 0x6982
    assert host.status("00200083", block("12345678")) == 0x9000
    assert host.status("002c0281", block("4321")) == 0x9000
    assert host.status("002c0282", block("54321")) == 0x6982


def test_the_puk_has_a_counter_of_its_own_and_blocks_for_good(host: Host) -> None:
    told = [host.status("002c0081", block("99999999") + block("4321")) for _ in range(4)]
    assert told == [0x63C2, 0x63C1, 0x63C0, 0x6983]
    assert host.status("002c0081", block("12345678") + block("4321")) == 0x6983
    assert host.card.pins["pin1"].left == 3


@pytest.mark.parametrize(
    ("sent", "status"), [("12345678" "4321", 0x9000), ("87654321" "4321", 0x63C2), ("12345678" "432", 0x6700),
                         ("12345678" "43a1", 0x6A80), ("1" * 25, 0x6700)]
)  # fmt: skip
def test_plain_values_follow_one_another(cards: Cards, sent: str, status: int) -> None:
    """AzeDIT: PUK and new PIN without filling; only the card knows where the one ends."""
    host = Host(cards.make("azedit", "blocked"))
    assert host.status("002c0001", sent.encode()) == status
    assert host.card.pins["pin1"].left == (3 if status == 0x9000 else 0)


def test_a_plain_pin_is_changed(cards: Cards) -> None:
    host = Host(cards.make("azedit"))
    assert host.status("00240001", b"99994321") == 0x63C2
    assert host.status("00240001", b"123443215") == 0x9000
    assert host.status("00200001", b"43215") == 0x9000


def test_azedit_tells_counters_in_a_file(cards: Cards) -> None:
    """MF / 0016: records of PIN1, PIN2 and PUK, third byte the most, sixth what is left; reading costs no try."""
    host = Host(cards.make("azedit", transport="T=1"))
    host.raw("00200001 0439393939")
    for _ in range(2):
        host.raw("00200002 053939393939")
    host.raw("00a4000c")
    host.raw("00a4020c020016")
    records = [host.send(f"00b2{number:02x}04", le=0)[0] for number in (1, 2, 3)]
    assert [record[:2] + record[3:5] for record in records] == [b"\x80\x01\x90\x01"] * 3
    assert [(record[2], record[5]) for record in records] == [(3, 2), (3, 1), (3, 3)]


def test_a_blocked_pin_is_not_changed(cards: Cards) -> None:
    """6983, for the right old value too."""
    host = Host(cards.make("pkcs15", "blocked"))
    assert host.status("00240081", block("1234") + block("4321")) == 0x6983


def test_piv_forgets_on_request(cards: Cards) -> None:
    """VERIFY with P1=FF logs out (SP 800-73-4 part 2, 3.2.1)."""
    host = Host(cards.make("piv"))
    assert host.status("00200080", block("123456")) == 0x9000
    assert host.status("00200080") == 0x9000
    assert host.status("0020ff80", block("123456")) == 0x6A80
    assert host.status("0020ff80") == 0x9000
    assert host.status("00200080") == 0x63C3


@pytest.mark.parametrize("most", [3, 10, 15, 40])
def test_a_status_word_counts_to_fifteen(most: int) -> None:
    """63Cx has four bits for the tries left; a token may allow ten (I9)."""
    pin = CardPin("pin", 1, "1234", PinForm(4, 8), most=most)
    assert pin.status() == 0x63C0 + min(most, 15)


def test_a_pin_is_not_kept_as_it_is(cards: Cards) -> None:
    """Nothing on the card holds or prints its value."""
    pin = CardPin("pin", 1, "90817263", PinForm(4, 8))
    assert repr(pin) == "CardPin(pin, 3 of 3)"
    assert not any(b"90817263" in bytes(value) for value in vars(pin).values() if isinstance(value, bytes | bytearray))
