"""Every fault on order does what it says, at the command it names."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.faults import ALLOWED, CardPulled, CardSilent, Fault, parse_fault
from hardware.simulated.profiles import Profile
from tests.cards import NOW, Cards, Host, block

_SELECT = "00a4000c"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pull@1", Fault("pull", 1)),
        ("mute@20", Fault("mute", 20)),
        ("6f00@3", Fault("6f00", 3)),
        ("endless61@2", Fault("endless61", 2)),
        ("slow@4:250", Fault("slow", 4, 250)),
        ("broken-tlv", Fault("broken-tlv")),
        ("blocked", Fault("blocked")),
        ("last-try", Fault("last-try")),
        ("expired", Fault("expired")),
        ("suspended", Fault("suspended")),
        ("revoked", Fault("revoked")),
        ("wrong-issuer", Fault("wrong-issuer")),
        ("transport-pin", Fault("transport-pin")),
    ],
)
def test_each_fault_is_read(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text", ["", "pull", "pull@0", "pull@x", "pull@1:5", "slow@1", "slow@1:0", "blocked@1", "MUTE@1"]
)
def test_what_is_no_fault_is_told_with_what_there_is(text: str) -> None:
    with pytest.raises(ValueError, match=ALLOWED.replace("|", r"\|")):
        parse_fault(text)


def test_pulled_at_a_command_and_whole_when_put_in_again(cards: Cards) -> None:
    host = Host(cards.make("pkcs15", "pull@3"))
    assert [host.raw(_SELECT) for _ in range(2)] == ["9000"] * 2
    with pytest.raises(CardPulled):
        host.raw(_SELECT)
    with pytest.raises(CardSilent):
        host.raw(_SELECT)
    host.card.power_on()
    assert [host.raw(_SELECT) for _ in range(3)] == ["9000"] * 3


def test_mute_from_a_command_on_for_good(cards: Cards) -> None:
    host = Host(cards.make("pkcs15", "mute@2"))
    assert host.raw(_SELECT) == "9000"
    with pytest.raises(CardSilent):
        host.raw(_SELECT)
    with pytest.raises(CardSilent):
        host.card.power_on()
    assert host.card.silent


def test_one_command_without_diagnosis(cards: Cards) -> None:
    host = Host(cards.make("pkcs15", "6f00@2"))
    assert [host.raw(_SELECT) for _ in range(3)] == ["9000", "6f00", "9000"]


def test_more_to_fetch_without_end(cards: Cards) -> None:
    """61xx, and each GET RESPONSE gives sixteen bytes and tells of more."""
    host = Host(cards.make("pkcs15", "endless61@2"))
    assert host.raw(_SELECT) == "9000"
    assert host.raw(_SELECT) == "6110"
    assert {host.raw("00c0000010") for _ in range(100)} == {"00" * 16 + "6110"}


def test_a_slow_command_takes_its_time(cards: Cards) -> None:
    host = Host(cards.make("pkcs15", "slow@2:40"))
    host.raw(_SELECT)
    began = time.monotonic()
    assert host.raw(_SELECT) == "9000"
    assert time.monotonic() - began >= 0.04


def test_a_slow_card_can_be_pulled_out(cards: Cards) -> None:
    """Taking its power ends the command that would take a quarter of an hour."""
    host = Host(cards.make("pkcs15", "slow@1:900000"))
    ended: list[type[Exception]] = []

    def use() -> None:
        with pytest.raises(CardSilent):
            host.raw(_SELECT)
        ended.append(CardSilent)

    thread = threading.Thread(target=use)
    thread.start()
    while not host.card.commands:
        thread.join(0.001)
    host.card.taken_out()
    thread.join()
    assert ended == [CardSilent]


@pytest.mark.parametrize("profile", ["pkcs15", "azedit", "piv"])
@pytest.mark.parametrize(("fault", "left"), [("blocked", 0), ("last-try", 1)])
def test_pins_that_are_used_up(cards: Cards, profile: Profile, fault: str, left: int) -> None:
    """PINs have no try or one; the PUK is whole."""
    pins = cards.make(profile, fault).pins
    assert {pin.left for name, pin in pins.items() if name != "puk"} == {left}
    assert pins["puk"].left == 3


@pytest.mark.parametrize(
    ("profile", "pin", "puk"), [("pkcs15", "81", "83"), ("azedit", "01", "00"), ("piv", "80", "81")]
)
def test_a_transport_pin_has_to_be_changed_first(cards: Cards, profile: Profile, pin: str, puk: str) -> None:
    """VERIFY answers 6985 and costs no try, until CHANGE REFERENCE DATA gave it a value of its own."""
    host = Host(cards.make(profile, "transport-pin"))
    old, new = ("123456", "654321") if profile == "piv" else ("1234", "4321")
    filled = (lambda digits: digits.encode()) if profile == "azedit" else block
    assert host.status(f"002000{pin}", filled(old)) == 0x6985
    assert host.status(f"002000{pin}") == (0x6700 if profile == "azedit" else 0x6985)
    assert host.status(f"002400{pin}", filled(old) + filled(new)) == 0x9000
    assert host.status(f"002000{pin}", filled(new)) == 0x9000
    assert host.status(f"002000{puk}", filled("12345678")) == 0x9000


def test_pkcs15_says_in_its_directory_that_a_pin_is_not_yet_set(cards: Cards) -> None:
    """AODF pinFlags: bit `initialized` (4) is clear for a transport PIN, until it was changed (PKCS#15 v1.1, 6.8.2)."""
    host = Host(cards.make("pkcs15", "transport-pin"))
    assert _initialised(host) == [False, False, True]
    host.send("00240081", block("1234") + block("4321"))
    assert _initialised(host) == [True, False, True]
    host.send("002c0082", block("12345678") + block("54321"))
    assert _initialised(host) == [True, True, True]
    assert _initialised(Host(cards.make("pkcs15"))) == [True, True, True]


@pytest.mark.parametrize(
    ("profile", "reads"),
    [
        ("pkcs15", (("00a4080c0450155031", "00b0000000"),)),
        ("azedit", (("00a4010c02eeee", "00a4020c02aace", "00b0000000"),)),
        ("piv", (("00cb3fff055c035fc10500",),)),
    ],
)
def test_broken_tlv_claims_more_than_there_is(
    cards: Cards, profile: Profile, reads: tuple[tuple[str, ...], ...]
) -> None:
    """The first length in each file says two thousand million bytes."""
    host = Host(cards.make(profile, "broken-tlv", transport="T=1"))
    for commands in reads:
        told = [host.raw(command) for command in commands][-1]
        assert told[2:12] == "847fffffff"


def test_certificates_out_of_their_time_or_by_a_stranger(cards: Cards) -> None:
    for fault in ("expired", "wrong-issuer"):
        certificates = _certificates(cards.make("pkcs15", fault))
        for one in certificates[:2]:
            if fault == "expired":
                assert one.not_valid_before_utc < one.not_valid_after_utc < NOW
                one.verify_directly_issued_by(cards.authority.certificate("ica"))
            else:
                assert one.not_valid_after_utc > NOW + timedelta(days=365)
                one.verify_directly_issued_by(cards.authority.certificate("foreign"))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("revoked", x509.ReasonFlags.key_compromise), ("suspended", x509.ReasonFlags.certificate_hold)],
)
def test_certificates_that_were_taken_back_stand_on_the_list(
    cards: Cards, tmp_path: Path, fault: str, reason: x509.ReasonFlags
) -> None:
    authority = ExampleAuthority.open(tmp_path, NOW)
    card = cards.make("pkcs15", fault, authority=authority)
    told = x509.load_der_x509_crl((tmp_path / "crl" / "ica.crl").read_bytes())
    for certificate in _certificates(card)[:2]:
        entry = told.get_revoked_certificate_by_serial_number(certificate.serial_number)
        assert entry is not None
        assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason == reason


def _certificates(card: VirtualCard) -> list[x509.Certificate]:
    host = Host(card)
    found = []
    for fid in ("4331", "4332", "4333"):
        host.raw(f"00a4080c045015{fid}")
        stored = host.read()
        found.append(x509.load_der_x509_certificate(stored[: int.from_bytes(stored[2:4]) + 4]))
    return found


def _initialised(host: Host) -> list[bool]:
    """The flag of PIN1, PIN2 and the PUK: in the byte before each `pinType ascii-numeric`."""
    host.raw("00a4080c0450154401")
    before = host.read().split(bytes.fromhex("0a0101"))[:-1]
    return [bool(part[-1] & 0x08) for part in before]
