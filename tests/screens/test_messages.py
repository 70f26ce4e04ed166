"""Every message is read whole, in every language and size, and pushes nothing (face.md, principle 6)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest
from textual.geometry import Region

from kiosk.errors import Unavailable
from kiosk.identity.applicant import FIELDS
from kiosk.language import LANGUAGES, Language, text
from screens.citizen.card_words import ERRORS, SIGHTS
from screens.citizen.code import CodeScreen
from screens.citizen.confirm import ConfirmScreen
from screens.citizen.my_bookings import MyBookingsScreen
from screens.citizen.person import PersonScreen
from screens.citizen.slots import SlotScreen
from screens.widgets.note import MessageBand, NoteKind
from screens.widgets.sheet import fits, wrap
from screens.widgets.touch_area import TouchArea
from tests.architecture.tree import sources
from tests.kiosk.language.catalogue_texts import entries, placeholders
from tests.screens.fakes_booked import BookedStation
from tests.screens.opened import APPLICANT, draft, opened
from tests.screens.running import SIZES, Face, settings
from tests.screens.test_code import holding

LONGEST = {
    "name": "Dünya azərbaycanlılarının həmrəyliyi günü",
    "email": "aygun.memmedova-quliyeva@example.gov.az",
    "code": "K7MP-4XRT",
    "time": "23:59",
    "count": 60,
    "tries": 4,
    "n": 59,
    "pin": "PIN-код пользователя",
    "min": 4,
    "max": 12,
    "button": "Сделать попытку",
    "date": "15 sentyabr 2026",
    "station": "kiosk-salon-12",
    "left": 3,
    "most": 10,
    "limit": 100,
    "pages": 500,
    "size": "1.234,5",
    "phone": "+994 50 234 56 78",
    "number": "2026-000017",
    "amount": "1.234.567,89 ₼",
}
SMALLEST = 72
"""Columns of the content at 76×22."""


def _said(node: ast.AST, named: dict[str, ast.AST]) -> Iterator[str]:
    """The keys that an argument can be: its literals, and those of the module's tables it looks into."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name) and part.id in named:
            yield from _said(named[part.id], {})


@cache
def told_keys() -> frozenset[str]:
    """Every key that a citizen's screen can tell."""
    catalogue = frozenset(key for key in entries("az"))
    problems = {key for key in catalogue if key.startswith("field.") and key.count(".") == 1}
    found = {f"field.{name}" for name in (*FIELDS, "contact", "code", "order_code")} & problems
    for path in sources("screens"):
        if "counter" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        tables: dict[str, ast.AST] = {}
        for line in tree.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
                tables[line.target.id] = line.value
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("tell", "Notice", "_refused", "Told") and node.args:
                    found |= set(_said(node.args[0], tables)) & catalogue
    found |= {key for key in catalogue if key.startswith("mine.too_late.")}
    found |= {*SIGHTS.values(), *ERRORS.values()}
    return frozenset(found | {"code.resend_wait", "date.non_working", "limit.email", "limit.station", "booking.limit"})


def messages(language: Language, key: str) -> Iterator[str]:
    """Its text with the longest real values, in each plural form."""
    for form in entries(language)[key].texts:
        yield form.format(**{name: LONGEST[name] for name in placeholders(form)})


def test_the_messages_are_found() -> None:
    """The list below is what the screens tell, not what somebody remembered."""
    assert {"slot.taken", "error.unexpected", "database.away", "field.email", "mine.not_found"} <= told_keys()
    assert {"printer.no_paper", "hold.ended_wrong", "slot.date_over", "arrival.expired"} <= told_keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_fits_its_band_whole(language: Language) -> None:
    """face.md: a message has its reserved place; in large type a band over the last rows of the answer."""
    room = MessageBand.room(SMALLEST)
    for key in told_keys():
        for words in messages(language, key):
            assert fits(words, room, MessageBand.HEIGHT), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_every_message_of_the_code_step_is_whole(language: Language, size: tuple[int, int]) -> None:
    """There the band stands over note and countdown, so that boxes and keys stay free."""
    keys = ("code.wrong", "code.digits_missing", "code.sent_again", "database.away", "error.unexpected")
    async with opened(lambda _: CodeScreen(holding()), size=size, with_settings=settings(language=language)) as (
        face,
        screen,
    ):
        for key in keys:
            screen.tell(key, "error", **LONGEST)
            await face.settle()
            assert whole(face, text(language, key, **LONGEST))
            for needed in (screen.pad, screen.boxes):
                assert not screen.message_band.region.overlaps(needed.region)


