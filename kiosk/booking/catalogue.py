"""What is given where: agencies, services and centres, as loaded from the reference data (Q1, Q2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from kiosk.names import Names


@dataclass(frozen=True, slots=True)
class Agency:
    """A state or private body whose services the centres give."""

    id: str
    name: Names


@dataclass(frozen=True, slots=True)
class Service:
    """A service that can be booked.

    `number` is permanent and below 65,536 (it stands in the QR); `letter` heads its ticket numbers; `fee` is a short
    text such as "5–70 ₼", or None.
    """

    id: str
    number: int
    agency: Agency
    name: Names
    letter: str
    fee: Names | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing on one weekday, Asia/Baku wall time; `is_default` marks hours that no centre gave us."""

    opens: time
    closes: time
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Centre:
    """A service centre; `short_name` fits a narrow header; `region` groups the list ("baku" or "regions").

    `hours` maps ISO weekdays (1 Monday … 7 Sunday) to opening hours; a missing one is the weekly day off.
    """

    id: str
    number: int
    name: Names
    short_name: Names
    address: Names
    region: str
    hours: Mapping[int, Hours]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole reference data of one moment."""

    version: int
    services: Mapping[str, Service]
    centres: Mapping[str, Centre]
    capacity: Mapping[tuple[str, str], int]
    """Seats in an hour for (service, centre); a pair that is missing is not offered."""
    walk_ins: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Walk-in tickets a day at most for (service, centre), of the pairs that are offered and have any (C5)."""

    def centres_of(self, service: str) -> tuple[Centre, ...]:
        """The centres that give `service`, in the order of the reference data (Q2)."""
        return tuple(centre for centre in self.centres.values() if (service, centre.id) in self.capacity)
