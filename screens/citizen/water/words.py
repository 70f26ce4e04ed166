"""What was typed for an application, and what stands in one, as labels and values in the language on screen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.clock import in_baku, to_instant
from kiosk.identity.applicant import tidy
from kiosk.language import clock, day_figures, number, phone, plural
from screens.citizen.card_words import printable

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.identity.signed_in import SignedIn
    from kiosk.water.draft import WaterDraft
    from kiosk.water.facts import Application, Document, Kind
    from screens.visits import VisitApp

Fact = tuple[str, str]
"""A label and its value, both in words."""

_HIDDEN: Final = "•••"
_NOTES: Final[dict[Kind, str]] = {
    "new_consumer": "field.label.notes",
    "suspension": "field.label.more_notes",
    "restoration": "field.label.more_notes",
}
"""Each manual has its own name for them."""
_TYPES: Final = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}


def place_words(app: VisitApp, draft: WaterDraft) -> str:
    """The street, settlement or village: from the list with what it is, or as it was written down."""
    if draft.unlisted:
        return tidy("place_text", draft.typed.get("place_text", ""))
    place = draft.place
    return f"{place.name}, {app.text(f'place.{place.kind}')}" if place is not None else ""


def house_words(app: VisitApp, draft: WaterDraft) -> str:
    """The type of the house with its numbers."""
    if draft.house_type is None:
        return ""
    numbers = [draft.typed.get("house_number", "")]
    if draft.house_type == "apartment_block":
        numbers.append(draft.typed.get("flat_number", ""))
    kind = app.text(f"house.{draft.house_type}").partition("\n")[0]
    return " ".join((kind, " / ".join(filter(None, numbers)))).strip()


def document_words(app: VisitApp, document: Document) -> str:
    """Kind, pages and size of a document."""
    megabytes = max(Decimal(document.size) / 1_000_000, Decimal("0.1"))
    pages = plural(app.language, "document.pages", document.pages)
    size = app.text("document.megabytes", size=number(app.language, megabytes, 1))
    return " · ".join((_TYPES[document.media_type], pages, size))


def chosen_words(app: VisitApp, draft: WaterDraft, steps: Sequence[str]) -> list[str]:
    """Of these steps of an application, what stands on top of the step after them."""
    words = {
        "consumer": tidy("fin", draft.typed.get("consumer_fin", "")),
        "district": draft.district.name if draft.district is not None else "",
        "place": place_words(app, draft),
        "house": house_words(app, draft),
        "subscriber": draft.subscriber,
        "reason": draft.reason.name.of(app.language) if draft.reason is not None else "",
    }
    return [words[step] for step in steps if words.get(step)]


def summary_facts(app: VisitApp, draft: WaterDraft, who: SignedIn) -> list[Fact]:
    """Everything that stands in the application of a new consumer, as it will be sent (W2)."""
    typed = new_consumer_fields(draft, who)
    consumer = [(app.text("field.label.consumer_fin"), typed["consumer_fin"])]
    name = " ".join(filter(None, (typed["surname"], typed["given_name"], typed["patronymic"])))
    house = [(app.text("field.label.house_number"), typed["house_number"])]
    if typed["flat_number"]:
        house.append((app.text("field.label.flat_number"), typed["flat_number"]))
    kind = app.text(f"house.{draft.house_type}").partition("\n")[0] if draft.house_type is not None else ""
    documents = [
        (app.text(f"document.{role}").partition("\n")[0], document_words(app, document))
        for role, document in draft.documents.items()
    ]
    return [
        *consumer,
        (app.text("application.fact.district"), draft.district.name if draft.district is not None else ""),
        (app.text("application.fact.place"), place_words(app, draft)),
        (app.text("application.fact.house_type"), kind),
        *house,
        *documents,
        (app.text("application.fact.applicant"), printable(name)),
        (app.text("field.label.phone"), phone(typed["phone"])),
        (app.text("field.label.water_email"), typed["email"]),
        *([(app.text("field.label.notes"), typed["notes"])] if typed["notes"] else []),
    ]


def applicant_fields(draft: WaterDraft, who: SignedIn) -> dict[str, str]:
    """Who applies: as the sign-in told, else as typed; tidied as the station keeps it."""
    typed = draft.typed
    named = bool(who.given_name and who.surname)
    return {
        "fin": who.fin or "",
        "given_name": who.given_name if named else tidy("given_name", typed.get("given_name", "")),
        "surname": who.surname if named else tidy("surname", typed.get("surname", "")),
        "patronymic": who.patronymic if named else tidy("patronymic", typed.get("patronymic", "")),
        "phone": tidy("phone", typed.get("phone", "")),
        "email": tidy("email", typed.get("water_email", "")),
        "notes": tidy("notes", typed.get("notes", "")),
    }


def new_consumer_fields(draft: WaterDraft, who: SignedIn) -> dict[str, str]:
    """The fields of the application of a new consumer, by the station's names (W1)."""
    typed = draft.typed
    listed = draft.place is not None and not draft.unlisted
    return applicant_fields(draft, who) | {
        "consumer_fin": tidy("fin", typed.get("consumer_fin", "")),
        "district": draft.district.id if draft.district is not None else "",
        "place": str(draft.place.id) if draft.place is not None and listed else "",
        "place_text": "" if listed else tidy("place_text", typed.get("place_text", "")),
        "house_type": draft.house_type or "",
        "house_number": tidy("house_number", typed.get("house_number", "")),
        "flat_number": "" if draft.house_type == "yard_house" else tidy("flat_number", typed.get("flat_number", "")),
    }


