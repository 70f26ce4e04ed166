"""How long a citizen waits for their name on the screen, beside an empty app that draws it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import get_args

from benchmarks.card_host import CardHost
from benchmarks.cards import prepared
from benchmarks.frames import environment
from benchmarks.rows import Row, median_ratio, row
from benchmarks.taken import CARDS, Road
from benchmarks.terminal import Terminal
from hardware.simulated.profiles import HOLDER, Profile
from tests.pcscd import private_pcscd


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """From the insertion event to the name drawn on a terminal, beside an empty app that draws it.

    Args:
        folder: for everything that is made on the way.
        rounds: how often; a first time warms up and is not counted.
    """
    for profile, name in CARDS.items():
        for road in get_args(Road):
            ours, floor = _drawn(folder / f"{profile}-{road}-screen", profile, road, rounds)
            yield row(
                f"{name}, the name on the screen, {road}, against an empty Textual app: ms",
                statistics.median(ours),
                statistics.median(floor),
                median_ratio(ours, floor),
                aim=("ours", "at most", 200),
            )


def _drawn(folder: Path, profile: Profile, road: Road, rounds: int) -> tuple[list[float], list[float]]:
    made = prepared(folder, road)
    ours: list[float] = []
    floor: list[float] = []
    with ExitStack() as stack:
        given = environment(folder)
        host: CardHost | None = None
        if road == "pcscd":
            pcscd = stack.enter_context(private_pcscd())
            given["PCSCLITE_CSOCK_NAME"] = str(pcscd.socket)
            host = stack.enter_context(closing(CardHost(pcscd.ports[0], profile, made.example_trust_folder)))
        kiosk = stack.enter_context(Terminal(["benchmarks.greeting", "ours", str(folder), road, profile], given))
        empty = stack.enter_context(Terminal(["benchmarks.greeting", "floor"], given))
        for terminal in (kiosk, empty):
            terminal.wait("ready")
        for number in range(rounds + 1):
            taken = _greeted(kiosk, host) * 1000, _greeted(empty, None) * 1000
            if number:
                ours.append(taken[0])
                floor.append(taken[1])
    return ours, floor


def _greeted(terminal: Terminal, host: CardHost | None) -> float:
    """Seconds from the insertion event to the name; the card is out again afterwards."""
    terminal.settle()
    if host is None:
        terminal.order("in")
    else:
        host.insert()
    event = terminal.wait("event")
    taken = terminal.drawn(HOLDER.given_name) - event
    if host is None:
        terminal.order("out")
    else:
        host.pull()
    terminal.wait("gone")
    return taken
