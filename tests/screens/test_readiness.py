"""“E-imzanı yoxla”: lines one after another, trials only when allowed, the result in one sentence (E3)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.card_facts import (
    CardError,
    CardSight,
    EntryCancelled,
    EntryTimeout,
    Pin,
    PinBlocked,
    PinWrong,
    Purpose,
    Tries,
)
from kiosk.language import LANGUAGES, Language, clock
from kiosk.post.page import PageFacts
from kiosk.signature.facts import Light
from kiosk.signature.readiness import ReadinessLine
from screens.citizen.card_wait import CardWaitScreen
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.first import FirstScreen
from screens.citizen.pin import PinScreen
from screens.citizen.readiness import Findings, ReadinessScreen
from screens.citizen.report_mail import ReportMailScreen
from tests.screens.fakes import NOW
from tests.screens.fakes_cards import PINS, CardStation, card, with_tries
from tests.screens.opened import languages
from tests.screens.running import SIZES, Face, running, settings
from tests.screens.test_messages import whole

GOOD: tuple[tuple[str, str], ...] = (
    ("reader", "readiness.reader.good"),
    ("driver", "readiness.driver.good"),
    ("component", "readiness.component.good"),
    ("card", "readiness.card.good"),
    ("root", "readiness.authority.good"),
    ("pca", "readiness.authority.good"),
    ("ica", "readiness.authority.good"),
    ("certificate_sign_in", "readiness.certificate.good"),
    ("certificate_signature", "readiness.certificate.good"),
    ("revocation", "readiness.revocation.good"),
    ("tries_pin1", "readiness.tries.of"),
    ("tries_pin2", "readiness.tries.of"),
    ("tries_puk", "readiness.tries.of"),
)


def line(name: str, key: str, light: Light = "good", advice: str | None = None, needs: Any = None) -> ReadinessLine:
    return ReadinessLine(name, light, key, {"date": NOW, "left": 3, "most": 3, "reader": "Reader 1"}, advice, needs)


class CheckedStation(CardStation):
    """A station that checks as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: dict[str, ReadinessLine] = {}
        """Lines that are not good."""
        self.hold_up: dict[str, threading.Event] = {}
        self.at_pad: list[Purpose] = []
        """Trials whose PIN was typed at the reader."""
        self.mailed: list[tuple[str, PageFacts]] = []
        self.pages: list[PageFacts] = []

    def readiness(
        self,
        insertion: int | None,
        pin1: Pin | None,
        pin2: Pin | None,
        *,
        tried_only: bool = False,
        at_pad: Purpose | None = None,
    ) -> Iterator[ReadinessLine]:
        for name, key in () if tried_only else GOOD:
            if name in self.hold_up:
                self.hold_up[name].wait(60)
            yield self.changed.get(name) or line(name, key)
        at_reader = {"sign_in": Pin([1, 2, 3, 4]), "signature": Pin([1, 2, 3, 4, 5])}
        if at_pad is not None:
            self.at_pad.append(at_pad)
        yield self._trial("sign_in", "pin1", at_reader["sign_in"] if at_pad == "sign_in" else pin1)
        yield self._trial("signature", "pin2", at_reader["signature"] if at_pad == "signature" else pin2)
        if tried_only:
            yield line("tries_pin1", "readiness.tries.of")

    def _trial(self, name: str, needs: Any, pin: Pin | None) -> ReadinessLine:
        if pin is None:
            return line(name, "readiness.trial.untried", "absent", needs=needs)
        try:
            with pin:
                self.desk.verify(name, needs, pin)
        except PinWrong:
            return line(name, "readiness.trial.pin_wrong", "fault")
        except (EntryCancelled, EntryTimeout) as error:
            return ReadinessLine(name, "absent", "readiness.trial.untried", {"error": error.error}, None, needs)
        except PinBlocked:
            return line(name, "readiness.trial.blocked", "fault", "readiness.advice.unblock")
        return line(name, "readiness.trial.good")

    def mail_page(self, kind: str, email: str, page: PageFacts, language: Language) -> None:
        if email.startswith("bad"):
            raise BadRequest("email", "not an address")
        if email.startswith("often"):
            raise SlowDown(NOW)
        self.mailed.append((email, page))

    def print_page(self, act: str, page: PageFacts, language: Language) -> str:
        self.pages.append(page)
        return "ok"


