"""People who apply to the water company, in a trial of tests/stations.py."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from kiosk.water.applications import Applications
from kiosk.water.facts import AwaitingPayment, DocumentRole, Kind, Registered
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.places import Places
from kiosk.water.work import Work
from tests.stations import PERSON, Trial, new_key

CODE = "4400123"
CONTACT = {"fin": PERSON["fin"], "phone": PERSON["phone"], "email": PERSON["email"]}
NEW: Mapping[str, str] = {
    **PERSON,
    "consumer_fin": PERSON["fin"],
    "district": "xetai",
    "place_text": "Nümunə küçəsi",
    "house_type": "apartment_block",
    "house_number": "12A",
    "flat_number": "5",
    "notes": "",
}
SUSPENSION: Mapping[str, str] = {**CONTACT, "subscriber": CODE, "reason": "suspension-renovation"}
RESTORATION: Mapping[str, str] = {**CONTACT, "subscriber": CODE, "reason": "restoration-renovation"}
_TYPED: Mapping[Kind, Mapping[str, str]] = {
    "new_consumer": NEW,
    "suspension": SUSPENSION,
    "restoration": RESTORATION,
}


class Company:
    """The water company's rooms on a trial's database, and hands that apply there."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        acts, settings = trial.station.acts, trial.station.settings
        self.registry = OwnRegistry(acts, settings)
        self.places = Places(acts)
        self.applications = Applications(acts, self.registry, settings)
        self.work = Work(acts, self.registry, self)

    def read(self, digest: str) -> bytes:
        """The bytes of a document, as `Work` asks for them."""
        return bytes(self.trial.query("SELECT content FROM documents WHERE digest = :d", d=digest)[0]["content"])

    def subscriber(self, code: str = CODE, **other: Any) -> str:
        """Add a subscriber: the person of tests/stations.py, without a meter, active, owing nothing."""
        row = {
            "code": code, "category": "population", "fin": PERSON["fin"], "given_name": PERSON["given_name"],
            "surname": PERSON["surname"], "patronymic": PERSON["patronymic"], "address": "Bakı, Nümunə küç. 1",
            "persons": 3, "water": 1, "waste_water": 1, "meter": "none", "service_state": "active", "closed": 0,
            "opening_balance": 0, "words": "", **other,
        }  # fmt: skip
        names = ", ".join(row)
        self.trial.change(f"INSERT INTO subscribers ({names}) VALUES ({', '.join(f':{name}' for name in row)})", **row)  # noqa: S608
        return code

    def owe(self, qapik: int, code: str = CODE) -> None:
        """Set what a subscriber owes, in qəpik."""
        self.trial.change("UPDATE subscribers SET opening_balance = :q WHERE code = :c", q=qapik, c=code)

    def document(self, content: bytes = b"%PDF-1.7 deed") -> str:
        """Store a document; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.trial.query("SELECT 1 FROM documents WHERE digest = :d", d=digest):
            self.trial.change(
                "INSERT INTO documents (digest, media_type, size, pages, content, stored_at)"
                " VALUES (:d, 'application/pdf', :s, 1, :c, :at)",
                d=digest, s=len(content), c=content, at=self.trial.station.database.now(),
            )  # fmt: skip
        return digest

    def both(self) -> list[tuple[DocumentRole, str]]:
        """The two documents of a new consumer, stored."""
        return [
            ("ownership_document", self.document()),
            ("residents_certificate", self.document(b"%PDF-1.7 residents")),
        ]

    def apply(
        self, kind: Kind = "suspension", key: str | None = None, wait: bool = False, **typed: Any
    ) -> Registered | AwaitingPayment:
        """Apply with a form without a problem, but for the fields that are named."""
        return self.applications.apply(
            key or new_key(),
            kind,
            {**_TYPED[kind], **typed},
            self.both() if kind == "new_consumer" else (),
            source="kiosk",
            language="az",
            wait_for_payment=wait,
        )

    def registered(self, kind: Kind = "suspension", **typed: str) -> str:
        """The number of an application that was registered."""
        answer = self.apply(kind, None, False, **typed)
        assert isinstance(answer, Registered)
        return answer.number
