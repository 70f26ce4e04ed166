"""A PKCS#15 directory read into plain values (PKCS #15 v1.1, 6; ISO/IEC 7816-15, 8)."""

from __future__ import annotations

import pytest

from hardware.cards import pkcs15_asn1
from hardware.errors import CardFault
from tests.hardware.cards import directory


def test_ef_dir_of_the_published_example() -> None:
    """The EID example of RSA's test vectors for PKCS #15 v1.1 (1.1): values as published, put into DER by the rules."""
    data = bytes.fromhex(
        "6135 4F0C A000000063504B43532D3135 5007 52534120445349 5104 3F005015 "
        "7316 060A 2A864886F70D010F0401 3008 0406 3F0050154320"
    )
    assert pkcs15_asn1.applications(data) == (
        pkcs15_asn1.Application(directory.AID, directory.HOME, "RSA DSI"),
    )  # fmt: skip


def test_the_odf_names_directories() -> None:
    data = directory.odf(keys="3F0050154401", public="4402", certificates="3F0050154403", pins="4404") + bytes(20)
    found = pkcs15_asn1.object_directory(data)
    assert [one.name.hex() for one in found.private_keys] == ["3f0050154401"]
    assert [one.name.hex() for one in found.certificates] == ["3f0050154403"]
    assert [one.name.hex() for one in found.pins] == ["4404"]


def test_a_pin_with_all_its_rules() -> None:
    data = directory.pin("Giriş PIN-i", 1, {"local", "initialized", "needs-padding"}, 0x81, guard=3)
    (pin,) = pkcs15_asn1.pins(data)
    assert pin == pkcs15_asn1.PinEntry(
        auth_id=b"\x01", label="Giriş PIN-i",
        flags=frozenset({pkcs15_asn1.LOCAL, pkcs15_asn1.INITIALIZED, pkcs15_asn1.NEEDS_PADDING}),
        kind=pkcs15_asn1.ASCII_NUMERIC, shortest=4, stored=8, longest=8, reference=0x81, fill=0xFF,
        unblocked_by=b"\x03",
    )  # fmt: skip


def test_a_pin_that_tells_less() -> None:
    """Longest and reference may be missing: what is stored counts, and reference 0 (PKCS #15 v1.1, 6.8.2)."""
    attributes = {"max": None, "reference": None, "pad": None}
    whole = directory.Pin.load(directory.pin("PIN", 1, {"initialized"}))
    for name in attributes:
        whole["type"][name] = None
    (pin,) = pkcs15_asn1.pins(whole.dump(force=True))
    assert (pin.shortest, pin.stored, pin.longest, pin.reference) == (4, 8, 8, 0)


def test_a_pin_with_a_path_of_its_own() -> None:
    data = directory.pin("PIN", 1, {"local"}, more={"path": directory.path("3F005015")})
    (pin,) = pkcs15_asn1.pins(data)
    assert pin.path == pkcs15_asn1.Path(directory.HOME)


def test_keys_with_usage_reference_and_algorithms() -> None:
    data = directory.key(1, {"sign"}, 1, 0x91) + directory.key(2, {"non-repudiation", "sign"}, 2, 5, (17, 33))
    one, two = pkcs15_asn1.private_keys(data)
    assert (one.key_id, one.reference, one.auth_id) == (b"\x01", 0x91, b"\x01")
    assert one.usage == {pkcs15_asn1.SIGN}
    assert two.usage == {pkcs15_asn1.SIGN, pkcs15_asn1.NON_REPUDIATION}
    assert two.algorithms == {17, 33}


def test_a_reference_above_127_may_be_written_as_negative() -> None:
    """Some cards write one byte, which as an INTEGER has a sign."""
    data = directory.key(1, {"sign"}, 1, -0x6F)
    (key,) = pkcs15_asn1.private_keys(data)
    assert key.reference == 0x91


def test_certificates_with_path_part_and_authority() -> None:
    data = directory.certificate(1, directory.path("3F0050154331", index=4, length=900)) + directory.certificate(
        9, directory.path("4339"), authority=True
    )
    person, authority = pkcs15_asn1.certificates(data)
    assert person.path == pkcs15_asn1.Path(bytes.fromhex("3F0050154331"), 4, 900)
    assert (person.authority, authority.authority) == (False, True)


def test_token_info_with_algorithms() -> None:
    data = directory.token_info(
        "NÜMUNƏ", ({"reference": 17, "algorithm": 1, "parameters": None, "operations": {"compute-signature"},
                    "oid": "1.2.840.113549.1.1.1", "card_reference": 0x12},)
    )  # fmt: skip
    found = pkcs15_asn1.token_info(data)
    assert (found.manufacturer, found.label) == ("NÜMUNƏ", "a card")
    assert found.algorithms == (pkcs15_asn1.Algorithm(17, pkcs15_asn1.RSA_PKCS, 0x12),)


def test_what_is_of_no_use_is_passed_over() -> None:
    """Biometric objects, keys of other kinds, unknown tags and fields after the known ones: the types end in "…"."""
    pin = directory.pin("PIN", 1, {"local"})
    assert len(list(pkcs15_asn1.pins(b"\xa0\x03\x02\x01\x05" + pin + b"\xbf\x21\x00"))) == 1
    key = directory.key(1, {"sign"}, 1)
    assert len(list(pkcs15_asn1.private_keys(b"\xa3\x00" + key))) == 1
    more = bytearray(directory.certificate(1, directory.path("4331")))
    more += b"\x87\x01\x00"
    more[1] += 3
    (found,) = pkcs15_asn1.certificates(bytes(more))
    assert found.path == pkcs15_asn1.Path(bytes.fromhex("4331"))


@pytest.mark.parametrize(
    "data",
    ["3003020101", "30060400 3000 A100", "3010 3000 3000 A10A 3008 0302 0640 0A01 01", "308200", "30058001"],
)
def test_what_does_not_keep_to_the_standard_is_the_cards_fault(data: str) -> None:
    for read in (pkcs15_asn1.pins, pkcs15_asn1.certificates):
        with pytest.raises(CardFault):
            list(read(bytes.fromhex(data)))


def test_paths_and_numbers_are_bounded() -> None:
    wheres: tuple[dict[str, object], ...] = (
        {"path": bytes(18)},
        {"path": b"\x43\x31", "index": 70_000},
        {"path": b"\x43\x31", "length": -1},
    )
    for where in wheres:
        with pytest.raises(CardFault):
            list(pkcs15_asn1.certificates(directory.certificate(1, where)))
    with pytest.raises(CardFault):
        list(pkcs15_asn1.pins(directory.pin("PIN", 1, {"local"}, more={"stored": 300})))
    with pytest.raises(CardFault):
        pkcs15_asn1.object_directory(directory.odf(certificates="4403") * (pkcs15_asn1.MOST_OBJECTS + 1))
