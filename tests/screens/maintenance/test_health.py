"""The page of health: faults first, nothing moves under a finger, looked at anew by itself (M2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.care.facts import Finding
from kiosk.language import plural
from screens.maintenance.details import DetailsScreen
from screens.maintenance.health import QUIET, HealthScreen
from screens.maintenance.order import kept_cards, lines_beside, sorted_cards
from screens.maintenance.trial import TrialScreen
from tests.screens.maintenance.face import LARGE_TYPE, SIZES, SMALL, TechnicalFace, at_health
from tests.screens.maintenance.fakes import CRL, GOOD, PICTURE, PRINTER, READER, FakeHealth, Told

DISK_FULL = Told("disk", "fault", "Disk", "doludur", "Yer açın")


def findings(*told: Told) -> tuple[Finding, ...]:
    return cast("tuple[Finding, ...]", told)


def probes(cards: Any) -> list[str]:
    return [card.probe for card in cards]


def test_faults_come_before_warnings_in_the_order_of_the_probes() -> None:
    """M2: the worst first."""
    assert probes(sorted_cards(findings(PRINTER, *GOOD, READER, CRL))) == ["reader:1", "crl:pca", "printer"]


def test_a_card_keeps_its_place_though_its_light_changes() -> None:
    """face.md: the order of a list never changes under a finger; what was mended shows so in its place."""
    before = findings(READER, CRL, PRINTER)
    now = findings(DISK_FULL, replace(PRINTER, light="fault"), replace(READER, light="good"), CRL)
    kept = kept_cards(before, now)
    assert probes(kept) == ["reader:1", "crl:pca", "printer", "disk"]
    assert [card.light for card in kept] == ["good", "fault", "fault", "fault"]


def test_a_probe_that_is_gone_leaves_no_card() -> None:
    """M2: a reader that nobody expects any more."""
    assert probes(kept_cards(findings(READER, CRL), findings(CRL))) == ["crl:pca"]


def test_what_is_not_there_stands_after_what_is_good() -> None:
    """M2: no card stands twice."""
    absent = Told("memory", "absent")
    assert probes(lines_beside(findings(READER), findings(absent, READER, GOOD[0]))) == ["reader:2", "memory"]


async def test_faults_stand_first_with_advice_and_last_fault() -> None:
    """M2: finding, advice, when and what was last wrong; the good ones as lines below."""
    async with at_health() as face:
        for words in ("ACS ACR39U görünmür", "USB kabelini", "oxucu çıxdı", "HTTP 503", "kağız azdır", "pcscd 1.9.9"):
            assert words in face.shown
        for light, count in (("fault", 2), ("warning", 1), ("good", 13)):
            assert plural("az", f"maintenance.light.{light}", count) in face.shown


async def test_it_tells_how_fresh_it_is() -> None:
    """M2: seconds since the look, and how often it looks."""
    async with at_health() as face:
        face.elapsed.pass_by(3.0)
        face.page.second_turned()
        await face.settle()
        looked, every = plural("az", "maintenance.looked", 4), plural("az", "maintenance.every", 10)
        assert f"{looked} · {every}" in face.shown


async def test_it_looks_anew_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """M2: `[maintenance] look_seconds` after each look; F8 looks at once."""
    planned: list[tuple[float, Any]] = []
    plain = HealthScreen.set_timer

    def noted(self: HealthScreen, delay: float, callback: Any = None, **more: Any) -> Any:
        planned.append((delay, callback))
        return plain(self, delay, callback, **more)

    monkeypatch.setattr(HealthScreen, "set_timer", noted)
    async with at_health() as face:
        looks = face.health.looks
        again = next(callback for delay, callback in planned if delay == 10)
        again()
        await face.settle()
        assert face.health.looks == looks + 1
        await face.press("f8")
        assert face.health.looks == looks + 2


async def look(face: TechnicalFace, *told: Told) -> None:
    """The probes tell this now, and the page looked."""
    face.health.findings = told
    face.page.look()
    await face.settle()


async def test_nothing_moves_while_somebody_may_touch_it() -> None:
    """face.md: new faults come last; F8, or a while without a touch, puts faults first again."""
    async with at_health() as face:
        await look(face, PRINTER, DISK_FULL)
        assert probes(face.page.findings.cards) == ["printer", "disk"]
        await face.press("f8")
        assert probes(face.page.findings.cards) == ["disk", "printer"]
        await look(face, PRINTER, replace(DISK_FULL, light="good"))
        assert probes(face.page.findings.cards) == ["disk", "printer"]
        face.elapsed.pass_by(QUIET)
        await look(face, PRINTER, replace(DISK_FULL, light="good"))
        assert probes(face.page.findings.cards) == ["printer"]


async def test_what_was_mended_shows_so_in_its_place() -> None:
    """M2: that is what the technician waits for."""
    async with at_health() as face:
        await look(face, replace(READER, light="good", finding="38 ms"), CRL, PRINTER)
        row = next(line for line in face.lines() if "Kart oxucusu 1" in line)
        assert "✓" in row
        assert "38 ms" in row


@pytest.mark.parametrize("how", ["digit", "touch"])
async def test_a_cards_button_opens_its_trial(how: str) -> None:
    """M2, M3: by its digit and by touch; it is in the audit by name alone."""
    async with at_health() as face:
        if how == "digit":
            await face.press("1")
        else:
            await face.touch("#findings", "try:0")
        assert face.is_on(TrialScreen)
        assert face.trials.asked == [("card",)]
        assert face.desk[-1] == ("act", "elchin", "trial", "card")


async def test_a_card_without_a_trial_looks_again() -> None:
    """M2: every button does something."""
    async with at_health(health=FakeHealth((DISK_FULL, *GOOD))) as face:
        looks = face.health.looks
        await face.press("1")
        assert face.is_on(HealthScreen)
        assert face.health.looks == looks + 1


async def test_a_touch_on_a_card_tells_all_of_it() -> None:
    """M2: what a card has no room for is read there, and its trial begins there too."""
    long = replace(CRL, advice="Şəbəkəni yoxlayın, " * 12)
    async with at_health(health=FakeHealth((long,)), size=LARGE_TYPE) as face:
        await face.touch("#findings", "card:0")
        assert face.is_on(DetailsScreen)
        assert "…" not in face.shown
        assert "HTTP 503" in face.shown
        face.elapsed.pass_by(1.0)
        await face.press("f2")
        assert face.trials.asked == [("chain",)]
        face.elapsed.pass_by(1.0)
        await face.press("escape")
        assert face.is_on(HealthScreen)


async def test_coming_back_from_a_trial_looks_whether_it_is_mended() -> None:
    """M2."""
    async with at_health() as face:
        await face.press("1")
        looks = face.health.looks
        face.elapsed.pass_by(1.0)
        await face.press("escape")
        assert face.health.looks == looks + 1


async def test_more_than_fits_stands_on_pages() -> None:
    """face.md: pages, never scrolling; keys and a button turn them, and every finding stands on one."""
    async with at_health(size=LARGE_TYPE) as face:
        seen = [face.shown]
        pages = face.page.findings.pages
        assert pages > 1
        for _ in range(pages - 1):
            await face.press("pagedown")
            seen.append(face.shown)
        everything = "\n".join(seen)
        assert all(told.name[:15] in everything for told in PICTURE)
        await face.touch("#foot", "page")
        assert face.page.findings.page == 0
        await face.press("pageup")
        assert face.page.findings.page == pages - 1


async def test_a_probe_that_stumbles_into_the_face_is_told() -> None:
    """M2: the page itself never dies of a fault; it looks again."""

    class Broken(FakeHealth):
        def examine(self) -> tuple[Finding, ...]:
            raise ValueError("a secret")

    async with at_health(health=Broken()) as face:
        assert face.page.note.words == face.app.text("maintenance.unexpected")
        assert "secret" not in face.shown


@pytest.mark.parametrize("count", [5, 9, 14])
@pytest.mark.parametrize("size", [SMALL, LARGE_TYPE])
async def test_many_faults_are_all_there(size: tuple[int, int], count: int) -> None:
    """M2: the first nine have a digit, all have a button."""
    faults = tuple(replace(READER, probe=f"reader:{number}", name=f"Kart oxucusu {number}") for number in range(count))
    async with at_health(health=FakeHealth((*faults, *GOOD)), size=size) as face:
        found = set()
        for _ in range(face.page.findings.pages):
            found |= {spot.name for spot in face.page.findings.spots() if spot.name.startswith("try:")}
            await face.press("pagedown")
        assert found == {f"try:{number}" for number in range(count)}


@pytest.mark.parametrize("size", SIZES)
async def test_words_of_several_lines_stay_in_their_card(size: tuple[int, int]) -> None:
    """M2: a folder or an address stands on a line of its own elsewhere; no line break reaches the terminal."""
    broken = replace(
        DISK_FULL, finding="Yer azdır:\n/var/lib", advice="Yer açın:\n/var/lib/a\nsonra sınayın", last_fault="a\nb"
    )
    good = replace(GOOD[0], finding="bir\niki")
    async with at_health(health=FakeHealth((broken, good)), size=size) as face:
        assert not [line for line in face.lines() if "\n" in line]
        assert "Yer azdır: /var/lib" in face.shown
        assert "bir · iki" in face.shown


async def test_five_faults_stand_on_the_first_page_of_a_kiosk() -> None:
    """Issue 3: the technician's first five minutes."""
    faults = tuple(replace(READER, probe=f"reader:{number}", name=f"Kart oxucusu {number}") for number in range(5))
    async with at_health(health=FakeHealth((*faults, *GOOD))) as face:
        assert all(f"Kart oxucusu {number}" in face.shown for number in range(5))
