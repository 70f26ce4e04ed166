"""What a nation, and ten times a nation, ask of a database server: sums from measured figures, never measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.nation import VISITS_A_DAY, Demand

_LISTENING: Final = 1
"""Connections on which a station listens, whatever it follows (`db.changes`)."""
_KEPT: Final = 2
"""Connections that it keeps beside (`db.engine`)."""
_OTHERS: Final = 3 + 1
"""Kiosks and boards of a centre, as it is supposed here."""
_SPARE: Final = 1.25
"""Room for what stations need at times, and for people at work on the database."""
_DAYS_A_YEAR: Final = 300
_LOOK_SECONDS: Final = 0.55
"""A face reads its hall no more often: `db.changes` waits, and the workplace (`screens.counter.hall_desk`) does."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of our side."""

    act_ms: float
    """The server's processor time of an act where nobody listens but who acts."""
    waking_ms: float
    """The same for each connection that listens, whatever it listens to."""
    look_ms: float
    """The same for a look at a hall."""
    log_kib: float
    """Write-ahead log of an act."""
    working_mib: float
    """Memory of a backend that works."""
    listening_mib: float
    """Memory of a backend that listens."""
    kept_kib: float
    """Disk of a visit that stays, with its indexes."""
    passing_kib: float
    """Disk of a visit that `purge` deletes within a month."""


@dataclass(frozen=True, slots=True)
class _Nation:
    figures: Figures
    demand: Demand
    centres: int

    @property
    def stations(self) -> float:
        return self.demand.counters + _OTHERS * self.centres

    @property
    def listening(self) -> float:
        return _LISTENING * self.stations

    @property
    def connections(self) -> float:
        return _KEPT * self.stations + self.listening

    @property
    def memory_gib(self) -> float:
        found = self.figures
        return (_KEPT * self.stations * found.working_mib + self.listening * found.listening_mib) / 1024

    @property
    def looks(self) -> float:
        """A second, when every counter and board reads its hall as often as it may."""
        faces = self.demand.counters + self.centres
        here = self.demand.busiest / self.centres
        return faces * min(1 / _LOOK_SECONDS, here)

    def processors(self, woken: float) -> float:
        """Busy ones in the busiest minute when so many listeners are woken by an act."""
        found = self.figures
        acts = self.demand.busiest * (found.act_ms + woken * found.waking_ms)
        return (acts + self.looks * found.look_ms) / 1000

    @property
    def heard_here(self) -> float:
        """Listeners of one centre's hall."""
        return self.demand.counters / self.centres + 1


_LINES: Final[tuple[tuple[str, str, Callable[[_Nation], float]], ...]] = (
    ("acts a day", "computed", lambda of: of.demand.acts),
    ("acts a second, over nine hours", "computed", lambda of: of.demand.acts / 32_400),
    ("acts a second, busiest minute", "computed", lambda of: of.demand.busiest),
    ("counters staffed", "computed", lambda of: of.demand.counters),
    ("stations: counters, 3 kiosks and a board a centre", "supposed", lambda of: of.stations),
    ("connections that listen", "computed", lambda of: of.listening),
    ("connections in all", "computed", lambda of: of.connections),
    ("`max_connections`", "computed", lambda of: of.connections * _SPARE + 20),
    ("memory of the backends, GiB", "measured × computed", lambda of: of.memory_gib),
    ("looks at halls a second, busiest minute", "computed", lambda of: of.looks),
    (
        "processors busy, busiest minute, PostgreSQL 18 and older",
        "measured × computed",
        lambda of: of.processors(of.listening),
    ),
    (
        "processors busy, busiest minute, PostgreSQL 19",
        "supposed",
        lambda of: of.processors(of.heard_here),
    ),
    (
        "write-ahead log a day, GiB",
        "measured × computed",
        lambda of: of.demand.acts * of.figures.log_kib / 1024**2,
    ),
    (
        "disk a year that stays, GiB",
        "measured × computed",
        lambda of: of.demand.visits * _DAYS_A_YEAR * of.figures.kept_kib / 1024**2,
    ),
    (
        "disk that a month's purge frees, GiB",
        "measured × computed",
        lambda of: of.demand.visits * 30 * of.figures.passing_kib / 1024**2,
    ),
)


def page(figures: Figures, once: Demand, ten_times: Demand, centres: int) -> str:
    """The sums as a table in Markdown.

    Args:
        figures: what was measured.
        once: what a nation asks.
        ten_times: the same with ten times the visits, at ten times the centres.
        centres: of one nation.
    """
    nations = _Nation(figures, once, centres), _Nation(figures, ten_times, 10 * centres)
    head = f"| what | | {VISITS_A_DAY:,} visits a day | {10 * VISITS_A_DAY:,} |\n| --- | --- | --- | --- |"
    lines = [f"| {what} | {how} | {_cut(of(nations[0]))} | {_cut(of(nations[1]))} |" for what, how, of in _LINES]
    return "\n".join([head, *lines])


def _cut(value: float) -> str:
    """Two figures: a sum of measured and supposed ones is good for no more."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
