"""How the counter looks: every verdict is whole at every size in every language (face.md, K2, K3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk.hall.facts import Arrival, Verdict
from kiosk.language import LANGUAGES
from screens.counter import work_base
from screens.counter.further import ACTS
from screens.counter.key_list import _PLAIN, _ROWS
from screens.counter.verdict import LateRule, Presented, late_minutes
from screens.palette import THEMES
from tests.screens.counter.counter_face import COUNTER, NARROW, SIZES, SMALL, CounterFace, at_sign_in, at_workplace
from tests.stations import OTHER_CENTRE, Trial, moment

AT = moment("2026-11-23 10:20:30")
_KNOWN: dict[str, Any] = {"service": "identity-card-issue", "centre": "baku-2", "time": moment("2026-11-23 10:00")}


def arrival(verdict: Verdict, **facts: Any) -> Arrival:
    return Arrival(verdict, AT, **{**_KNOWN, **facts})


ARRIVALS: tuple[tuple[Arrival, LateRule], ...] = (
    (arrival("on_time", ticket="A-1024"), "off"),
    (arrival("early", ticket="W-017"), "off"),
    (arrival("too_early", opens=moment("2026-11-23 09:00")), "off"),
    (arrival("too_late", closed=moment("2026-11-23 10:15")), "can"),
    (arrival("too_late", closed=moment("2026-11-23 10:15")), "supervisor"),
    (arrival("too_late", closed=moment("2026-11-23 10:15")), "off"),
    (arrival("too_late", closed=moment("2026-11-23 10:15")), "done"),
    (arrival("other_day", time=moment("2026-11-25 10:00")), "off"),
    (arrival("other_day", time=moment("2026-11-18 10:00")), "off"),
    (arrival("other_centre", centre=OTHER_CENTRE), "off"),
    (arrival("not_confirmed", held_until=moment("2026-11-23 11:00"), time=moment("2026-11-25 10:00")), "off"),
    (arrival("expired"), "off"),
    (arrival("cancelled"), "off"),
    (arrival("already_active", ticket="A-017", first_at=moment("2026-11-23 09:58"), first_station="kiosk-2"), "off"),
    (
        arrival(
            "already_active", ticket="A-1017", first_at=moment("2026-11-23 10:31"), first_station="x", walk_in=True
        ),
        "off",
    ),
    (Arrival("unknown", AT), "off"),
    # the widest figures, beside which a number and its unit have no room
    (arrival("too_late", closed=moment("2026-11-23 09:30")), "off"),
    (arrival("too_late", closed=moment("2026-11-23 08:45")), "off"),
)
CUT = "…"


def shows(face: CounterFace, presented: Presented, late: LateRule) -> None:
    """Let the workplace show a verdict, where late arrivals are accepted so."""
    face.workplace.late_rule = late
    face.workplace.show_in_panel(presented)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_every_verdict_is_whole(counter: Trial, size: tuple[int, int], language: Any) -> None:
    """K2, K3: no sentence is cut, advice stands in full, and the large number fits."""
    async with at_workplace(counter, size=size) as face:
        face.app.set_language(language)
        for found, late in ARRIVALS:
            panel = face.workplace.panel
            shows(face, Presented("K7MP-4XRT", found, found.verdict == "early"), late)
            await face.settle()
            shown = ["".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height)]
            assert not [line for line in shown if CUT in line]
            words = panel.words()
            assert words is not None
            for word in f"{words.title} {words.line} {words.advice}".replace("\n", " ").split(" "):
                assert word in "".join(shown)
            assert not words.number or words.number not in "".join(shown), "the number is drawn, not written"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_list_keys_and_help_are_whole(counter: Trial, size: tuple[int, int], language: Any) -> None:
    """K2, K3: also the longest word of what was presented; every key with its words, and all of the help."""
    async with at_workplace(counter, size=size) as face:
        face.app.set_language(language)
        for found, _ in ARRIVALS:
            face.workplace.presented.add(Presented("K7MP-4XRT", found, found.verdict == "early"))
        shows(face, Presented("K7MP-4XRT", ARRIVALS[3][0]), "can")
        await face.press("f19")
        assert CUT not in face.shown.partition("\n")[2]
        keys = face.workplace.key_bar
        assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
        await face.press("f1")
        assert CUT not in face.shown.partition("\n")[2]
        assert "F12" in "\n".join(face.lines()[4:-3])
        assert tells_idle(face)


def tells_idle(face: CounterFace) -> bool:
    """Whether the page of help says, whole, when the workplace locks itself."""
    return all(word in face.shown for word in face.workplace._idle_words().split(" "))


@pytest.mark.parametrize("size", [NARROW, (79, 35), pytest.param(SMALL, marks=pytest.mark.long)])
async def test_in_a_narrow_terminal_every_key_is_whole_too(
    counter: Trial, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2, K2: at the foot and on the page of help, also for whoever may do everything."""
    monkeypatch.setattr(work_base, "acts_of", lambda _app, _member: ACTS)
    async with at_workplace(counter, size=size) as face:
        keys = face.workplace.key_bar
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
            foot = " ".join(face.lines()[-keys.size.height :])
            air = " " if size == SMALL else "  "
            assert all(f"{key.cap}{air}{face.app.text(key.words)}" in foot for key in face.workplace.keys_now())
            await face.press("f1")
            assert CUT not in face.shown.partition("\n")[2]
            page = "\n".join(face.lines()[4 : -keys.size.height])
            for act in ACTS:
                assert f"{act.cap} " in page
                assert face.app.text(act.words) in page
            assert all(face.app.text(words) in page for _, cap, words in _ROWS if cap not in _PLAIN)
            assert tells_idle(face)
            await face.press("escape")


