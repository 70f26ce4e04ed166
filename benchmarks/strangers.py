"""OpenSC's tools doing with a card what the kiosk does, over the same pcscd."""

from __future__ import annotations

import hashlib
import queue
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.card_host import CardHost
from benchmarks.taken import HASHES, PATIENCE, PIN1, PIN2, Taken
from hardware.cards.padding import digest_info
from hardware.pcsc.service import PcscService
from hardware.readers import CardInserted, CardRemoved, ReaderEvent
from hardware.simulated.profiles import Profile
from tests.pcscd import Pcscd


class OpenScSide:
    """OpenSC's tools on the card that is in the reader, each in a process of its own.

    Args:
        pcscd: whose reader.
        folder: what is signed, and their home.
        profile: which card it is.
        count: how many commands the card got since it was last asked.
    """

    def __init__(self, pcscd: Pcscd, folder: Path, profile: Profile, count: Callable[[], int]) -> None:
        digest = hashlib.new(HASHES[profile], b"what is signed").digest()
        told = folder / "digest"
        told.write_bytes(digest_info(digest, HASHES[profile]) if profile == "pkcs15" else digest)
        self._environment: Mapping[str, str] = {**pcscd.environment, "HOME": str(folder)}
        self._count = count
        mechanism = "RSA-PKCS" if profile == "pkcs15" else "ECDSA"
        sign = ("pkcs11-tool", "--sign", "-m", mechanism, "-i", told, "-o", folder / "signature", "--login")
        self._commands: dict[str, Sequence[str | Path]] = {
            "the name": ("pkcs15-tool", "--read-certificate", "01", "--output", folder / "certificate"),
            "signed in": (*sign, "--slot", "0", "--id", "01", "--pin", "".join(map(str, PIN1))),
            "a signature": (*sign, "--slot", "1", "--id", "02", "--pin", "".join(map(str, PIN2))),
        }

    def round(self, taken: Taken) -> None:
        """The same three things."""
        for step, command in self._commands.items():
            self._count()
            began = time.perf_counter()
            done = subprocess.run(command, env=self._environment, capture_output=True, stdin=subprocess.DEVNULL)
            seconds = time.perf_counter() - began
            if done.returncode:
                raise RuntimeError(f"{command[0]} failed: {done.stderr.decode('utf-8', 'replace')}")
            taken.note(step, seconds, self._count())


@contextmanager
def inserted(host: CardHost) -> Iterator[None]:
    """With the card in the reader, until pcscd has seen that it is out again."""
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    watcher = PcscService()
    watcher.start(events.put)
    host.insert()
    _await(events, CardInserted)
    yield
    host.pull()
    _await(events, CardRemoved)
    watcher.stop()


def _await(events: queue.SimpleQueue[ReaderEvent], kind: type[ReaderEvent]) -> None:
    while not isinstance(events.get(timeout=PATIENCE), kind):
        pass
