"""Suspension and restoration at the kiosk: the code, the reason, what stops it, the debt (W5 to W7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from kiosk.errors import (
    AlreadyApplied,
    BadRequest,
    ClosedAccount,
    InDebt,
    Metered,
    NotPopulation,
    NotYours,
    Refusal,
    RegistryAway,
    Unavailable,
    UnknownSubscriber,
    WrongServiceState,
)
from kiosk.identity.signed_in import SignedIn
from kiosk.water.facts import Payment, Registered
from screens.citizen.step import Answer, Back, Next
from screens.citizen.telling import TellingScreen
from screens.citizen.water import payments
from screens.citizen.water.applications import new_consumer, status, suspension
from screens.citizen.water.debt import DebtScreen
from screens.citizen.water.registered import RegisteredScreen
from screens.citizen.water.status import StatusScreen
from screens.citizen.water.suspend import DetailsScreen, ReasonScreen, SubscriberScreen
from tests.screens.opened import languages
from tests.screens.running import FULL, LARGE, Face
from tests.screens.water.applicants import AWAITING, BY_FIN, CODE, FIN, NUMBER, REASONS, WaterStation
from tests.screens.water.filling import fill, on_errand, water

_FORM = {
    "fin": FIN,
    "given_name": "",
    "surname": "",
    "patronymic": "",
    "phone": "+994502345678",
    "email": "a.memmedova@mail.az",
    "notes": "",
    "subscriber": CODE,
    "reason": "nobody",
    "explanation": "Ailə kəndə köçüb",
}


@asynccontextmanager
async def at_the_reason(station: WaterStation | None = None, **more: Any) -> AsyncIterator[tuple[Face, list[Answer]]]:
    """The code is typed: the reasons are asked for."""
    async with on_errand(suspension, BY_FIN, station, **more) as (face, ended):
        face.app.session.water.belongs_to(FIN)
        face.app.session.water.subscriber = CODE
        face.screen.code.value = CODE  # type: ignore[attr-defined]
        await face.settle()
        await face.touch("#main")
        yield face, ended


async def to_the_end(face: Face, reason: str = "nobody") -> None:
    """The reason, and everything that is typed after it."""
    kind = next(one.kind for one in REASONS if one.id == reason)
    if face.widget("#tabs").region.area:
        await face.touch("#tabs", kind)
    await face.touch(f"#{kind}", reason)
    await fill(face, phone="050 234 56 78", water_email="a.memmedova@mail.az", explanation="Ailə kəndə köçüb")


def sent(face: Face) -> list[tuple[Any, ...]]:
    """The applications that were sent: key, kind, fields, documents, language, waiting."""
    return [tuple(call[1:]) for call in water(face).applications.named("apply")]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_from_the_code_to_the_number(size: tuple[int, int]) -> None:
    """W5, W7: code, reason from the list, contact, explanation, “Davam et”, and the manual's text with the number."""
    async with on_errand(suspension, BY_FIN, size=size) as (face, ended):
        assert face.is_on(SubscriberScreen)
        await face.touch("#main")
        assert face.is_on(SubscriberScreen), "an empty code leads no further"
        await face.press(*CODE)
        await face.touch("#main")
        assert face.is_on(ReasonScreen)
        await to_the_end(face)
        assert face.is_on(DetailsScreen)
        await face.touch("#main")
        assert face.is_on(RegisteredScreen)
        assert face.app.text("application.registered", number=NUMBER).split("\n")[-1] in face.shown
        ((_, kind, fields, documents, _, waits),) = sent(face)
        assert (kind, fields, documents, waits) == ("suspension", _FORM, (), False)
        await face.touch("#main")
        assert ended == [Next()]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_reason_decides_the_kind(size: tuple[int, int]) -> None:
    """W5: a reason to restore is an application to restore; both kinds can be reached without turning a page."""
    async with at_the_reason(size=size) as (face, _):
        await to_the_end(face, "moved_in")
        await face.touch("#main")
        assert sent(face)[0][1] == "restoration"
        assert water(face).applications.named("may_apply") == [("may_apply", FIN, "restoration", CODE)]


