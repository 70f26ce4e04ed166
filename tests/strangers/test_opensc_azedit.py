"""OpenSC 0.15 to 0.24, as it is delivered, on the AzeDIT card through a real pcscd. Later ones do not know it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cards import Cards
from tests.strangers.bench import Bench, bench, opensc_version, titled

_WITHOUT = (0, 25)


@pytest.fixture
def table(cards: Cards, tmp_path: Path) -> Iterator[Bench]:
    if opensc_version() >= _WITHOUT:
        pytest.skip("this OpenSC has no driver for AzeDIT any more")
    with bench(tmp_path, cards.make("azedit")) as made:
        yield made


def test_it_finds_everything(table: Bench) -> None:
    """Name, document, PINs with their tries, keys on P-384, two certificates."""
    assert table.run("opensc-tool", "--name").output == "AzeDIT 3.5 cold\n"
    said = table.run("pkcs15-tool", "--dump")
    assert said.status == 0, said.errors
    parts = titled(said.output)
    assert parts[0][0] == "PKCS#15 Card [Nümunəli Əsmər]:"
    assert "Serial number  : NUM0000024" in parts[0][1]
    for name, shortest, reference in (("PIN1", 4, 1), ("PIN2", 5, 2), ("PUK", 8, 0)):
        pin = next(part for title, part in parts if title == f"PIN [{name}]")
        assert f"min_len:{shortest}, max_len:12" in pin
        assert f"Reference      : {reference} " in pin
        assert "Tries left     : 3" in pin
    keys = [part for title, part in parts if title.startswith("Private EC Key")]
    assert ["FieldLength    : 384" in key for key in keys] == [True, True]
    assert [title for title, _ in parts if title.startswith("X.509")] == [
        "X.509 Certificate [Isikutuvastus]", "X.509 Certificate [Allkirjastamine]",
    ]  # fmt: skip


def test_it_reads_the_certificates(table: Bench, cards: Cards) -> None:
    """Out of files that are longer than they are."""
    listed = table.run("pkcs15-tool", "--list-certificates").output
    assert "3f00eeeeaace" in listed
    assert "3f00eeeeddce" in listed
    keys = cards.keys["azedit", False]
    assert table.certificate("01").public_key() == keys.sign_in.public_key()
    assert table.certificate("02").public_key() == keys.signature.public_key()


def test_it_counts_the_tries(table: Bench) -> None:
    """By the counter file, after each wrong PIN, until it is blocked."""
    assert (table.verify("01", "1234").status, table.verify("02", "12345").status) == (0, 0)
    for left in (2, 1, 0):
        assert "PIN code or key incorrect" in table.verify("02", "99999").errors
        listed = titled(table.run("pkcs15-tool", "--list-pins").output)
        told = {title: part.rpartition("Tries left     : ")[2][0] for title, part in listed}
        assert told == {"PIN [PIN1]": "3", "PIN [PIN2]": str(left), "PIN [PUK]": "3"}
    assert "Authentication method blocked" in table.verify("02", "12345").errors


def test_it_unblocks_and_changes(table: Bench) -> None:
    for _ in range(3):
        table.verify("01", "9999")
    unblocked = table.run(
        "pkcs15-tool", "--unblock-pin", "--auth-id", "01", "--puk", "12345678", "--new-pin", "43210"
    )  # fmt: skip
    assert unblocked.status == 0, unblocked.errors
    changed = table.run("pkcs15-tool", "--change-pin", "--auth-id", "01", "--pin", "43210", "--new-pin", "5678")
    assert changed.status == 0, changed.errors
    assert table.verify("01", "5678").status == 0


@pytest.mark.parametrize(("slot", "number", "pin"), [("0", "01", "1234"), ("1", "02", "12345")])
def test_its_pkcs11_module_signs_and_openssl_agrees(table: Bench, slot: str, number: str, pin: str) -> None:
    """ECDSA over a SHA-384 digest: INTERNAL AUTHENTICATE with PIN1, COMPUTE DIGITAL SIGNATURE with PIN2."""
    (table.folder / "digest").write_bytes(bytes(range(48)))
    signed = table.run(
        "pkcs11-tool", "--slot", slot, "--login", "--pin", pin, "--sign", "--mechanism", "ECDSA", "--id", number,
        "--input-file", "digest", "--output-file", "signature", "--signature-format", "openssl",
    )  # fmt: skip
    assert signed.status == 0, signed.errors
    table.certificate(number)
    judge = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{number}.key", "-sigfile", "signature", "-in")
    assert table.run(*judge, "digest").output == "Signature Verified Successfully\n"
    (table.folder / "other").write_bytes(bytes(48))
    assert table.run(*judge, "other").status != 0


def test_its_pkcs11_module_is_refused_without_the_right_pin(table: Bench) -> None:
    said = table.run("pkcs11-tool", "--slot", "1", "--login", "--pin", "99999", "--list-objects")
    assert "CKR_PIN_INCORRECT" in said.errors
    assert table.card.pins["pin2"].left == 2
