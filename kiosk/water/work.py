"""The company's desk: applications and their work orders, worked off step by step (W7)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple, Protocol, cast

from db import applications as rows
from db import changes, work_orders
from db.applications import ApplicationRow
from db.engine import savepoint
from db.work_orders import Wanted, WorkOrderRow
from kiosk.acts import Acts, Unit
from kiosk.clock import Instant, baku_day, to_datetime
from kiosk.errors import BadRequest, NotFound, WrongStep
from kiosk.identity.rights import check_serves
from kiosk.water import form, letters
from kiosk.water.application_row import as_application, by_number, of_person
from kiosk.water.facts import (
    OPEN_STATES,
    WORK_ACTIONS,
    Application,
    ApplicationState,
    Kind,
    ServiceState,
    WorkAction,
    WorkOrder,
    WorkState,
)
from kiosk.water.letters import Told
from kiosk.water.registry import NewSubscriber, Registry
from kiosk.water.subscriber_words import typed_words

TO_DO: Final[tuple[WorkState, ...]] = ("open", "taken", "asked_back", "carried_out")
_MOST_SIGNS: Final = 1000
_LONGEST_TYPED: Final = 200


class _Step(NamedTuple):
    """What an action does, from which states, and whether it says something to the applicant."""

    earlier: tuple[WorkState, ...]
    state: WorkState
    application: ApplicationState
    told: Told
    says: bool = False


_STEPS: Final[dict[WorkAction, _Step]] = {
    "take": _Step(("open",), "taken", "in_work", "taken"),
    "ask_back": _Step(("taken",), "asked_back", "asked_back", "asked_back", says=True),
    "resume": _Step(("asked_back",), "taken", "in_work", "resumed"),
    "carry_out": _Step(("taken",), "carried_out", "in_work", "carried_out"),
    "refuse": _Step(("open", "taken", "asked_back"), "refused", "refused", "refused", says=True),
    "close": _Step(("carried_out",), "closed", "completed", "completed", says=True),
}
_SERVICE_AFTER: Final[dict[Kind, ServiceState]] = {"suspension": "suspended", "restoration": "active"}


class StoredDocuments(Protocol):
    """Where documents are read from."""

    def read(self, digest: str) -> bytes:
        """The unchanged bytes of a document."""


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which work orders a list shows."""

    states: tuple[WorkState, ...] = TO_DO
    kinds: tuple[Kind, ...] = ()
    typed: str = ""
    """Searched in number, subscriber code, name, FİN, phone and address."""
    overdue_only: bool = False
    mine: int | None = None
    """Only those that this staff member took."""
    most: int = 200


