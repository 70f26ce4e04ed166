"""How a row of an application becomes what faces and programs get (W4)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final, cast

from db import applications as rows
from db.applications import ApplicationRow
from kiosk.clock import Instant, to_datetime
from kiosk.errors import NotFound
from kiosk.identity.fin import is_fin, tidy_fin
from kiosk.names import Language
from kiosk.water.facts import (
    Application,
    ApplicationState,
    ApplicationStep,
    Document,
    DocumentRole,
    Kind,
    MediaType,
    Source,
)

_NUMBER: Final = re.compile(r"[0-9]{4}-[0-9]{6,12}", re.ASCII)


def by_number(connection: Any, typed: str) -> ApplicationRow:
    """The row of an application's number as it was typed.

    Raises:
        NotFound: there is none, or it is no number at all.
    """
    number = typed.strip()
    row = rows.by_number(connection, number) if _NUMBER.fullmatch(number) else None
    if row is None:
        raise NotFound
    return row


def of_person(connection: Any, fin: str, now: Instant) -> list[ApplicationRow]:
    """The rows of a person's applications, the newest first; none of what is no FİN."""
    tidied = tidy_fin(fin)
    return rows.of_fin(connection, tidied, now) if is_fin(tidied) else []


def as_application(connection: Any, row: ApplicationRow) -> Application:
    """The application of a row, with its documents and steps."""
    fields = json.loads(row.fields)
    if row.subscriber is not None:
        fields["subscriber"] = row.subscriber
    return Application(
        id=row.id,
        number=row.number or "",
        kind=cast(Kind, row.kind),
        state=cast(ApplicationState, row.state),
        source=cast(Source, row.source),
        created_at=to_datetime(row.created_at if row.registered_at is None else row.registered_at),
        changed_at=to_datetime(row.changed_at),
        fin=row.fin,
        given_name=row.given_name,
        surname=row.surname,
        patronymic=row.patronymic,
        phone=row.phone,
        email=row.email,
        fields=fields,
        documents=tuple(
            (cast(DocumentRole, one.role), Document(one.digest, cast(MediaType, one.media_type), one.size, one.pages))
            for one in rows.documents_of(connection, row.id)
        ),
        steps=tuple(
            ApplicationStep(to_datetime(step.at), cast(ApplicationState, step.state), step.note)
            for step in rows.steps(connection, row.id)
        ),
        answer=row.answer,
        language=cast(Language, row.language),
    )


def blanked(application: Application) -> Application:
    """The application without anything that tells who or where: no names, contacts, texts, documents."""
    return replace(
        application,
        fin="",
        given_name="",
        surname="",
        patronymic="",
        phone="",
        email="",
        fields={},
        documents=(),
        steps=tuple(replace(step, note="") for step in application.steps),
        answer="",
    )
