"""Applications to the water company: new consumers, suspension and restoration (W1 to W7)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from db import applications as rows
from db import changes
from db.engine import savepoint
from kiosk.acts import Acts, Unit
from kiosk.clock import Instant
from kiosk.errors import (
    AlreadyApplied,
    BadRequest,
    ClosedAccount,
    InDebt,
    Metered,
    NotPopulation,
    NotYours,
    RegistryAway,
    UnknownSubscriber,
    WrongServiceState,
)
from kiosk.identity.fin import tidy_fin
from kiosk.identity.rights import check_serves
from kiosk.identity.signed_in import SignedIn
from kiosk.language import fold
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.water import form
from kiosk.water.application_row import as_application, blanked, by_number, of_person
from kiosk.water.applied_form import AppliedForm
from kiosk.water.facts import (
    ROLES,
    Application,
    AwaitingPayment,
    DocumentRole,
    Kind,
    Registered,
    ServiceState,
    Source,
    Subscriber,
)
from kiosk.water.form import Filled
from kiosk.water.held import begin_work, drop_held, end_run_out, go_on, new_number
from kiosk.water.money import to_manat
from kiosk.water.places import Known
from kiosk.water.registry import Asked, Registry, read_code

_DAY: Final[Instant] = 86_400_000
_NEEDED: Final[tuple[DocumentRole, ...]] = ("ownership_document", "residents_certificate")
"""The documents that a new consumer hands in (W1)."""
_MOST_DOCUMENTS: Final = 10
_NEEDED_STATE: Final[dict[Kind, ServiceState]] = {"suspension": "active", "restoration": "suspended"}
_APPLIED: Final = AppliedForm()
_IN_ROW: Final = frozenset({"fin", "given_name", "surname", "patronymic", "phone", "email", "subscriber"})


class Applications:
    """Applying, and what became of it.

    Args:
        acts: runs what changes something.
        registry: subscribers and their debts.
        settings: who may apply, and how long a debt holds an application.
    """

    def __init__(self, acts: Acts, registry: Registry, settings: Settings) -> None:
        self._acts = acts
        self._registry = registry
        self._settings = settings.water

    def check(self, kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with a form: the message key by field, in the form's order; empty when nothing is.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            return form.problems(kind, typed, Known(connection), self._settings.code_digits)

    def may_apply(self, fin: str, kind: Kind, code: str) -> Subscriber:
        """Look whether somebody may apply about a subscriber; the debt is looked at last (W5, W6). It is audited.

        Args:
            fin: the applicant's.
            kind: suspension or restoration.
            code: the subscriber code as typed.

        Raises:
            BadRequest: `subscriber` is "empty", or of another "format".
            UnknownSubscriber, NotPopulation, NotYours, ClosedAccount, Metered, WrongServiceState, AlreadyApplied,
                InDebt: what stops it.
            RegistryAway: the company's system did not answer.
            Unavailable: the database is away.
        """
        asked = self._registry.ask(read_code(form.tidy("subscriber", code), self._settings.code_digits))

        def look(unit: Unit) -> Subscriber:
            unit.detail = asked.code
            subscriber = self._applicable(unit.connection, tidy_fin(fin), kind, asked)
            self._check_debt(unit.connection, asked)
            return subscriber

        return self._acts.perform("may_apply", None, {}, look)

    def apply(
        self,
        key: str,
        kind: Kind,
        typed: Mapping[str, str],
        documents: Sequence[tuple[DocumentRole, str]],
        *,
        source: Source,
        language: Language,
        staff: int | None = None,
        wait_for_payment: bool = False,
    ) -> Registered | AwaitingPayment:
        """Apply (W3, W7): the application, its work order and its letters come about in one transaction.

        Args:
            key: names this act; a repeat gets the same answer.
            kind: what is applied for.
            typed: the form's fields as typed.
            documents: role and digest of each; a new consumer's two have to be there (W1).
            source: where it comes from.
            language: the applicant's.
            staff: who typed it in at the counter.
            wait_for_payment: whether a debt holds the application, to go on when it is paid, instead of refusing it.

        Raises:
            BadRequest: the first field that is wrong, or "documents".
            NotAllowed: the staff member left, or serves nobody.
            UnknownSubscriber, NotPopulation, NotYours, ClosedAccount, Metered, WrongServiceState, AlreadyApplied,
                InDebt: what stops it; nothing was registered.
            RegistryAway, Unavailable: nothing was registered.
        """
        request = {
            "kind": kind,
            "typed": {name: typed.get(name, "") for name in form.FIELDS[kind]},
            "documents": sorted(documents),
            "source": source,
            "language": language,
            "wait": wait_for_payment,
        }
        asked = self._ask(kind, typed)

        def do(unit: Unit) -> Registered | AwaitingPayment:
            check_serves(unit.connection, staff)
            filled = form.filled(kind, typed, Known(unit.connection), self._settings.code_digits)
            _check_documents(unit, kind, documents)
            values = _columns(unit, kind, source, language, filled)
            if isinstance(asked, RegistryAway):
                raise asked
            if filled.subscriber is not None and (asked is None or asked.code != filled.subscriber):
                raise BadRequest("subscriber", "format")  # nobody was asked about it: nothing may rest on that
            if asked is not None:
                unit.detail = asked.code
                rows.lock_subscriber(unit.connection, asked.code)
                subscriber = self._applicable(unit.connection, values["fin"], kind, asked)
                _name(values, subscriber)
                owed = self._registry.debt(unit.connection, asked)
                if owed > 0 and wait_for_payment:
                    return self._hold(unit, asked.code, values, documents, owed)
                self._check_debt(unit.connection, asked)
            return self._register(unit, values, documents)

        return self._acts.perform("apply", key, request, do, _APPLIED, staff=staff)

    def _ask(self, kind: Kind, typed: Mapping[str, str]) -> Asked | RegistryAway | None:
        """What the registry says of the subscriber; None where there is none to ask for.

        That it is away is told within the act, after a stored answer: a repeat is told what was done.
        """
        if kind == "new_consumer":
            return None
        try:
            code = form.tidy("subscriber", typed.get("subscriber", ""))  # as the form reads it
            return self._registry.ask(read_code(code, self._settings.code_digits))
        except BadRequest:
            return None  # the form tells it
        except RegistryAway as away:
            return away

    def _applicable(self, connection: Any, fin: str, kind: Kind, asked: Asked) -> Subscriber:
        """The subscriber, when nothing but a debt can stop the application (W5)."""
        subscriber = self._registry.subscriber(connection, asked)
        if subscriber is None:
            raise UnknownSubscriber
        # told before whose it is: a company has no FİN, so that its people would never learn the reason
        if subscriber.category != "population":
            raise NotPopulation
        if self._settings.applicant_is_subscriber and subscriber.fin != fin:
            raise NotYours
        if subscriber.closed:
            raise ClosedAccount
        if subscriber.meter != "none":
            raise Metered
        if subscriber.service_state != _NEEDED_STATE[kind]:
            raise WrongServiceState(subscriber.service_state)
        number = rows.open_number(connection, asked.code)
        if number is not None:
            raise AlreadyApplied(number)
        return subscriber

    def _check_debt(self, connection: Any, asked: Asked) -> None:
        owed = self._registry.debt(connection, asked)
        if owed > 0:
            raise InDebt(str(to_manat(owed)))

    def _register(
        self, unit: Unit, values: dict[str, Any], documents: Sequence[tuple[DocumentRole, str]]
    ) -> Registered:
        with savepoint(unit.connection):  # a number that is not used is not taken
            number = new_number(unit)
            application = rows.add(
                unit.connection, values | {"state": "registered", "number": number, "registered_at": unit.now}
            )
            if application is None:
                raise AlreadyApplied(rows.open_number(unit.connection, values["subscriber"]) or "")
        unit.application = application
        rows.add_documents(unit.connection, application, documents)
        begin_work(unit, self._settings, application)
        if values["subscriber"] is not None:
            drop_held(unit, values["subscriber"])
        return Registered(number, values["kind"], "registered")

    def _hold(
        self,
        unit: Unit,
        code: str,
        values: dict[str, Any],
        documents: Sequence[tuple[DocumentRole, str]],
        owed: int,
    ) -> AwaitingPayment:
        drop_held(unit, code)
        until = unit.now + self._settings.hold_days * _DAY
        application = rows.add(unit.connection, values | {"state": "awaiting_payment", "held_until": until})
        if application is None:
            raise AssertionError("no index is about applications that are held")
        unit.application = application
        rows.add_documents(unit.connection, application, documents)
        rows.add_step(unit.connection, application, unit.now, "awaiting_payment", unit.station, unit.staff)
        return AwaitingPayment(application, to_manat(owed))

    def settle(self) -> int:
        """Let go on what waited for a debt that is gone though no payment came through us: at a bank, or imported.

        No rule hangs on it: a payment that we count lets it go on by itself. How many were registered; what the
        company's system does not tell now, it tells the next time.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            codes = rows.subscribers_with_held(connection, now)
        registered = 0
        with suppress(RegistryAway):
            for code in codes:
                registered += len(self._go_on(self._registry.ask(code)))
        return registered

    def _go_on(self, asked: Asked) -> tuple[Registered, ...]:
        with self._acts.reading() as (connection, _):
            if not self._owes_nothing(connection, asked):
                return ()

        def do(unit: Unit) -> tuple[Registered, ...]:
            unit.detail = asked.code
            rows.lock_subscriber(unit.connection, asked.code)
            if not self._owes_nothing(unit.connection, asked):
                return ()
            return go_on(unit, self._settings, asked.code)

        return self._acts.perform("go_on", None, {}, do)

    def _owes_nothing(self, connection: Any, asked: Asked) -> bool:
        """A code that the company's system does not know any more owes 0 too: nothing goes on for that."""
        is_known = self._registry.subscriber(connection, asked) is not None
        return is_known and self._registry.debt(connection, asked) <= 0

    def end_run_out(self) -> int:
        """Tell whose applications a debt held too long that nothing comes of them; how many there were.

        No other answer depends on it: what has run out goes on no more, told or not.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            if not rows.has_run_out(connection, now):
                return 0

        def do(unit: Unit) -> int:
            ended = end_run_out(unit)
            changes.announce(unit.connection)
            unit.detail = str(ended)
            return ended

        return self._acts.perform("end_applications", None, {}, do)

    def of_person(self, fin: str) -> tuple[Application, ...]:
        """Everything a person applied for, the newest first (W4).

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            return tuple(as_application(connection, row) for row in of_person(connection, fin, now))

    def of(self, who: SignedIn) -> tuple[Application, ...]:
        """Everything somebody who signed in applied for, as far as the way they signed in lets them see it.

        Whoever typed a FİN alone sees that there is an application and how it stands; who it is, and where, only when
        the setting `[water] fin_only_sees` says "all".

        Raises:
            Unavailable: the database is away.
        """
        if who.fin is None:
            return ()
        found = self.of_person(who.fin)
        if who.proof != "little" or self._settings.fin_only_sees == "all":
            return found
        return tuple(blanked(one) for one in found)

    def one(self, number: str) -> Application:
        """The application of a number.

        Raises:
            NotFound: there is none.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            return as_application(connection, by_number(connection, number))


def _columns(unit: Unit, kind: Kind, source: Source, language: Language, filled: Filled) -> dict[str, Any]:
    values = filled.values
    rest = {name: text for name, text in values.items() if name not in _IN_ROW}
    if filled.address:
        rest["address"] = filled.address
    row = {name: values.get(name, "") for name in ("fin", "given_name", "surname", "patronymic", "phone", "email")}
    columns = {
        "kind": kind,
        "source": source,
        "station": unit.station,
        "staff": unit.staff,
        "language": language,
        "created_at": unit.now,
        "changed_at": unit.now,
        **row,
        "subscriber": filled.subscriber,
        "fields": json.dumps(rest, ensure_ascii=False, separators=(",", ":")),
    }
    return columns | {"searched": _searched(columns, filled)}


def _name(columns: dict[str, Any], subscriber: Subscriber) -> None:
    """Who applies about their own account need not type their name: the registry has it."""
    if not (columns["given_name"] and columns["surname"]) and columns["fin"] == subscriber.fin:
        columns.update(given_name=subscriber.given_name, surname=subscriber.surname, patronymic=subscriber.patronymic)
        columns["searched"] = f"{columns['searched']} {fold(subscriber.name)}"


def _searched(columns: Mapping[str, Any], filled: Filled) -> str:
    """What the desk finds the application by, folded."""
    parts = (columns[name] for name in ("surname", "given_name", "patronymic", "fin", "phone", "subscriber"))
    return fold(" ".join(part for part in (*parts, filled.address) if part))


def _check_documents(unit: Unit, kind: Kind, documents: Sequence[tuple[DocumentRole, str]]) -> None:
    """Raises BadRequest: one is missing ("missing"), nowhere stored ("unknown"), or there are too many."""
    if len(documents) > _MOST_DOCUMENTS or len(set(documents)) != len(documents):
        raise BadRequest("documents", "too_many")
    roles = {role for role, _ in documents}
    if not roles <= set(ROLES):
        raise BadRequest("documents", "role")
    if kind == "new_consumer" and not roles.issuperset(_NEEDED):
        raise BadRequest("documents", "missing")
    if rows.unknown_documents(unit.connection, (digest for _, digest in documents)):
        raise BadRequest("documents", "unknown")
