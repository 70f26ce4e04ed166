"""The errand “E-imzanı yoxla”: the card, the lines, the trials that a person allows, and what can be done then (E3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.errors import BadRequest, SlowDown, Unavailable
from kiosk.identity.card_facts import (
    CardError,
    EntryCancelled,
    EntryTimeout,
    Pin,
    PinBlocked,
    PinName,
    PinWrong,
    Purpose,
)
from kiosk.identity.refused import SignInRefused
from kiosk.language import clock
from kiosk.post.page import PageFacts
from screens.citizen.card_wait import CardReady, CardWaitScreen
from screens.citizen.card_words import Told, left_told, pin_words
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.pin import PinScreen
from screens.citizen.pin_task import CardWent, Done, Failed, PinTask
from screens.citizen.readiness import Findings, ReadinessScreen, light_words
from screens.citizen.signature_flow import manage_pin
from screens.citizen.step import Answer, Back, Next, Notice
from screens.citizen.telling import Chosen

if TYPE_CHECKING:
    from kiosk.signature.readiness import ReadinessLine
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_NO_READER: Final = frozenset({"service_down", "access_denied", "no_reader"})


async def readiness(app: KioskApp, stage: Stage) -> Answer:
    """Check, as often as the person wants to."""
    told: Told | None = None
    while True:
        findings = await _begin(app, stage, told)
        if findings is None:
            return Back()
        told = None
        notice: Notice | None = None
        while True:
            answer = await stage.show(ReadinessScreen(findings, notice))
            notice = None
            match answer:
                case Chosen(name="try"):
                    told = await _try(app, stage, findings)
                    if told is not None:
                        break
                case Chosen(name="ways"):
                    on = await _ways(app, stage, findings)
                    if isinstance(on, Notice):
                        notice = on
                    elif on == "again":
                        break
                case Chosen():
                    break
                case Next():
                    return answer
                case _:
                    return Back()


async def _begin(app: KioskApp, stage: Stage, told: Told | None) -> Findings | None:
    """The card to check; one may also look at this machine without a card. None: the person went back."""
    sight = app.sight
    if sight is None or sight.state in _NO_READER:
        return Findings(None, None)
    if told is None and app.card is not None and sight.state == "ready":
        return Findings(app.card, sight.insertion)
    answer = await stage.show(CardWaitScreen(told, without="readiness.without_card"))
    if isinstance(answer, CardReady):
        return Findings(answer.card, answer.card.insertion)
    if isinstance(answer, Next):
        return Findings(None, app.sight.insertion if app.sight is not None else None)
    return None


async def _try(app: KioskApp, stage: Stage, findings: Findings) -> Told | None:
    """Explain the next trial, and do it if the person wants to. What to say when the card went, else None."""
    trial, card = findings.next_trial, findings.card
    if trial is None or card is None:
        return None
    name, pin = trial

    def title() -> str:
        return app.text("readiness.ask", pin=pin_words(app.text, pin))

    def explained() -> str:
        wanted = app.text("readiness.try", pin=pin_words(app.text, pin))
        return f"{wanted}\n{app.text(f'readiness.why.{name}')}"

    tiles = (("try", explained), ("skip", lambda: app.text("readiness.skip")))
    answer = await stage.show(ChoosingScreen(title, tiles, main="try", insertion=findings.insertion))
    match answer:
        case Chosen(name="skip"):
            findings.skipped.add(name)
        case Chosen(name="try"):
            done = await stage.show(PinScreen(trial_task(app, findings, name, pin)))
            match done:
                case Done(result=lines):
                    for line in lines:
                        findings.take(line)
                case Failed(error=error):
                    findings.take(_failed(name, error))
                case CardWent(why=why):
                    return left_told(why)
        case Chosen():
            return Told("card.waiting", kind="plain")
    return None


def trial_task(app: KioskApp, findings: Findings, name: Purpose, pin: PinName) -> PinTask[tuple[ReadinessLine, ...]]:
    """One trial with its PIN. A wrong PIN, and one that nobody typed, are the entry's matter and no line."""
    card, station = findings.card, app.station
    if card is None:
        raise ValueError("a trial needs a card")

    def act(pins: list[Pin]) -> tuple[ReadinessLine, ...]:
        typed = pins[0] if pins else None
        first, second = (typed, None) if name == "sign_in" else (None, typed)
        at_pad = name if typed is None else None
        found = tuple(station.readiness(card.insertion, first, second, tried_only=True, at_pad=at_pad))
        tried = next(line for line in found if line.name == name)
        if tried.finding_key == "readiness.trial.pin_wrong":
            raise PinWrong(None)
        for untyped in (EntryCancelled, EntryTimeout):
            if tried.facts.get("error") == untyped.error:
                raise untyped
        # The other trial's line is the one that stands already: it was not tried now.
        return tuple(line for line in found if line.name == name or line.name.startswith("tries_"))

    return PinTask(card, pin, act, "button.check")


