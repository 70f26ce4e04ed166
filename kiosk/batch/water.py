"""The water company's requests: applying, how it stands, statements, payments, work orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from kiosk.batch.answer import moment
from kiosk.batch.request import Request
from kiosk.clock import baku
from kiosk.errors import BadRequest, DocumentRefused
from kiosk.station import Station
from kiosk.water.facts import (
    ROLES,
    Application,
    DocumentRole,
    Kind,
    MonthLine,
    Payment,
    Registered,
    Statement,
    WorkOrder,
)
from kiosk.water.form import as_kind
from kiosk.water.registry import read_code
from kiosk.water.work import as_action

_AMOUNT: Final = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)
_ROLES_IN_ORDER: Final[tuple[DocumentRole, ...]] = ("ownership_document", "residents_certificate")
"""What the documents of a new consumer are, where no role is given."""
_MOST_DOCUMENTS: Final = 10


class WaterRequests:
    """Answers the water company's requests from one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.acts: Final[dict[str, Callable[[Request], dict[str, Any]]]] = {
            "apply": self._apply,
            "application": self._application,
            "applications": self._applications,
            "statement": self._statement,
            "pay": self._pay,
            "work_order": self._work_order,
        }

    def _apply(self, request: Request) -> dict[str, Any]:
        key, kind, fin = request.key(), as_kind(request.text("kind")), request.text("fin")
        typed = {"consumer_fin": fin, **request.texts("fields"), "fin": fin}
        water, language, waits = self._station.water, request.language(), request.flag("wait")
        listed = request.objects("documents", _MOST_DOCUMENTS)
        for name, problem in (water.applications.check(kind, typed) if listed else {}).items():
            raise BadRequest(name, problem.removeprefix("field."))  # before a document is kept for nothing
        documents = self._documents(listed, kind)
        applied = water.applications.apply(
            key, kind, typed, documents, source="batch", language=language, wait_for_payment=waits
        )
        if isinstance(applied, Registered):
            return {"number": applied.number, "status": applied.state}
        return {"number": None, "status": "awaiting_payment", "amount": str(applied.amount)}

    def _documents(self, listed: list[Request], kind: Kind) -> list[tuple[DocumentRole, str]]:
        kept = []
        defaults = _ROLES_IN_ORDER if kind == "new_consumer" else ()
        for place, given in enumerate(listed):
            role = given.optional_text("role") or (defaults[place] if place < len(defaults) else "other")
            if role not in ROLES:
                raise BadRequest("role", "unknown")
            kept.append((role, self._keep(Path(given.text("path")))))
        return kept

    def _keep(self, path: Path) -> str:
        """Keep the document of a file; its digest."""
        documents = self._station.water.documents
        try:
            if not path.is_file():
                raise BadRequest("path", "not_a_file")
            if (size := path.stat().st_size) > documents.largest:
                raise DocumentRefused("too_big", size, documents.largest)
            with path.open("rb") as file:
                data = file.read(documents.largest + 1)  # it may grow meanwhile
        except (OSError, ValueError):
            raise BadRequest("path", "unreadable") from None
        return documents.keep(data, path.name).digest

    def _application(self, request: Request) -> dict[str, Any]:
        found = self._station.water.work.application(None, request.text("number"))
        steps = [
            {"time": moment(step.at), "status": step.state} | ({"note": step.note} if step.note else {})
            for step in found.steps
        ]
        return _listed(found) | {"steps": steps}

    def _applications(self, request: Request) -> dict[str, Any]:
        found = self._station.water.work.applications_of(None, request.text("fin"))
        return {"applications": [_listed(one) for one in found]}

    def _statement(self, request: Request) -> dict[str, Any]:
        return _statement(self._station.water.statements.at_desk(None, request.text("subscriber")))

    def _pay(self, request: Request) -> dict[str, Any]:
        amount = request.text("amount")
        if not _AMOUNT.fullmatch(amount):
            raise BadRequest("amount", "not_an_amount")
        code = read_code(request.text("subscriber"), self._station.settings.water.code_digits)
        payments = self._station.water.payments
        return _payment(payments.record(request.key(), code, Decimal(amount), request.text("receipt"), "batch"))

    def _work_order(self, request: Request) -> dict[str, Any]:
        order = self._station.water.work.act(
            request.key(),
            None,
            request.text("number"),
            as_action(request.text("action")),
            request.optional_text("answer") or "",
            request.optional_text("new_code"),
        )
        return _order(order)


def _listed(found: Application) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "number": found.number or None,
        "date": found.created_at.astimezone(baku()).date().isoformat(),
        "source": found.source,
        "applicant": f"{found.given_name} {found.surname}".strip(),
        "status": found.state,
        "type": found.kind,
    }
    if "subscriber" in found.fields:
        answer["subscriber"] = found.fields["subscriber"]
    if found.answer:
        answer["answer"] = found.answer
    return answer


def _statement(found: Statement) -> dict[str, Any]:
    subscriber = found.subscriber
    services = [name for name, has in (("water", subscriber.water), ("waste_water", subscriber.waste_water)) if has]
    return {
        "subscriber": subscriber.code,
        "holder": subscriber.name,
        "address": subscriber.address,
        "persons": subscriber.persons,
        "services": services,
        "meter": subscriber.meter,
        "service_state": subscriber.service_state,
        "months": [_month(line) for line in found.months],
        "debt": str(found.debt),
    }


def _month(line: MonthLine) -> Mapping[str, str | None]:
    return {
        "month": line.month,
        "consumption": None if line.consumption is None else str(line.consumption),
        "invoiced": None if line.invoiced is None else str(line.invoiced),
        "paid": str(line.paid),
    }


def _payment(found: Payment) -> dict[str, Any]:
    return {
        "subscriber": found.subscriber,
        "receipt": found.receipt,
        "amount": str(found.amount),
        "debt": str(found.debt),
        "registered": [one.number for one in found.registered],
    }


def _order(found: WorkOrder) -> dict[str, Any]:
    answer: dict[str, Any] = {"number": found.number, "state": found.state}
    if found.subscriber is not None:
        answer["subscriber"] = found.subscriber
    return answer
