"""Processes that arrive: each with its own station and its own bare connection, told what to do chunk by chunk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Literal

from benchmarks.crowd import CENTRE, Crowd
from benchmarks.floors import Arrive, postgres_floor, sqlite_floor

Side = Literal["ours", "floor"]


def ours(crowd: Crowd) -> Arrive:
    """Arrivals through a station of their own."""
    from kiosk.station import Station

    station = Station(crowd.settings)

    def arrive(code: str) -> None:
        verdict = station.hall.arrive(secrets.token_hex(16), code, CENTRE).verdict
        assert verdict == "early", verdict

    return arrive


def floor(crowd: Crowd) -> Arrive:
    """Arrivals by the driver alone."""
    return postgres_floor(crowd.dsn) if crowd.dsn.startswith("postgresql") else sqlite_floor(crowd.dsn)


def timed(arrive: Arrive, codes: Sequence[str]) -> list[float]:
    """Present the codes one after the other; how long each took, in seconds."""
    taken = []
    for code in codes:
        began = time.perf_counter()
        arrive(code)
        taken.append(time.perf_counter() - began)
    return taken


def _serve(crowd: Crowd, orders: Connection) -> None:
    sides = {"ours": ours(crowd), "floor": floor(crowd)}
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            side, codes = orders.recv()
            orders.send(timed(sides[side], codes))


class Callers:
    """Some processes that arrive at the same time.

    Args:
        crowd: where they arrive.
        count: how many they are.
    """

    def __init__(self, crowd: Crowd, count: int) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.callers", "kiosk.station"])
        self._orders = []
        self._processes = []
        for _ in range(count):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(crowd, there), daemon=True)
            process.start()
            there.close()
            self._orders.append(here)
            self._processes.append(process)

    def arrive(self, side: Side, codes: Sequence[str]) -> tuple[float, list[float]]:
        """Share the codes out, let all present theirs; the seconds that took, and how long each waited."""
        shares = [codes[start :: len(self._orders)] for start in range(len(self._orders))]
        began = time.perf_counter()
        for orders, share in zip(self._orders, shares, strict=True):
            orders.send((side, share))
        waits = [wait for orders in self._orders for wait in orders.recv()]
        return time.perf_counter() - began, waits

    def close(self) -> None:
        """Let them go."""
        for orders in self._orders:
            orders.close()
        for process in self._processes:
            process.join()
