"""A virtual card in a process of its own, put into a real pcscd's reader and pulled out again on order.

    python -m benchmarks.card_host PORT PROFILE FOLDER

Orders come as lines on stdin: `in`, `out`, `count` (how many commands the card got since the last `count`). Each is
answered with a line on stdout when it is done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import Profile, make_card, read_profile
from hardware.simulated.vpcd import VpcdAddress, plug_into


def example_card(profile: Profile, folder: Path) -> VirtualCard:
    """A card that the example authorities of a folder issue now."""
    now = datetime.now(UTC)
    return make_card(profile, ExampleAuthority.open(folder, now), now=now)


class CardHost:
    """That process, seen from here.

    Args:
        port: vpcd's.
        profile: which card.
        folder: the example authorities'.
    """

    def __init__(self, port: int, profile: Profile, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.card_host", str(port), profile, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[1],
        )  # fmt: skip
        self.count()

    def insert(self) -> None:
        """Put the card in; pcscd sees it when it looks next."""
        self._order("in")

    def pull(self) -> None:
        """Pull it out."""
        self._order("out")

    def count(self) -> int:
        """How many commands the card got since the last time."""
        return int(self._order("count"))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _order(self, order: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the card's process ended at {order!r}")
        return answer


def main() -> None:
    """Do what stdin orders until it ends."""
    where = VpcdAddress("127.0.0.1", int(sys.argv[1]))
    card = example_card(read_profile(sys.argv[2]), Path(sys.argv[3]))
    counted = 0
    hosting: threading.Thread | None = None
    stopped = threading.Event()
    for order in sys.stdin:
        answer = 0
        match order.strip():
            case "in":
                stopped = threading.Event()
                plugged = threading.Event()
                hosting = threading.Thread(
                    target=plug_into, args=(where, card, stopped, lambda _told, done=plugged: done.set())
                )
                hosting.start()
                plugged.wait()
            case "out":
                stopped.set()
                if hosting is not None:
                    hosting.join()
            case "count":
                answer, counted = card.commands - counted, card.commands
        print(answer, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