@pytest.mark.parametrize(
    ("size", "language"),
    [(size, language) for size in SIZES for language in LANGUAGES]
    + [pytest.param(NARROW, language, marks=pytest.mark.long) for language in LANGUAGES],
)
async def test_the_late_form_is_whole(counter: Trial, size: tuple[int, int], language: Any) -> None:
    """K2, K3; what the verdict offered waits for the form's end."""
    async with at_workplace(counter, size=size) as face:
        face.app.set_language(language)
        shows(face, Presented("K7MP-4XRT", ARRIVALS[3][0]), "can")
        assert face.workplace.panel.spots()
        await face.press("f16")
        assert face.workplace.column == "late"
        assert CUT not in face.shown.partition("\n")[2]
        assert face.workplace.panel.spots() == []


def nothing_overlaps(face: CounterFace) -> None:
    """Every widget in the terminal, none over another."""
    placed = [region for _, region in face.screen.places(face.app.size) if region.area]
    for index, region in enumerate(placed):
        assert face.app.size.region.contains_region(region)
        assert not any(region.overlaps(other) for other in placed[index + 1 :])


@pytest.mark.parametrize("size", [*SIZES, (76, 22), (160, 50)])
async def test_nothing_stands_over_anything_else(counter: Trial, size: tuple[int, int]) -> None:
    """face.md: each thing has its own cells, inside the terminal."""
    async with at_sign_in(counter, size=size) as face:
        nothing_overlaps(face)
        await face.sign()
        nothing_overlaps(face)


@pytest.mark.parametrize("theme", THEMES)
async def test_a_verdict_is_told_without_colour_too(counter: Trial, theme: str) -> None:
    """face.md, principle 3: mark and word stand in every theme, the mono one included."""
    async with at_workplace(counter, size=COUNTER) as face:
        face.app.theme = theme
        face.workplace.presented.add(Presented("K7MP-4XRT", ARRIVALS[3][0]))
        await face.press("f19")
        assert "✕ gecikib" in face.shown
        shows(face, Presented("K7MP-4XRT", ARRIVALS[3][0]), "off")
        await face.settle()
        last = face.lines()[face.workplace.panel.region.bottom - 1]
        assert ("[Shift+F11]" if face.app.palette.framed else " Shift+F11 ") in face.shown
        assert "Shift+F11" not in last, "where there is room, there is air below"


async def test_the_dark_theme_is_the_counters_own(counter: Trial) -> None:
    """face.md: dark for the counter, board and maintenance."""
    async with at_sign_in(counter) as face:
        assert face.app.theme == "kiosk-dark"


def test_a_begun_minute_counts_as_late() -> None:
    """Glossary, section 3: counted from the latest time and rounded up."""
    late = arrival("too_late", closed=moment("2026-11-23 10:15"))
    assert late_minutes(late) == 6
    assert late_minutes(replace(late, at=late.at - timedelta(seconds=30))) == 5
    assert late_minutes(replace(late, at=moment("2026-11-23 10:15") + timedelta(milliseconds=1))) == 1
