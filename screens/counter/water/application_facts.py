"""Everything that stands in an application, and its history, as facts for the company's desk (W4, W7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.language import phone
from screens.citizen.card_words import printable
from screens.citizen.water.words import kind_words, moment_words, printable_line
from screens.counter.water.fact_pane import Fact
from screens.counter.water.words import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk.water.facts import Application, Reason
    from screens.app import KioskApp


def application_facts(app: KioskApp, application: Application, reason: Reason | None) -> list[Fact]:
    """Form and history."""
    text = app.text
    fields = application.fields
    house = fields.get("house_type", "")
    notes = "field.label.notes" if application.kind == "new_consumer" else "field.label.more_notes"
    names = (application.surname, application.given_name, application.patronymic)
    form = [
        (text("application.fact.applicant"), printable(" ".join(filter(None, names)), 200)),
        (text("field.label.fin"), application.fin),
        (text("field.label.phone"), phone(application.phone)),
        (text("field.label.water_email"), printable(application.email, 254)),
        (text("field.label.subscriber"), fields.get("subscriber", "")),
        (text("desk.fact.reason"), reason.name.of(app.language) if reason is not None else fields.get("reason", "")),
        (text("field.label.consumer_fin"), fields.get("consumer_fin", "")),
        (text("application.fact.address"), printable_line(fields.get("address", ""))),
        (text("application.fact.house_type"), text(f"house.{house}").partition("\n")[0] if house else ""),
        (text("field.label.explanation"), printable_line(fields.get("explanation", ""))),
        (text(notes), printable_line(fields.get("notes", ""))),
        (text("application.fact.kind"), kind_words(app, application.kind)),
        (text("application.fact.state"), text(f"application.state.{application.state}")),
        (text("application.fact.date"), moment_words(app, application.created_at)),
        (text("application.fact.source"), text(f"application.source.{application.source}")),
        (text("desk.fact.language"), LANGUAGE_NAMES[application.language]),
        (text("application.fact.answer"), printable_line(application.answer)),
    ]
    facts = [Fact(label, value) for label, value in form if value]
    facts.append(Fact(text("desk.history")))
    for step in application.steps:
        said = printable_line(step.note)
        state = text(f"application.state.{step.state}")
        facts.append(Fact(moment_words(app, step.at), f"{state}: {said}" if said else state))
    return facts