async def checking(face: Face, facts: Any = None) -> ReadinessScreen:
    """A card in, the check chosen from “My e-signature”, the free lines done."""
    assert isinstance(face.station, CheckedStation)
    face.station.desk.insert(facts)
    await face.settle()
    face.elapsed.pass_by(1.0)
    await face.touch("#tiles", "e_signature")
    await face.touch("#tiles", "readiness")
    screen = face.screen
    assert isinstance(screen, ReadinessScreen)
    await face.until(lambda: screen.findings.finished)
    await face.settle()
    face.elapsed.pass_by(1.0)
    return screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_line_has_its_light_finding_and_advice(language: Language, size: tuple[int, int]) -> None:
    """E3: whole in every language and size; where they do not fit, by pages."""
    station = CheckedStation()
    station.changed["ica"] = line("ica", "readiness.authority.missing", "fault", "readiness.advice.staff")
    station.changed["tries_pin2"] = line("tries_pin2", "readiness.tries.last", "warning", "readiness.advice.careful")
    async with running(station, size=size, with_settings=settings(language=language)) as face:
        screen = await checking(face)
        assert face.app.text("readiness.fault").split("\n")[0] in face.shown
        checks: Any = screen.checks
        while checks.has_before:
            await face.touch("#pager", "before")
        seen = face.shown
        while checks.has_after:
            await face.touch("#pager", "after")
            seen += face.shown
        if checks.has_before:
            await face.press("pageup")
            assert checks.has_after, "the page keys turn it too"
        for check in checks.checks:
            assert check.title in seen
            assert check.found.split(" ")[0] in seen
        for key in ("readiness.advice.staff", "readiness.advice.careful"):
            assert face.app.text(key).split(" ")[-1] in seen
        assert "…" not in seen
        for mark in "✓✕!–":
            assert mark in seen


async def test_one_line_is_at_work_at_a_time() -> None:
    """E3: a nervous person sees what is done, what is going on, and what is to come."""
    station = CheckedStation()
    held = station.hold_up["pca"] = threading.Event()
    async with running(station) as face:
        station.desk.insert()
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.touch("#tiles", "e_signature")
        face.elapsed.pass_by(1.0)
        await face.tap("#tiles", "readiness")
        await face.until(lambda: isinstance(face.screen, ReadinessScreen))
        screen = face.screen
        assert isinstance(screen, ReadinessScreen)
        await face.until(lambda: "root" in screen.findings.lines)
        states = {check.name: check.state for check in screen.checks.checks}
        assert [name for name, state in states.items() if state == "at_work"] == ["pca"]
        assert states["ica"] == states["signature"] == "to_come"
        assert states["card"] == "good"
        assert screen.title_words() == face.app.text("readiness.title").split("\n")[0]
        held.set()
        await face.until(lambda: screen.findings.finished)


async def test_a_pin_is_asked_for_only_after_an_explanation_and_can_be_skipped() -> None:
    """E3: the trials are the person's to allow."""
    station = CheckedStation()
    async with running(station) as face:
        screen = await checking(face)
        assert screen.findings.result == "untried"
        assert station.desk.sent == []
        await face.touch("#main")
        assert face.is_on(ChoosingScreen)
        assert face.app.text("readiness.why.sign_in").split(".")[0] in face.shown
        left: list[object] = []
        for _ in range(2):
            await face.touch("#tiles", "skip")
            left.append(screen.findings.next_trial)
            assert face.is_on(ReadinessScreen)
            await face.touch("#main")
        assert left == [("signature", "pin2"), None]
        assert station.desk.sent == []


