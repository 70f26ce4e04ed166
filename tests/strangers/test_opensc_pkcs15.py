"""OpenSC, as it is delivered, on the PKCS#15 card through a real pcscd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.readers import Transport
from tests.cards import Cards
from tests.strangers.bench import Bench, bench, titled


@pytest.fixture
def table(cards: Cards, tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, cards.make("pkcs15")) as made:
        yield made


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
def test_it_finds_everything_in_the_directory(cards: Cards, tmp_path: Path, transport: Transport) -> None:
    """Card, PINs with their rules, keys and certificates, on both protocols (PKCS#15 v1.1)."""
    with bench(tmp_path, cards.make("pkcs15", transport=transport)) as table:
        said = table.run("pkcs15-tool", "--dump")
    assert said.status == 0
    title, card = titled(said.output)[0]
    assert title == "PKCS#15 Card [NÜMUNƏ e-imza kartı]:"
    assert "Manufacturer ID: NÜMUNƏ" in card
    assert f"Serial number  : {b'NUM0000024'.hex()}" in card
    for name, number, shortest, reference, puk in (
        ("PIN1", "01", 4, "0x81", True), ("PIN2", "02", 5, "0x82", True), ("PUK", "03", 8, "0x83", False),
    ):  # fmt: skip
        pin = next(part for title, part in titled(said.output) if title == f"PIN [{name}]")
        assert f"ID             : {number}\n" in pin
        assert f"min_len:{shortest}, max_len:8, stored_len:8" in pin
        assert f"({reference})" in pin
        assert "Type           : ascii-numeric" in pin
        assert ("Auth ID        : 03" in pin, "unblockingPin" in pin) == (puk, not puk)
    keys = [part for title, part in titled(said.output) if title.startswith("Private RSA Key")]
    assert ["Usage          : [0x04], sign" in keys[0], "Usage          : [0x200], nonRepudiation" in keys[1]] == [
        True
    ] * 2
    assert ["Auth ID        : 01" in keys[0], "Auth ID        : 02" in keys[1]] == [True] * 2
    titles = [title for title, _ in titled(said.output) if title.startswith("X.509")]
    assert titles == [
        "X.509 Certificate [Giriş sertifikatı]",
        "X.509 Certificate [İmza sertifikatı]",
        "X.509 Certificate [NÜMUNƏ ICA]",
    ]


def test_it_reads_the_certificates(table: Bench, cards: Cards) -> None:
    said = table.run("pkcs15-tool", "--list-certificates")
    assert [line for line in said.output.splitlines() if "ID   " in line] == [
        f"\tID             : {number}" for number in ("01", "02", "03")
    ]
    keys = cards.keys["rsa", False]
    assert table.certificate("01").public_key() == keys.sign_in.public_key()
    assert table.certificate("02").public_key() == keys.signature.public_key()
    assert table.certificate("03") == cards.authority.certificate("ica")


def test_it_reads_the_private_object_with_the_pin_alone(table: Bench) -> None:
    said = table.run(
        "pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "1234", "--read-data-object", "Şəxsi məlumat"
    )  # fmt: skip
    assert b"1990-02-28".hex(" ").upper() in said.output
    said = table.run("pkcs15-tool", "--read-data-object", "Şəxsi məlumat")
    assert said.status != 0
    assert "Data Object" not in said.output


def test_it_verifies_pins_and_sees_them_block(table: Bench) -> None:
    """Each wrong PIN costs one try; the right one takes none."""
    pin = table.card.pins["pin1"]
    assert table.verify("01", "1234").status == 0
    assert (table.verify("02", "12345").status, pin.left) == (0, 3)
    for left in (2, 1, 0):
        said = table.verify("01", "9999")
        assert said.status != 0
        assert "PIN code or key incorrect" in said.errors
        assert pin.left == left
    assert "Authentication method blocked" in table.verify("01", "1234").errors


def test_it_refuses_a_short_pin_itself(table: Bench) -> None:
    """It goes by the lengths in the directory; no try is used."""
    assert table.verify("01", "123").status != 0
    assert table.card.pins["pin1"].left == 3


def test_it_unblocks_and_changes(table: Bench) -> None:
    for _ in range(3):
        table.verify("01", "9999")
    unblocked = table.run(
        "pkcs15-tool", "--unblock-pin", "--auth-id", "01", "--puk", "12345678", "--new-pin", "4321"
    )  # fmt: skip
    assert unblocked.status == 0, unblocked.errors
    assert table.verify("01", "4321").status == 0
    changed = table.run("pkcs15-tool", "--change-pin", "--auth-id", "01", "--pin", "4321", "--new-pin", "5678")
    assert changed.status == 0, changed.errors
    assert table.verify("01", "5678").status == 0


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
@pytest.mark.parametrize(("slot", "number", "pin"), [("0", "01", "1234"), ("1", "02", "12345")])
def test_its_pkcs11_module_signs_and_openssl_agrees(
    cards: Cards, tmp_path: Path, slot: str, number: str, pin: str, transport: Transport
) -> None:
    """PIN1 and PIN2 are two slots; both keys sign SHA-256 with RSA (PKCS#1 v1.5)."""
    (tmp_path / "data").write_text("Ərizə\n", "utf-8")
    with bench(tmp_path, cards.make("pkcs15", transport=transport)) as table:
        signed = table.run(
            "pkcs11-tool", "--slot", slot, "--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS",
            "--id", number, "--input-file", "data", "--output-file", "signature",
        )  # fmt: skip
        assert signed.status == 0, signed.errors
        table.certificate(number)
        judged = table.run("openssl", "dgst", "-sha256", "-verify", f"{number}.key", "-signature", "signature", "data")
        assert judged.output == "Verified OK\n"
        (tmp_path / "data").write_text("Başqa ərizə\n", "utf-8")
        judged = table.run("openssl", "dgst", "-sha256", "-verify", f"{number}.key", "-signature", "signature", "data")
        assert judged.status != 0


def test_it_signs_a_digest_with_the_signature_key(table: Bench) -> None:
    """pkcs15-crypt, which asks for PIN2 by the directory's authId; without the right one it does not sign."""
    (table.folder / "digest").write_bytes(bytes(32))
    signed = table.run(
        "pkcs15-crypt", "--sign", "--key", "02", "--pin", "12345", "--sha-256", "--pkcs1", "--input", "digest",
        "--output", "signature",
    )  # fmt: skip
    assert signed.status == 0, signed.errors
    wrong = table.run("pkcs15-crypt", "--sign", "--key", "02", "--pin", "54321", "--pkcs1", "--input", "digest")
    assert wrong.status != 0
    assert table.card.pins["pin2"].left == 2
    table.certificate("02")
    judged = table.run(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "02.key", "-in", "digest", "-sigfile", "signature",
        "-pkeyopt", "digest:sha256",
    )  # fmt: skip
    assert "Signature Verified Successfully" in judged.output


def test_its_pkcs11_module_is_refused_without_the_right_pin(table: Bench) -> None:
    said = table.run("pkcs11-tool", "--slot", "0", "--login", "--pin", "9999", "--list-objects")
    assert "CKR_PIN_INCORRECT" in said.errors
    assert table.card.pins["pin1"].left == 2


def test_a_mute_card_is_mute_to_it(cards: Cards, tmp_path: Path) -> None:
    """PC/SC says "unresponsive" of a card that gives no ATR."""
    with bench(tmp_path, cards.make("mute")) as table:
        assert "Unresponsive card" in table.run("opensc-tool", "--name").errors


def test_an_unknown_card_is_unknown_to_it(cards: Cards, tmp_path: Path) -> None:
    with bench(tmp_path, cards.make("unknown")) as table:
        assert table.run("opensc-tool", "--name").output == "Unsupported card\n"
        assert table.run("opensc-tool", "--atr").output == f"{table.card.atr.hex(':')}\n"
        assert "Card is invalid or cannot be handled" in table.run("pkcs15-tool", "--dump").errors