class Work:
    """Work orders for the company's staff at a counter.

    Args:
        acts: runs what changes something, and audits who looked at what.
        registry: where a closed order changes the service, or makes a subscriber.
        documents: what applicants handed in.
    """

    def __init__(self, acts: Acts, registry: Registry, documents: StoredDocuments) -> None:
        self._acts = acts
        self._registry = registry
        self._documents = documents

    def orders(self, wanted: WorkFilter) -> tuple[WorkOrder, ...]:
        """The work orders of a list, the one due first before the others.

        Raises:
            Unavailable: the database is away.
        """
        typed = form.tidy("place_text", wanted.typed)[:_LONGEST_TYPED]
        with self._acts.reading() as (connection, now):
            found = work_orders.listed(
                connection,
                Wanted(
                    states=wanted.states,
                    kinds=wanted.kinds,
                    words=typed_words(typed),
                    number=typed,
                    due_before=baku_day(now).isoformat() if wanted.overdue_only else None,
                    taken_by=wanted.mine,
                    most=wanted.most,
                ),
            )
            return tuple(_order(row, now) for row in found)

    def act(
        self,
        key: str,
        staff: int | None,
        number: str,
        action: WorkAction,
        answer: str = "",
        new_code: str | None = None,
    ) -> WorkOrder:
        """Go a step with a work order; the applicant is told by e-mail and SMS, in their language.

        Closing one of suspension or restoration changes the state of the service; closing one of a new consumer makes
        the subscriber.

        Args:
            key: names this act; a repeat gets the same answer.
            staff: who acts; None: another program of the company.
            number: the application's.
            action: the step.
            answer: what is said to the applicant; needed to ask back, refuse and close.
            new_code: the code that the company gave a new consumer; without it the registry gives the next one.

        Raises:
            NotFound: there is no such application.
            WrongStep: the order is in another state, perhaps by a colleague a moment ago; nothing was changed.
            BadRequest: `answer` is "empty" or "too_long", `new_code` cannot be used; nothing was changed.
            UnknownSubscriber: the registry knows the subscriber no more; nothing was changed.
            Unavailable: the database is away.
        """
        said = form.tidy("notes", answer)
        request = {"number": number, "action": action, "answer": said, "new_code": new_code}

        def do(unit: Unit) -> WorkOrder:
            check_serves(unit.connection, staff)
            row = _by_number(unit, number)
            unit.detail = action
            step = _STEPS[action]
            if step.says and not said:
                raise BadRequest("answer", "empty")
            if len(said) > _MOST_SIGNS:
                raise BadRequest("answer", "too_long")
            if new_code and (action != "close" or row.kind != "new_consumer"):
                raise BadRequest("new_code", "not_wanted")
            with savepoint(unit.connection):
                self._go(unit, row, step, said)
                if action == "close":
                    self._finish(unit, row, new_code or "")
            changed = rows.by_id(unit.connection, row.id) or row
            letters.changed(unit, changed, step.told, said)
            changes.announce(unit.connection)
            return _order(_order_row(unit.connection, number), unit.now)

        return self._acts.perform("work_order", key, request, do, _ORDER, staff=staff)

    def _go(self, unit: Unit, row: ApplicationRow, step: _Step, said: str) -> None:
        takes = unit.staff if step.state == "taken" else None
        changed = work_orders.change_state(unit.connection, row.id, step.earlier, step.state, unit.now, takes)
        answer = said if step.says else None
        if not changed or not rows.change_state(
            unit.connection, row.id, OPEN_STATES, step.application, unit.now, answer
        ):
            raise WrongStep(_order_row(unit.connection, row.number or "").state)
        rows.add_step(unit.connection, row.id, unit.now, step.application, unit.station, unit.staff, said)

    def _finish(self, unit: Unit, row: ApplicationRow, new_code: str) -> None:
        kind, number = cast(Kind, row.kind), row.number or ""
        if kind != "new_consumer":
            self._registry.change_service(unit, row.subscriber or "", _SERVICE_AFTER[kind], number)
            return
        code = self._registry.add(unit, _new_subscriber(row, new_code), number)
        if code is not None:
            rows.set_subscriber(unit.connection, row.id, code)

    def application(self, staff: int | None, number: str) -> Application:
        """Everything about an application; that it was looked at is audited.

        Raises:
            NotFound: there is none.
            Unavailable: the database is away.
        """

        def look(unit: Unit) -> Application:
            check_serves(unit.connection, staff)
            return as_application(unit.connection, _by_number(unit, number))

        return self._acts.perform("view_application", None, {}, look, staff=staff)

    def applications_of(self, staff: int | None, fin: str) -> tuple[Application, ...]:
        """Everything a person applied for, the newest first; that it was looked at is audited.

        Raises:
            Unavailable: the database is away.
        """

        def look(unit: Unit) -> tuple[Application, ...]:
            check_serves(unit.connection, staff)
            found = of_person(unit.connection, fin, unit.now)
            unit.detail = ", ".join(row.number for row in found if row.number is not None) or None
            return tuple(as_application(unit.connection, row) for row in found)

        return self._acts.perform("view_applications", None, {}, look, staff=staff)

    def document(self, staff: int | None, number: str, digest: str) -> bytes:
        """A document of an application; that it was looked at is audited.

        Raises:
            NotFound: there is no such application, or the document is not of it.
            Unavailable: the database is away.
        """

        def look(unit: Unit) -> None:
            check_serves(unit.connection, staff)
            row = _by_number(unit, number)
            if all(one.digest != digest for one in rows.documents_of(unit.connection, row.id)):
                raise NotFound
            unit.detail = digest

        self._acts.perform("view_document", None, {}, look, staff=staff)
        return self._documents.read(digest)


def as_action(text: str) -> WorkAction:
    """The action of a text.

    Raises:
        BadRequest: it is none.
    """
    found = next((action for action in WORK_ACTIONS if action == text), None)
    if found is None:
        raise BadRequest("action", "unknown")
    return found


def _by_number(unit: Unit, number: str) -> ApplicationRow:
    row = by_number(unit.connection, number)
    unit.application = row.id
    return row


def _order_row(connection: Any, number: str) -> WorkOrderRow:
    row = work_orders.one(connection, number.strip())
    if row is None:
        raise NotFound
    return row


def _new_subscriber(row: ApplicationRow, code: str) -> NewSubscriber:
    """The consumer of an application; whoever applies for somebody else gives no name but their own."""
    fields = json.loads(row.fields)
    is_own = fields["consumer_fin"] == row.fin
    return NewSubscriber(
        fin=fields["consumer_fin"],
        given_name=row.given_name if is_own else "",
        surname=row.surname if is_own else "",
        patronymic=row.patronymic if is_own else "",
        address=fields["address"],
        code=code,
    )


def _order(row: WorkOrderRow, now: Instant) -> WorkOrder:
    due_on, state = date.fromisoformat(row.due_on), cast(WorkState, row.state)
    return WorkOrder(
        number=row.number,
        kind=cast(Kind, row.kind),
        state=state,
        opened_at=to_datetime(row.opened_at),
        due_on=due_on,
        taken_by=row.taken_by,
        subscriber=row.subscriber,
        applicant=" ".join(part for part in (row.surname, row.given_name) if part),
        overdue=state in TO_DO and due_on < baku_day(now),
    )


class _OrderForm:
    """Stores what a step led to: it holds nobody's data."""

    def store(self, result: WorkOrder) -> dict[str, Any]:
        """Plain values."""
        return {"number": result.number, "state": result.state, "subscriber": result.subscriber}

    def read(self, unit: Unit, stored: dict[str, Any]) -> WorkOrder:
        """The order as it was after the step.

        Raises:
            NotFound: it was purged since.
        """
        _by_number(unit, stored["number"])
        order = _order(_order_row(unit.connection, stored["number"]), unit.now)
        return replace(order, state=stored["state"], subscriber=stored["subscriber"])


_ORDER: Final = _OrderForm()