async def test_both_trials_done_say_that_everything_is_in_order() -> None:
    """E3: a sign-in and a signature tried for real; the sentence stands on top."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face)
        for digits in ("1234", "12345"):
            await face.touch("#main")
            await face.touch("#tiles", "try")
            assert isinstance(face.screen, PinScreen)
            await face.press(*digits, "enter")
        assert isinstance(face.screen, ReadinessScreen)
        assert face.screen.findings.result == "good"
        assert face.app.text("readiness.good").split("\n")[0] in face.shown
        assert station.desk.sent == [("sign_in", 4), ("signature", 5)]


async def test_a_wrong_pin_is_the_entrys_matter() -> None:
    """I9: the tries are told at once, and it may be typed again; the line is not red for it."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face)
        await face.touch("#main")
        await face.touch("#tiles", "try")
        await face.press(*"9999", "enter")
        assert isinstance(face.screen, PinScreen)
        assert whole(face, face.app.text("pin.wrong", pin="PIN1", tries=2))
        await face.press(*"1234", "enter")
        assert isinstance(face.screen, ReadinessScreen)
        assert face.screen.findings.lines["sign_in"].light == "good"


async def test_a_pin_that_blocks_in_a_trial_makes_its_line_red() -> None:
    """E3: with what to do."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face, card(pins=with_tries(PINS, "pin1", Tries(1, 3))))
        await face.touch("#main")
        await face.touch("#tiles", "try")
        await face.touch("#last-try")
        await face.press(*"9999", "enter")
        assert isinstance(face.screen, ReadinessScreen)
        assert face.screen.findings.lines["sign_in"].light == "fault"
        assert face.app.text("readiness.advice.unblock").split(" ")[0] in face.shown


@pytest.mark.parametrize("size", SIZES)
async def test_trials_take_their_pin_at_the_readers_own_pad(size: tuple[int, int]) -> None:
    """I9, E3: where the reader has one, nothing is typed here; each trial asks for its own PIN, with a countdown."""
    station = CheckedStation()
    async with running(station, size=size) as face:
        await checking(face, replace(card(), has_pin_pad=True))
        for name in ("PIN1", "PIN2"):
            station.desk.hold_up = threading.Event()
            await face.touch("#main")
            face.elapsed.pass_by(1.0)
            await face.tap("#tiles", "try")
            await face.until(lambda: isinstance(face.screen, PinScreen) and station.desk.at_work.is_set())
            screen = face.screen
            assert isinstance(screen, PinScreen)
            for language in LANGUAGES:
                face.app.set_language(language)
                await face.draws()
                assert face.app.text("pin.at_reader", pin=name).split("\n")[0] in face.shown
                assert face.app.text("pin.at_reader_left", left="").strip() in face.shown
                assert "…" not in face.shown
            assert screen.countdown.region.area
            assert not screen.boxes.region.area
            station.desk.at_work.clear()
            station.desk.hold_up.set()
            await face.until(lambda: isinstance(face.screen, ReadinessScreen))
            await face.settle()
            face.elapsed.pass_by(1.0)
        assert isinstance(face.screen, ReadinessScreen)
        assert station.at_pad == ["sign_in", "signature"]
        assert face.screen.findings.result == "good"


@pytest.mark.parametrize(("refused", "key"), [(EntryCancelled(), "cancelled"), (EntryTimeout(), "timeout")])
async def test_a_trial_that_nobody_typed_for_may_be_begun_again(refused: CardError, key: str) -> None:
    """I9: no try was used, and the reader is asked again only when the person says so."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face, replace(card(), has_pin_pad=True))
        station.desk.refuse = refused
        await face.touch("#main")
        await face.touch("#tiles", "try")
        assert isinstance(face.screen, PinScreen)
        assert whole(face, face.app.text(f"pin.entry_{key}"))
        await face.touch("#main")
        assert isinstance(face.screen, ReadinessScreen)
        assert face.screen.findings.lines["sign_in"].light == "good"