def whole(face: Face, words: str) -> bool:
    """Whether each line of those words stands on the screen, perhaps broken at spaces over following rows."""
    rows = face.lines()
    return all(
        any(_stands(sentence.split(), rows[start : start + 4]) for start in range(len(rows)))
        for sentence in words.split("\n")
    )


def _stands(words: list[str], rows: list[str]) -> bool:
    for row in rows:
        taken = next((count for count in range(len(words), 0, -1) if " ".join(words[:count]) in row), 0)
        words = words[taken:]
        if not taken or not words:
            break
    return not words


KINDS: tuple[NoteKind, ...] = ("plain", "warning", "error")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_covers_pushes_nothing_and_goes_at_the_next_key(kind: NoteKind, size: tuple[int, int]) -> None:
    """face.md: it never pushes anything; it stands until the next touch or key."""
    async with opened(lambda _: PersonScreen(draft(**APPLICANT)), size=size, with_settings=settings(language="ru")) as (
        face,
        screen,
    ):
        before = places(screen)
        screen.tell("limit.station", kind)
        await face.settle()
        assert whole(face, face.app.text("limit.station"))
        band = screen.message_band.region
        assert {name: region for name, region in places(screen).items() if name != "message"} == before
        for covered in ("main", "back", "header", screen.at):
            assert not band.overlaps(face.widget(f"#{covered}").region)
        await face.press("a")
        assert not screen.note.unread
        assert not band.area or screen.message_band not in dict(screen.places(face.app.size))


def places(screen: PersonScreen) -> dict[str, Region]:
    return {str(area.id): area.region for area in screen.query(TouchArea)}


async def test_a_touch_on_the_band_only_takes_it_away() -> None:
    """What lies under it was not meant."""
    async with opened(lambda _: SlotScreen(holding()), size=(76, 22)) as (face, screen):
        screen.tell("slot.held", "warning")
        await face.settle()
        x, y, width, _ = face.region("#message")
        assert width == SMALLEST
        face.elapsed.pass_by(1.0)
        face.click(x + 2, y)
        await face.settle()
        assert not screen.note.unread
        assert not screen.outcome.done()


async def test_a_message_is_whole_where_no_note_is_shown() -> None:
    """The question before cancelling has two buttons and no note; that the connection is away is told all the same."""
    station = BookedStation()

    def mine(app: object) -> MyBookingsScreen:
        session = app.session  # type: ignore[attr-defined]
        session.typed.update({"mine.order_code": "K7MP-4XRH", "mine.fin": "5ABC123"})
        return MyBookingsScreen(session)

    async with opened(mine, station) as (face, screen):
        screen.go_on()
        await face.settle()
        await face.touch("#ways", "cancel")
        station.bookings.refuse = Unavailable()
        await face.touch("#second")
        assert whole(face, face.app.text("database.away"))


@pytest.mark.parametrize("size", SIZES)
async def test_what_nobody_foresaw_is_told_and_nothing_typed_is_lost(size: tuple[int, int]) -> None:
    """A fault in a screen's own work is never passed over in silence; the log names its kind, not its text."""
    station = BookedStation()
    async with opened(lambda app: ConfirmScreen(app.session), station, size=size) as (face, screen):
        screen.fields["contact"].value = "a.memmedova@mail.az"
        screen.fields["code"].value = "407213"
        await face.settle()

        def broken(*_: object) -> None:
            raise ZeroDivisionError("a.memmedova@mail.az")

        station.bookings.confirm_by_contact = broken  # type: ignore[assignment,method-assign]
        screen.go_on()
        await face.settle()
        assert whole(face, face.app.text("error.unexpected"))
        assert screen.fields["contact"].value == "a.memmedova@mail.az"
        assert screen.main.usable


def test_fits_tells_what_wrap_would_cut() -> None:
    """What decides whether a band is needed is what would be cut."""
    words = "Bir az gözləyin, yazdıqlarınız itməyib"
    for width in range(1, 45):
        for lines in range(1, 6):
            cut = any(line.endswith("…") for line in wrap(words, width, lines))
            assert fits(words, width, lines) is not cut
