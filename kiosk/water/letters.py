"""What an applicant is told by e-mail and SMS, in the transaction of what it tells of (W3, W4, W7)."""

from __future__ import annotations

from typing import Final, Literal, cast

from db.applications import ApplicationRow
from kiosk.acts import Unit
from kiosk.clock import baku_day, in_baku
from kiosk.language import clock, day_figures, text
from kiosk.names import Language
from kiosk.post.page import PageFacts

Told = Literal["taken", "asked_back", "resumed", "carried_out", "completed", "refused"]
_WITH_ANSWER: Final = frozenset({"asked_back", "carried_out", "completed", "refused"})
"""At these steps the desk asks for words for the applicant; that the work is done may be told without any."""


def registered(unit: Unit, row: ApplicationRow) -> None:
    """The application was registered; the words are the manual's (W3)."""
    language = cast(Language, row.language)
    said = " ".join(text(language, "application.registered", number=row.number or "").split("\n"))
    page = PageFacts(text(language, "letter.application.title.registered"), (said,), _rows(row, "registered"))
    _tell(unit, row, page, said)


def changed(unit: Unit, row: ApplicationRow, told: Told, answer: str) -> None:
    """The application went on; `row` is as it is now."""
    language = cast(Language, row.language)
    rows = _rows(row, row.state)
    if answer and told in _WITH_ANSWER:
        rows += ((text(language, "letter.application.label.answer"), answer),)
    page = PageFacts(
        text(language, "letter.application.title.changed"), (text(language, f"letter.application.{told}"),), rows
    )
    _tell(unit, row, page, text(language, f"sms.application.{told}", number=row.number or ""))


def ran_out(unit: Unit, row: ApplicationRow) -> None:
    """The payment that the application waited for did not come in time; `row.changed_at` is when that was over."""
    language, code = cast(Language, row.language), row.subscriber or ""
    until = f"{day_figures(language, baku_day(row.changed_at))}, {clock(in_baku(row.changed_at))}"
    page = PageFacts(
        text(language, "letter.application.title.ran_out"),
        (text(language, "letter.application.ran_out"),),
        (*_rows(row, "dropped"), (text(language, "letter.application.label.paid_by"), until)),
    )
    _tell(unit, row, page, text(language, "sms.application.ran_out", code=code))


def _rows(row: ApplicationRow, state: str) -> tuple[tuple[str, str], ...]:
    language = cast(Language, row.language)

    def label(name: str) -> str:
        return text(language, f"letter.application.label.{name}")

    on = row.created_at if row.registered_at is None else row.registered_at
    rows = [] if row.number is None else [(label("number"), row.number)]
    rows += [
        (label("date"), day_figures(language, baku_day(on))),
        (label("service"), text(language, f"application.kind.{row.kind}")),
        (label("status"), text(language, f"application.state.{state}")),
    ]
    if row.subscriber is not None:
        rows.append((label("subscriber"), row.subscriber))
    return tuple(rows)


def _tell(unit: Unit, row: ApplicationRow, page: PageFacts, message: str) -> None:
    language = cast(Language, row.language)
    unit.post_page("application", language, row.email, page, application=row.id)
    unit.post_sms("application", language, row.phone, message, application=row.id)