def _failed(name: str, error: CardError | SignInRefused) -> ReadinessLine:
    from kiosk.signature.readiness import ReadinessLine

    if isinstance(error, PinBlocked):
        return ReadinessLine(name, "fault", "readiness.trial.blocked", {}, "readiness.advice.unblock")
    return ReadinessLine(name, "fault", "readiness.card_failed", {}, "readiness.advice.insert")


async def _ways(app: KioskApp, stage: Stage, findings: Findings) -> Notice | str:
    """What can be done with the result: "again", a notice for the page of results, or "" to go back to it."""
    names = ["again", "mail"]
    if app.station.has_printer:
        names.insert(1, "print")
    if findings.card is not None:
        names += ["change", "unblock"]
    tiles = [(name, lambda name=name: app.text(_way_key(name))) for name in names]
    answer = await stage.show(ChoosingScreen(lambda: app.text("readiness.ways"), tiles, insertion=findings.insertion))
    match answer:
        case Chosen(name="print"):
            return await _print(app, findings)
        case Chosen(name="mail"):
            return await _mail(app, stage, findings)
        case Chosen(name="change" | "unblock" as name):
            await manage_pin(app, stage, unblock=name == "unblock")
            return "again"
        case Chosen():
            return "again"
    return ""


def _way_key(name: str) -> str:
    return f"e_signature.{name}" if name in ("change", "unblock") else f"readiness.{name}"


def page_of(app: KioskApp, findings: Findings) -> PageFacts:
    """The result as a page of labels and values, in the language on screen. It names no person."""
    title, _, note = app.text(f"readiness.{findings.result}").partition("\n")
    rows = [
        (app.text(f"readiness.line.{name}"), light_words(findings, name, app.language))
        for name in findings.names
        if name in findings.lines
    ]
    return PageFacts(title, (note,), tuple(rows))


async def _print(app: KioskApp, findings: Findings) -> Notice:
    try:
        state = await app.ask(app.station.print_page, "print_readiness", page_of(app, findings), app.language)
    except Unavailable:
        return Notice("database.away", "warning")
    return Notice("readiness.printed", "plain") if state == "ok" else Notice("readiness.not_printed", "warning")


async def _mail(app: KioskApp, stage: Stage, findings: Findings) -> Notice | str:
    """Ask for an address and send the page there."""
    from screens.citizen.report_mail import ReportMailScreen

    notice: Notice | None = None
    while True:
        screen = ReportMailScreen(app.session, notice)
        if not isinstance(await stage.show(screen), Next):
            return ""
        email = screen.email
        try:
            await app.ask(app.station.mail_page, "readiness", email, page_of(app, findings), app.language)
        except BadRequest:
            notice = Notice("field.email", "error")
        except SlowDown as slow:
            notice = Notice("error.slow_down", "error", {"time": clock(slow.retry_at)})
        except Unavailable:
            notice = Notice("database.away", "warning")
        else:
            return Notice("readiness.mailed", "plain", {"email": email})
