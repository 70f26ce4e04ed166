"""A registry filled by hand, in a trial of tests/stations.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection

from db.subscribers import SubscriberRow, add
from kiosk.clock import at_baku
from kiosk.identity.signed_in import SignedIn
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.statement import Statements
from kiosk.water.subscriber_words import entries, words_of
from tests.stations import PERSON, Trial

CODE: Final = "4400123"
_receipts = count(1)


class Filled:
    """Our own registry on a trial's database."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.acts = trial.station.acts
        self.registry = OwnRegistry(self.acts, trial.station.settings)
        self.statements = Statements(self.acts, self.registry, trial.station.settings)

    def subscriber(self, code: str = CODE, **other: Any) -> str:
        """Add a subscriber: the person of tests/stations.py, without a meter, owing nothing."""
        row = SubscriberRow(
            **{
                "code": code, "category": "population", "fin": PERSON["fin"], "given_name": PERSON["given_name"],
                "surname": PERSON["surname"], "patronymic": PERSON["patronymic"],
                "address": "Bakı ş., Xətai r., Nümunə küç. 12, m. 4", "persons": 3, "water": 1, "waste_water": 1,
                "meter": "none", "service_state": "active", "closed": 0, "opening_balance": 0, "words": "",
            } | other  # type: ignore[arg-type]
        )  # fmt: skip
        words = words_of((row.code, row.fin, row.surname, row.given_name, row.patronymic, row.address))

        def act(connection: Connection, _now: int) -> bool:
            return add(connection, row._replace(words=words), entries(row.code, words))

        assert self.trial.station.database.write(act, remember=False)
        return code

    def bill(self, bills: Mapping[str, tuple[int, int]], code: str = CODE) -> None:
        """Add invoices: litres and qəpik by month."""
        for month, (litres, qapik) in bills.items():
            self.trial.change(
                "INSERT INTO invoices (subscriber, month, consumption, amount) VALUES (:s, :m, :c, :a)",
                s=code, m=month, c=litres, a=qapik,
            )  # fmt: skip

    def pay(self, day: str, qapik: int, code: str = CODE, receipt: str | None = None) -> None:
        """Add a payment of a day in Baku."""
        self.trial.change(
            "INSERT INTO payments (subscriber, amount, paid_on, paid_at, method, receipt, station)"
            " VALUES (:s, :a, :d, :t, 'import', :r, 'desk')",
            s=code, a=qapik, d=day, t=at_baku(date.fromisoformat(day), time(12)), r=receipt or f"f-{next(_receipts)}",
        )  # fmt: skip

    def audited(self) -> list[tuple[str, str, str | None]]:
        """Act, outcome and detail of every row of the audit."""
        rows = self.trial.query("SELECT act, outcome, detail FROM audit ORDER BY id")
        return [(row["act"], row["outcome"], row["detail"]) for row in rows]


def holder(way: str = "card", fin: str | None = PERSON["fin"]) -> SignedIn:
    """Somebody signed in by a way."""
    return SignedIn(way, fin)  # type: ignore[arg-type]
