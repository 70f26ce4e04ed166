"""The errand “Su xidmətləri”: three services under the company's name, sign-in first, then the service (W1, W5, W8)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.identity.signed_in import SignedIn
from kiosk.settings import Settings
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.first import FirstScreen
from screens.citizen.step import Answer, Back, Next
from screens.citizen.telling import Chosen
from screens.citizen.water.menu import SERVICES, WaterMenuScreen
from screens.citizen.water.subscriber_code import SubscriberCodeScreen
from tests.screens.opened import answered, languages, opened
from tests.screens.running import FULL, LARGE, SIZES, Face, running
from tests.screens.test_messages import whole
from tests.screens.water.company import WHO, WaterStation

TITLES = {
    "new_consumer": "Yeni istehlakçının qeydiyyata alınması müraciəti",
    "suspension": "Su təchizatı və tullantı sularının axıdılması xidmətinin müvəqqəti dayandırılması "
    "və bərpası müraciəti",
    "statement": "Əhali qrupu üzrə istehlakçılara su təchizatı və tullantı sularının axıdılması xidmətlərinə dair "
    "son 12 ay üzrə faktura və ödəniş məlumatlarının verilməsi",
}
"""What the manuals print."""


@dataclass
class Elsewhere:
    """Sign-in and applications, which other modules do: what they were asked, and what they answer."""

    who: SignedIn | None = WHO
    answer: Answer = field(default_factory=Back)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def sign_in(self, app: Any, stage: Any, service: str) -> SignedIn | None:
        self.asked.append(("sign_in", service))
        return self.who

    async def new_consumer(self, app: Any, stage: Any, who: SignedIn) -> Answer:
        self.asked.append(("new_consumer", who))
        return self.answer

    async def suspension(self, app: Any, stage: Any, who: SignedIn) -> Answer:
        self.asked.append(("suspension", who))
        return self.answer

    async def status(self, app: Any, stage: Any, who: SignedIn, kinds: tuple[str, ...]) -> Answer:
        self.asked.append(("status", who, kinds))
        return self.answer


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """In place of the modules that the errand imports when it comes so far."""
    found = Elsewhere()
    package = "screens.citizen.water"
    monkeypatch.setitem(sys.modules, f"{package}.sign_in", SimpleNamespace(sign_in=found.sign_in))
    applications = SimpleNamespace(new_consumer=found.new_consumer, suspension=found.suspension, status=found.status)
    monkeypatch.setitem(sys.modules, f"{package}.applications", applications)
    return found


async def at_menu(face: Face) -> None:
    await face.touch("#tiles", "water")
    assert face.is_on(WaterMenuScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_titles_stand_whole_under_the_companys_name(size: tuple[int, int]) -> None:
    """Issue 4: three services under the company's name, titles to the letter, with the ways in of the manuals."""
    async with opened(lambda _: WaterMenuScreen(), WaterStation(), size=size) as (face, _):
        async for language in languages(face):
            assert "İri Şəhərlərin Birləşmiş Su Təchizatı Xidməti" in face.shown
            for name in SERVICES:
                assert whole(face, face.app.text(f"water.service.{name}"))
                if language == "az":
                    assert face.app.text(f"water.service.{name}") == TITLES[name]
            for way in ("fin", "sima_imza", "asan_imza", "sima_token", "bank", "card", "e_gov", "password"):
                assert face.app.text(f"water.way.{way}") in face.shown
            assert "…" not in face.shown
            spots = face.widget("#tiles").spots()
            for before, after in pairwise(spots):
                assert after.region.y == before.region.bottom + 1
            assert all(spot.region.height >= 3 for spot in spots)
            assert spots[-1].region.bottom <= face.region("#tiles")[3]


async def test_the_ways_and_the_name_are_the_settings() -> None:
    """Issue 4: the company's name and each service's ways in are settings."""
    usual = Settings()
    changed = replace(
        usual,
        water=replace(usual.water, operator="Nümunə Su İdarəsi"),
        ways=replace(usual.ways, suspension="card, fin"),
    )
    async with opened(lambda _: WaterMenuScreen(), WaterStation(), with_settings=changed) as (face, _):
        assert "Nümunə Su İdarəsi" in face.shown
        assert "elektron imza kartı · FİN kodu" in face.shown


async def test_a_digit_chooses_its_service() -> None:
    """face.md: tiles carry the digit that chooses them."""
    async with opened(lambda _: WaterMenuScreen(), WaterStation()) as (face, screen):
        await face.press("4", "2")
        assert answered(screen) == Chosen("suspension")


async def test_nobody_comes_to_a_service_without_signing_in(elsewhere: Elsewhere) -> None:
    """W8: sign in, then the service; who goes back from there is at the menu again, and then at home."""
    elsewhere.who = None
    async with running(WaterStation()) as face:
        await at_menu(face)
        await face.touch("#tiles", "statement")
        assert face.is_on(WaterMenuScreen)
        assert elsewhere.asked == [("sign_in", "statement")]
        await face.touch("#back")
        assert face.is_on(FirstScreen)


async def test_the_statement_asks_for_the_code(elsewhere: Elsewhere) -> None:
    """W8: sign in → subscriber code; GERİ leads back to the services."""
    async with running(WaterStation()) as face:
        await at_menu(face)
        await face.touch("#tiles", "statement")
        assert face.is_on(SubscriberCodeScreen)
        await face.press("escape")
        assert face.is_on(WaterMenuScreen)


@pytest.mark.parametrize(("service", "size"), [("new_consumer", FULL), ("suspension", LARGE)])
async def test_a_new_application_or_its_status(elsewhere: Elsewhere, service: str, size: tuple[int, int]) -> None:
    """W4, W5: “Yeni müraciət yarat” and “Müraciətin statusunu yoxla” after signing in; GERİ from either leads back."""
    async with running(WaterStation(), size=size) as face:
        await at_menu(face)
        await face.touch("#tiles", service)
        assert face.is_on(ChoosingScreen)
        for words in ("Yeni müraciət yarat", "Müraciətin statusunu yoxla"):
            assert words in face.shown
        assert "…" not in face.shown
        await face.touch("#tiles", "create")
        await face.touch("#tiles", "status")
        kinds = ("new_consumer",) if service == "new_consumer" else ("suspension", "restoration")
        assert elsewhere.asked == [("sign_in", service), (service, WHO), ("status", WHO, kinds)]
        await face.touch("#back")
        assert face.is_on(WaterMenuScreen)


async def test_who_is_done_is_forgotten(elsewhere: Elsewhere) -> None:
    """K1: the visit ends on the first screen, and nothing of it is left."""
    elsewhere.answer = Next()
    async with running(WaterStation(), size=FULL) as face:
        await at_menu(face)
        face.app.session.water.subscriber = "1204587"
        await face.touch("#tiles", "suspension")
        await face.touch("#tiles", "create")
        assert face.is_on(FirstScreen)
        assert face.app.session.water.subscriber == ""