@pytest.mark.parametrize("typed", ["", "12", "1" * 15])
async def test_a_code_that_can_be_none_leads_no_further(typed: str) -> None:
    """W5, W8: the digits that a code may have are a setting."""
    async with on_errand(suspension, BY_FIN) as (face, _):
        face.screen.code.value = typed  # type: ignore[attr-defined]
        await face.settle()
        await face.touch("#main")
        assert face.is_on(ReasonScreen if len(typed) == 15 else SubscriberScreen)


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (Metered(), "subscriber.metered"),
        (ClosedAccount(), "subscriber.closed"),
        (NotPopulation(), "subscriber.not_population"),
        (WrongServiceState("suspended"), "subscriber.already_suspended"),
        (WrongServiceState("active"), "subscriber.already_active"),
        (AlreadyApplied(NUMBER), "subscriber.already_applied"),
    ],
)
async def test_who_may_not_apply_is_told_why_before_anything_else_is_asked(refusal: Refusal, key: str) -> None:
    """W5: told why not, in words, with a way on; the code that was typed is still there."""
    async with at_the_reason(size=LARGE) as (face, _):
        water(face).applications.before_apply = refusal
        await face.touch("#suspension", "nobody")
        assert face.is_on(TellingScreen)
        async for _ in languages(face):
            for line in face.app.text(key).split("\n"):
                assert line in face.shown
            assert "…" not in face.shown
        if isinstance(refusal, AlreadyApplied):
            assert NUMBER in face.shown
        await face.touch("#ways", "subscriber")
        assert face.is_on(SubscriberScreen)
        assert CODE in face.shown
        assert not sent(face)


async def test_an_open_application_leads_to_its_status() -> None:
    """W4, W5: its number, and the way to see how it goes."""
    async with at_the_reason() as (face, _):
        water(face).applications.before_apply = AlreadyApplied(NUMBER)
        await face.touch("#suspension", "nobody")
        await face.touch("#ways", "status")
        assert face.is_on(StatusScreen)


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (UnknownSubscriber(), "subscriber.unknown"),
        (NotYours(), "subscriber.not_yours"),
        (BadRequest("subscriber", "format"), "field.subscriber"),
    ],
)
async def test_what_another_code_may_mend_is_told_at_the_code(refusal: Refusal, key: str) -> None:
    """W5: a FİN alone must not cut a neighbour's water; an unknown code is checked on the bill."""
    async with at_the_reason() as (face, _):
        water(face).applications.before_apply = refusal
        await face.touch("#suspension", "nobody")
        assert face.is_on(SubscriberScreen)
        assert face.screen.note.told == face.app.text(key)  # type: ignore[attr-defined]
        assert CODE in face.shown


async def test_a_company_that_does_not_answer_is_told_and_asked_again() -> None:
    """Issue 4: nothing typed is lost."""
    async with at_the_reason() as (face, _):
        water(face).applications.before_apply = RegistryAway()
        await face.touch("#suspension", "nobody")
        assert face.is_on(ReasonScreen)
        assert face.screen.note.told == face.app.text("registry.away")  # type: ignore[attr-defined]
        water(face).applications.before_apply = None
        await face.touch("#main")
        assert face.is_on(DetailsScreen)


async def test_a_lost_answer_gets_the_same_number() -> None:
    """Issue 4: the same act, once."""
    async with at_the_reason() as (face, _):
        applications = water(face).applications
        await to_the_end(face)
        applications.lost, applications.lose_answers = Unavailable(), 1
        await face.touch("#main")
        assert face.is_on(DetailsScreen)
        await face.touch("#main")
        assert face.is_on(RegisteredScreen)
        first, second = sent(face)
        assert first == second


async def test_a_field_that_the_station_refuses_is_told_there() -> None:
    """W5: at the field, with everything kept."""
    async with at_the_reason() as (face, _):
        await to_the_end(face)
        water(face).applications.refuse = BadRequest("email", "email")
        await face.touch("#main")
        assert face.is_on(DetailsScreen)
        assert face.screen.at == "water_email"  # type: ignore[attr-defined]
        assert face.app.text("field.short.email") in face.shown


