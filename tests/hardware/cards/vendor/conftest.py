from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from hardware.cards.card import Card
from hardware.cards.vendor import VendorModules
from hardware.secret import Pin
from tests.hardware.cards.vendor import people

_SOURCE = Path(__file__).with_name("crashing_module.c")
DIGEST = hashlib.sha256(b"what is signed").digest()


def pin(digits: str) -> Pin:
    return Pin(int(digit) for digit in digits)


@dataclass
class Crashing:
    """The module that misbehaves on order, with a person's certificate and what its key signed over DIGEST."""

    module: Path
    _orders: Path

    def order(self, **orders: str) -> None:
        """From now on do this at those calls, and nothing else that was ordered before."""
        fresh = self._orders.with_suffix(".fresh")
        fresh.write_text("".join(f"{name}={what}\n" for name, what in orders.items()))
        fresh.replace(self._orders)

    def calls(self, *names: str) -> list[str]:
        """Which of those calls came, in order."""
        noted = self._beside(".calls")
        lines = noted.read_text().split("\n") if noted.exists() else []
        return [line for line in lines if line in names]

    def wait_until_hanging(self) -> None:
        """Until it hangs as ordered."""
        with self._beside(".hanging").open() as fifo:
            assert fifo.read() == "hanging\n"

    def ready(self) -> None:
        """What it stands on: a certificate that signs in, its key's signature over DIGEST, a FIFO."""
        key = people.rsa_key()
        self._beside(".certificate").write_bytes(people.certificate(key))
        signed = key.sign(DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        self._beside(".signature").write_bytes(signed)
        os.mkfifo(self._beside(".hanging"))
        self.order()

    def modules(self, seconds: float = 60.0) -> VendorModules:
        return VendorModules((("Nümunə", self.module),), seconds)

    def _beside(self, ending: str) -> Path:
        return self._orders.with_name(self._orders.name + ending)


@pytest.fixture(scope="session")
def crashing_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("module") / "crashing.so"
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", made, _SOURCE], check=True)
    return made


@pytest.fixture
def crashing(crashing_module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crashing:
    made = Crashing(crashing_module, tmp_path / "orders")
    monkeypatch.setenv("CRASHING_ORDERS", str(tmp_path / "orders"))
    made.ready()
    return made


@pytest.fixture
def modules(crashing: Crashing) -> Iterator[VendorModules]:
    opened = crashing.modules()
    yield opened
    opened.close()


@pytest.fixture
def card(modules: VendorModules) -> Card:
    (token,) = modules.tokens()
    return modules.open(token)