def suspension_fields(draft: WaterDraft, who: SignedIn) -> dict[str, str]:
    """The fields of the application for suspension or restoration, by the station's names (W5)."""
    fields = applicant_fields(draft, who) | {
        "subscriber": draft.subscriber,
        "reason": draft.reason.id if draft.reason is not None else "",
        "explanation": tidy("explanation", draft.typed.get("explanation", "")),
    }
    # Of the subscriber the registry knows the names, as they stand on the bill.
    return fields | ({} if who.given_name else {"given_name": "", "surname": "", "patronymic": ""})


def day_words(app: VisitApp, moment: datetime) -> str:
    """A day in Baku, in figures."""
    return day_figures(app.language, in_baku(to_instant(moment)).date())


def moment_words(app: VisitApp, moment: datetime) -> str:
    """Day and hour in Baku."""
    return f"{day_words(app, moment)}, {clock(in_baku(to_instant(moment)))}"


def applicant_words(application: Application) -> str:
    """Name and surname of who applied; dots where the way of signing in shows none (W4)."""
    return printable(" ".join(filter(None, (application.given_name, application.surname)))) or _HIDDEN


def kind_words(app: VisitApp, kind: Kind) -> str:
    """What an application is for, in few words."""
    return app.text(f"application.kind.{kind}")


def application_facts(app: VisitApp, application: Application) -> list[Fact]:
    """An application with what became of it. What is empty was left so, or is not shown to this person (W4)."""
    facts = [
        (app.text("application.fact.number"), application.number or "–"),
        (app.text("application.fact.state"), app.text(f"application.state.{application.state}")),
        (app.text("application.fact.kind"), kind_words(app, application.kind)),
        (app.text("application.fact.date"), moment_words(app, application.created_at)),
        (app.text("application.fact.source"), app.text(f"application.source.{application.source}")),
        (app.text("application.fact.applicant"), applicant_words(application)),
    ]
    if application.answer:
        facts.append((app.text("application.fact.answer"), printable_line(application.answer)))
    for step in application.steps:
        state = app.text(f"application.state.{step.state}")
        facts.append((moment_words(app, step.at), ": ".join(filter(None, (state, printable_line(step.note))))))
    return [*facts, *_of_the_form(app, application)]


def _of_the_form(app: VisitApp, application: Application) -> list[Fact]:
    fields = application.fields
    named = [
        ("field.label.subscriber", fields.get("subscriber")),
        ("field.label.consumer_fin", fields.get("consumer_fin")),
        ("application.fact.address", fields.get("address")),
        ("field.label.phone", phone(application.phone)),
        ("field.label.water_email", application.email),
        ("field.label.explanation", fields.get("explanation")),
        (_NOTES[application.kind], fields.get("notes")),
    ]
    return [(app.text(key), printable_line(value)) for key, value in named if value]


def printable_line(text: str) -> str:
    """What somebody wrote, on one line, without signs that steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
