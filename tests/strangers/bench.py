"""A virtual card in a real pcscd, and other people's programs that judge it."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hardware.simulated.card import VirtualCard
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.pcscd import private_pcscd

_PATIENCE = 60.0


@dataclass(frozen=True)
class Said:
    """How a program ended and what it printed; letters cut in two by it are left as they are."""

    status: int
    output: str
    errors: str


@dataclass
class Bench:
    """A card in the first reader of a private pcscd, and a folder to work in."""

    folder: Path
    card: VirtualCard
    environment: dict[str, str]

    def run(self, *command: str | Path) -> Said:
        """Run a program of a stranger, with its own settings as they are delivered."""
        done = subprocess.run(
            [str(part) for part in command], env=self.environment, cwd=self.folder, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=_PATIENCE,
        )  # fmt: skip
        return Said(
            done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "surrogateescape")
        )

    def verify(self, number: str, pin: str) -> Said:
        """Let pkcs15-tool verify a PIN."""
        return self.run("pkcs15-tool", "--verify-pin", "--auth-id", number, "--pin", pin)

    def certificate(self, number: str) -> x509.Certificate:
        """A certificate as pkcs15-tool reads it; `<number>.pem` and its key `<number>.key` lie in the folder then."""
        said = self.run("pkcs15-tool", "--read-certificate", number)
        assert said.status == 0, said.errors
        certificate = x509.load_pem_x509_certificate(said.output.encode())
        (self.folder / f"{number}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        public = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.folder / f"{number}.key").write_bytes(public)
        return certificate


@contextmanager
def bench(folder: Path, card: VirtualCard) -> Iterator[Bench]:
    """The card, seen by pcscd."""
    with private_pcscd() as service:
        stopped = threading.Event()
        where = VpcdAddress("127.0.0.1", service.ports[0])
        thread = threading.Thread(target=plug_into, args=(where, card, stopped, lambda line: None))
        thread.start()
        environment = {**service.environment, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        environment.pop("OPENSC_CONF", None)
        try:
            made = Bench(folder, card, environment)
            _await_card(made)
            yield made
        finally:
            stopped.set()
            thread.join()


def titled(output: str) -> list[tuple[str, str]]:
    """The parts of a dump: each begins with a line that is not set in."""
    parts: list[list[str]] = []
    for line in output.splitlines():
        if line and not line.startswith("\t"):
            parts.append([])
        if parts:
            parts[-1].append(f"{line}\n")
    return [(part[0].strip(), "".join(part)) for part in parts]


def opensc_version() -> tuple[int, ...]:
    """Which OpenSC is installed."""
    told = subprocess.run(["opensc-tool", "--info"], capture_output=True, text=True, check=True, env=os.environ)
    found = re.search(r"OpenSC[ -](\d+)\.(\d+)", told.stdout)
    assert found is not None, told.stdout
    return int(found[1]), int(found[2])


def _await_card(made: Bench) -> None:
    """Until pcscd has seen the card, which it looks for a few times a second."""
    until = time.monotonic() + _PATIENCE
    while not re.search(r"^0\s+Yes", made.run("opensc-tool", "--list-readers").output, re.MULTILINE):
        assert time.monotonic() < until, "pcscd does not see the card"