@asynccontextmanager
async def in_debt(monkeypatch: pytest.MonkeyPatch, paid: Payment | None, **more: Any) -> AsyncIterator[Any]:
    """A debt of 12.40 stops it; paying ends as `paid` says. Gives the face, what it ended with, and what was paid."""
    asked: list[tuple[Any, ...]] = []

    async def pay(app: Any, stage: Any, code: str, debt: Decimal, application: int | None = None) -> Payment | None:
        asked.append((code, debt, application))
        return paid

    monkeypatch.setattr(payments, "pay", pay)
    async with at_the_reason(**more) as (face, ended):
        applications = water(face).applications
        applications.waits = AWAITING
        await to_the_end(face)
        applications.refuse = InDebt("12.40")
        await face.touch("#main")
        yield face, ended, asked


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_debt_stops_it_with_the_manuals_text_and_the_amount(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """W6: the text to the letter, the amount large, “Borcu ödə”; nothing waits before that touch."""
    async with in_debt(monkeypatch, None, size=size) as (face, _, asked):
        assert face.is_on(DebtScreen)
        told = " ".join(face.app.text("subscriber.debt").split("\n"))
        assert told == (
            "Hal hazırda bu abonentin qalıq borcu vardır. Əməliyyat etmək üçün borcu ödəyib yenidən cəhd edin."
        )
        for line in face.app.text("subscriber.debt").split("\n"):
            assert line in face.shown
        assert "Borcu ödə" in face.shown
        (figure,) = face.screen.verdict._view().figures
        assert figure == ("Qalıq borc, ₼", "12,40")
        assert "Qalıq borc, ₼" in face.shown
        await face.touch("#close")
        assert face.is_on(DetailsScreen)
        assert not asked
        assert [waits for *_, waits in sent(face)] == [False]


async def test_a_paid_debt_lets_it_go_on_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """W6: the payment of the held application, then its number, without another touch."""
    registered = Registered(NUMBER, "suspension", "registered")
    paid = Payment(CODE, Decimal("12.40"), "R-1", "terminal", Decimal("0.00"), (registered,))
    async with in_debt(monkeypatch, paid) as (face, ended, asked):
        await face.touch("#ways", "pay")
        assert asked == [(CODE, Decimal("12.40"), AWAITING.application)]
        assert [waits for *_, waits in sent(face)] == [False, True]
        assert face.is_on(RegisteredScreen)
        assert NUMBER in face.shown
        await face.touch("#main")
        assert ended == [Next()]


async def test_what_stops_it_while_it_is_put_on_hold_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """W5, W6: somebody else's application came first: its number, and the way to another code."""
    async with in_debt(monkeypatch, None) as (face, _, asked):
        water(face).applications.refuse = AlreadyApplied("2026-000099")
        await face.touch("#ways", "pay")
        assert face.is_on(TellingScreen)
        assert face.app.text("subscriber.already_applied").split("\n")[0] in face.shown
        assert not asked
        await face.touch("#ways", "subscriber")
        assert face.is_on(SubscriberScreen)


async def test_who_leaves_without_paying_is_told_that_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """W6: the application goes on when the payment has come."""
    async with in_debt(monkeypatch, None) as (face, ended, _):
        await face.touch("#ways", "pay")
        assert face.is_on(TellingScreen)
        for line in face.app.text("application.awaiting").split("\n"):
            assert line in face.shown
        await face.touch("#close")
        assert ended == [Next()]


async def _status(app: Any, stage: Any, who: SignedIn) -> Answer:
    return await status(app, stage, who, ("suspension",))


@pytest.mark.parametrize("errand", [new_consumer, suspension, _status])
async def test_a_sign_in_without_a_fin_leads_nowhere(errand: Any) -> None:
    """W4, W5: an application is the person's by their FİN; another one's must not be typed in its place."""
    async with on_errand(errand, SignedIn("sima_token", None, "Aygün", "Məmmədova")) as (face, ended):
        assert face.is_on(TellingScreen)
        assert face.app.text("application.no_fin").split("\n")[0] in face.shown
        await face.touch("#close")
        assert ended == [Back()]
