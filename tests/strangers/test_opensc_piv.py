"""OpenSC, as it is delivered, on the PIV card through a real pcscd."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.readers import Transport
from tests.cards import Cards
from tests.strangers.bench import bench


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
@pytest.mark.parametrize("number", ["01", "02"])
def test_it_reads_signs_and_openssl_agrees(cards: Cards, tmp_path: Path, number: str, transport: Transport) -> None:
    """Keys 9A and 9C, the certificate of the second compressed; the PIN anew before 9C (SP 800-73-4)."""
    (tmp_path / "data").write_text("Ərizə\n", "utf-8")
    with bench(tmp_path, cards.make("piv", transport=transport)) as table:
        assert table.run("opensc-tool", "--name").output == "Personal Identity Verification Card\n"
        signed = table.run(
            "pkcs11-tool", "--login", "--pin", "123456", "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", number,
            "--input-file", "data", "--output-file", "signature",
        )  # fmt: skip
        assert signed.status == 0, signed.errors
        keys = cards.keys["rsa", False]
        public = keys.sign_in.public_key() if number == "01" else keys.signature.public_key()
        assert table.certificate(number).public_key() == public
        judged = table.run("openssl", "dgst", "-sha256", "-verify", f"{number}.key", "-signature", "signature", "data")
        assert judged.output == "Verified OK\n"


def test_it_sees_the_pin_block(cards: Cards, tmp_path: Path) -> None:
    with bench(tmp_path, cards.make("piv")) as table:
        pin = table.card.pins["pin"]
        for left in (2, 1, 0):
            assert "PIN code or key incorrect" in table.verify("01", "999999").errors
            assert pin.left == left
        assert "Authentication method blocked" in table.verify("01", "123456").errors
