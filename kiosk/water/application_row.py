"""How a row of an application becomes what faces and programs get (W4)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

from db import applications as rows
from db.applications import ApplicationRow
from kiosk.clock import to_datetime
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
