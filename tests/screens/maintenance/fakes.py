"""A station, probes and trials that say what a test wants, without a device or a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from kiosk.care.facts import Finding, FindingWords, TrialLine
from kiosk.clock import to_instant
from kiosk.errors import NotFound, Refusal
from kiosk.identity.staff import Role, StaffMember
from kiosk.signature.facts import Light
from tests.screens.fakes import NOW, FakeStation

NAME, PASSWORD = "elchin", "parol-2026"
TECHNICIAN = StaffMember(7, NAME, "Elçin Misalov", "technician", frozenset())


@dataclass(frozen=True)
class Told:
    """A finding whose words a test gives, the same in every language."""

    probe: str
    light: Light
    name: str = ""
    finding: str = ""
    advice: str = ""
    last_fault: str = ""
    last_fault_at: int | None = None
    trial: str | None = None

    def words(self, language: str) -> FindingWords:
        return FindingWords(self.name or self.probe, self.finding, self.advice, self.last_fault)


_AT = to_instant(NOW)
READER = Told(
    "reader:1", "fault", "Kart oxucusu 1", "ACS ACR39U görünmür", "USB kabelini çıxarıb taxın, sonra «Sına»",
    "oxucu çıxdı", _AT - 627_000, "card",
)  # fmt: skip
CRL = Told(
    "crl:pca", "fault", "CRL · PCA", "siyahının vaxtı 2 gün keçib (3 noy)", "Şəbəkə: asxm.e-imza.az açılırmı?",
    "HTTP 503", _AT - 1_925_000, "chain",
)  # fmt: skip
PRINTER = Told(
    "printer", "warning", "Printer", "kağız az qalıb, ~40 talon", "Rulonu dəyişin (80 mm)",
    "kağız azdır", _AT - 4_912_000, "ticket",
)  # fmt: skip
GOOD = tuple(
    Told(probe, "good", name, finding)
    for probe, name, finding in (
        ("reader:2", "Kart oxucusu 2", "38 ms, boşdur"),
        ("pcsc", "PC/SC", "pcscd 1.9.9"),
        ("pkcs11", "PKCS#11", "SİMA modulu"),
        ("anchors", "Etibar kökləri", "3 kök, 2031-dək"),
        ("ocsp", "OCSP", "214 ms"),
        ("scanner", "Skaner", "14:29 oxudu"),
        ("database", "Məlumat bazası", "gecikmə 4 ms"),
        ("journal", "Jurnal", "göndəriləsi 0"),
        ("outbox", "Poçt növbəsi", "2 məktub"),
        ("clock", "Saat", "fərq +0,08 san"),
        ("disk", "Disk", "61 % dolu"),
        ("memory", "Yaddaş", "412 MB"),
        ("version", "Proqram", "1.4.0 · sxem 12"),
    )
)
PICTURE = (READER, CRL, PRINTER, *GOOD)
"""What the picture of the page shows."""


class FakeHealth:
    """Tells these findings; how often it was asked, and whether it was let go."""

    def __init__(self, findings: tuple[Told, ...] = PICTURE) -> None:
        self.findings = findings
        self.looks = 0
        self.closed = False

    def examine(self) -> tuple[Finding, ...]:
        self.looks += 1
        return cast("tuple[Finding, ...]", self.findings)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeDesk:
    """The audit of maintenance mode, as a list."""

    acts: list[tuple[Any, ...]] = field(default_factory=list)

    def enter(self, member: StaffMember, by: str) -> None:
        self.acts.append(("enter", member.name, by))

    def leave(self, member: StaffMember, why: str) -> None:
        self.acts.append(("leave", member.name, why))

    def act(self, member: StaffMember, name: str, detail: str | None = None) -> None:
        self.acts.append(("act", member.name, name, detail))


class FakeStaff:
    """One staff member of a role."""

    def __init__(self) -> None:
        self.role: Role = "technician"
        self.refuse: Refusal | None = None
        self.asked: list[str] = []

    def sign_in(self, name: str, password: str) -> StaffMember:
        self.asked.append(name)
        if self.refuse is not None:
            raise self.refuse
        if (name, password) != (NAME, PASSWORD):
            raise NotFound
        return StaffMember(7, NAME, "Elçin Misalov", self.role, frozenset())


@dataclass(frozen=True)
class Line:
    """A trial's line whose words a test gives."""

    light: Light
    told: str
    milliseconds: float | None = None
    depth: int = 0

    def words(self, language: str) -> str:
        return self.told


class FakeTrials:
    """Trials that answer with these lines."""

    test_code = "3141592653"

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.names = frozenset(
            {"card", "chain", "trace", "apdu", "ticket", "scanner", "mail", "sms", "service", "simulated", "screen"}
        )
        self.lines: tuple[Line, ...] = (Line("good", "Kart tapıldı", 12.5), Line("fault", "Kart cavab vermir", 3000.0))
        self.breaks = False

    def possible(self) -> frozenset[str]:
        return self.names

    def scenarios(self) -> tuple[str, ...]:
        return ("good_card", "take_out") if "simulated" in self.names else ()

    def _told(self, *call: str) -> Iterator[TrialLine]:
        self.asked.append(call)
        yield from cast("tuple[TrialLine, ...]", self.lines)
        if self.breaks:
            raise ValueError("a secret")

    def read_card(self, *, show_holder: bool = False) -> Iterator[TrialLine]:
        return self._told("card")

    def chain(self) -> Iterator[TrialLine]:
        return self._told("chain")

    def trace(self) -> Iterator[TrialLine]:
        return self._told("trace")

    def apdu(self, typed: str) -> Iterator[TrialLine]:
        return self._told("apdu", typed)

    def print_ticket(self, language: str | None = None) -> Iterator[TrialLine]:
        return self._told("ticket", language or "")

    def scanned(self, code: str) -> Iterator[TrialLine]:
        return self._told("scanner", code)

    def mail(self, address: str, language: str | None = None) -> Iterator[TrialLine]:
        return self._told("mail", address)

    def sms(self, phone: str, language: str | None = None) -> Iterator[TrialLine]:
        return self._told("sms", phone)

    def restart_service(self) -> Iterator[TrialLine]:
        return self._told("service")

    def scenario(self, name: str) -> Iterator[TrialLine]:
        return self._told("simulated", name)


class TechnicalStation(FakeStation):
    """A station with what maintenance mode asks of it."""

    def __init__(self) -> None:
        super().__init__()
        self.maintenance = FakeDesk()
        self.staff = FakeStaff()
        self.cards = None
        self.bundle: Path | None = None
