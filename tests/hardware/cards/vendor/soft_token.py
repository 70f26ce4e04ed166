"""A token that SoftHSM2 plays, in a folder of the test's own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from hardware.cards.card import Purpose
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.profiles import HOLDER
from tests.hardware.cards.vendor import people

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, SO_PIN = "123456", "87654321"


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


@dataclass
class SoftToken:
    """A token that software plays; SOFTHSM2_CONF names its configuration."""

    label: str
    _folder: Path

    def add(self, key: people.PrivateKey, identifier: str, certificate: bytes) -> None:
        """A private key and its certificate, with the same CKA_ID."""
        stored = self._folder / "key.pem"
        stored.write_bytes(people.pem(key))
        run(
            "softhsm2-util", "--import", stored, "--token", self.label, "--label", "a key", "--id", identifier,
            "--pin", PIN, "--no-public-key",
        )  # fmt: skip
        self.add_certificate(identifier, certificate)

    def add_certificate(self, identifier: str, certificate: bytes) -> None:
        """A certificate alone."""
        stored = self._folder / "certificate.der"
        stored.write_bytes(certificate)
        self.tool("--write-object", stored, "--type", "cert", "--id", identifier, "--label", "a certificate")

    def issue(self, authority: ExampleAuthority, now: datetime) -> None:
        """The example holder's keys, RSA to sign in and a curve's to sign, with certificates that the authority gave.

        Args:
            authority: who issues them.
            now: when (aware); they are good from the day before for a month.
        """
        day = timedelta(days=1)
        keys: dict[Purpose, people.PrivateKey] = {
            "sign_in": people.rsa_key(), "signature": ec.generate_private_key(ec.SECP256R1()),
        }  # fmt: skip
        for number, (purpose, key) in enumerate(keys.items()):
            made = authority.issue(key.public_key(), HOLDER, purpose, not_before=now - day, not_after=now + 30 * day)
            self.add(key, f"0{number}", made.public_bytes(Encoding.DER))

    def make(self, identifier: str, *, signs: bool) -> None:
        """A key that is made on the token and asks for its PIN before each signature, and its certificate."""
        self.tool("--keypairgen", "--key-type", "rsa:2048", "--id", identifier, "--always-auth")
        public = self._folder / "public.der"
        self.tool("--read-object", "--type", "pubkey", "--id", identifier, "--output-file", public)
        self.add_certificate(identifier, people.certificate(public.read_bytes(), signs=signs))

    def vanish(self) -> None:
        """As when it is pulled out."""
        for stored in (self._folder / "tokens").iterdir():
            shutil.rmtree(stored)

    def tool(self, *arguments: str | Path) -> None:
        run("pkcs11-tool", "--module", MODULE, "--token-label", self.label, "--login", "--pin", PIN, *arguments)