async def test_taking_the_card_out_begins_anew() -> None:
    """What was found out is of the card before."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face)
        station.desk.remove()
        await face.settle()
        assert face.is_on(CardWaitScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_without_a_card_the_machine_can_be_checked(size: tuple[int, int]) -> None:
    """E3: reader and authorities are worth a look by themselves."""
    station = CheckedStation()
    station.changed["card"] = line("card", "readiness.card.none", "fault", "readiness.advice.insert")
    async with running(station, size=size) as face:
        await face.touch("#tiles", "readiness")
        assert face.is_on(CardWaitScreen)
        async for _ in languages(face):
            assert face.app.text("readiness.without_card") in face.shown
            assert "…" not in face.shown
        await face.touch("#main")
        assert isinstance(face.screen, ReadinessScreen)
        await face.settle()
        assert face.screen.findings.result == "fault"


async def test_without_a_reader_the_lines_say_so_at_once() -> None:
    """E3: nobody is asked to insert a card where nothing takes one."""
    station = CheckedStation()
    station.desk.sight = CardSight("no_reader")
    async with running(station) as face:
        await face.touch("#tiles", "readiness")
        assert isinstance(face.screen, ReadinessScreen)


async def test_the_result_is_mailed_without_a_name_in_it() -> None:
    """E3: a page to mail; the address is asked for, and a bad one is told."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face)
        await face.touch("#second")
        assert face.is_on(ChoosingScreen)
        await face.touch("#tiles", "mail")
        screen = face.screen
        assert isinstance(screen, ReportMailScreen)
        await face.touch("#main")
        assert isinstance(face.screen, ReportMailScreen)
        screen.fields["report_email"].value = "a.memmedova@mail.az"
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.touch("#main")
        assert isinstance(face.screen, ReadinessScreen)
        assert whole(face, face.app.text("readiness.mailed", email="a.memmedova@mail.az"))
        ((email, page),) = station.mailed
        assert email == "a.memmedova@mail.az"
        assert len(page.rows) == 15
        assert all("AYGÜN" not in value for row in page.rows for value in row)


async def test_too_many_letters_are_refused_until_a_time() -> None:
    """E3, K6: nobody is sent letters without end; the address stays typed."""
    station = CheckedStation()
    async with running(station) as face:
        await checking(face)
        await face.touch("#second")
        await face.touch("#tiles", "mail")
        assert isinstance(face.screen, ReportMailScreen)
        face.screen.fields["report_email"].value = "often@mail.az"
        await face.settle()
        await face.touch("#main")
        assert isinstance(face.screen, ReportMailScreen)
        assert whole(face, face.app.text("error.slow_down", time=clock(NOW)))
        assert face.screen.email == "often@mail.az"


async def test_the_result_is_printed_where_there_is_a_printer() -> None:
    """E3: a page to print."""
    station = CheckedStation()
    station.has_printer = True
    async with running(station) as face:
        await checking(face)
        await face.touch("#second")
        await face.touch("#tiles", "print")
        assert isinstance(face.screen, ReadinessScreen)
        assert whole(face, face.app.text("readiness.printed"))
        assert len(station.pages) == 1


async def test_back_leads_to_the_first_screen() -> None:
    """face.md: Escape is GERİ."""
    async with running(CheckedStation()) as face:
        await checking(face)
        await face.press("escape")
        assert face.is_on(FirstScreen)


def worst(*lights: Light) -> Callable[[], str]:
    findings = Findings(card(), 1, finished=True)
    for number, light in enumerate(lights):
        findings.take(line(f"l{number}", "readiness.card.good", light))
    return lambda: findings.result


@pytest.mark.parametrize(
    ("lights", "result"),
    [
        (("good", "good"), "good"),
        (("good", "warning"), "warning"),
        (("fault", "warning"), "fault"),
        (("good", "absent"), "good"),
    ],
)
def test_the_worst_line_decides(lights: tuple[Light, ...], result: str) -> None:
    """E3."""
    assert worst(*lights)() == result


def test_findings_show_nothing_of_themselves() -> None:
    """K6."""
    assert "AYGÜN" not in repr(Findings(card(), 1))
