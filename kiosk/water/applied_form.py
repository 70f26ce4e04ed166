"""How the answer to an application is stored under its key (W3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from db import applications as rows
from kiosk.acts import Unit
from kiosk.water.facts import AwaitingPayment, Registered


class AppliedForm:
    """Stores the answer to `apply`: it holds nobody's data."""

    def store(self, result: Registered | AwaitingPayment) -> dict[str, Any]:
        """Plain values."""
        if isinstance(result, Registered):
            return {"number": result.number, "kind": result.kind}
        return {"application": result.application, "amount": str(result.amount)}

    def read(self, unit: Unit, stored: dict[str, Any]) -> Registered | AwaitingPayment:
        """The same answer; the letters that were left are delivered with it."""
        if "number" in stored:
            row = rows.by_number(unit.connection, stored["number"])
            unit.application = None if row is None else row.id
            return Registered(stored["number"], stored["kind"], "registered")
        unit.application = stored["application"]
        return AwaitingPayment(stored["application"], Decimal(stored["amount"]))
