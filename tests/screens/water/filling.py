"""An application to the water company as a citizen goes through it, on the app without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from kiosk.identity.signed_in import SignedIn
from kiosk.session import Session
from kiosk.settings import Settings
from kiosk.water.facts import Place
from screens.app import KioskApp
from screens.citizen.step import Answer
from screens.citizen.wizard import Stage
from tests.screens.running import Face, running, settings
from tests.screens.water.applicants import DISTRICTS, DOCUMENT, FIN, PHOTO, WaterStation

Errand = Callable[[KioskApp, Stage, SignedIn], Awaitable[Answer]]


def at_door(door: str, **face: Any) -> Settings:
    """The settings of that door."""
    usual = settings(**face)
    return replace(usual, water=replace(usual.water, door=door))


@asynccontextmanager
async def on_errand(
    errand: Errand, who: SignedIn, station: WaterStation | None = None, **more: Any
) -> AsyncIterator[tuple[Face, list[Answer]]]:
    """The errand's first screen is open; what it ends with stands in the list then."""
    async with running(station or WaterStation(), **more) as face:
        ended: list[Answer] = []

        async def work() -> None:
            ended.append(await errand(face.app, Stage(face.app), who))

        face.app.start_errand(work)
        await face.settle()
        face.elapsed.pass_by(1.0)
        yield face, ended


def water(face: Face) -> Any:
    """The fake rooms."""
    return cast(Any, face.station).water


async def fill(face: Face, **fields: str) -> None:
    """Fill in the fields of the screen that is open."""
    screen = cast(Any, face.screen)
    for name, text in fields.items():
        screen.fields[name].value = text
    await face.settle()


async def to_the_documents(face: Face) -> None:
    """From the first step of a new consumer to the documents: an apartment in Xətai."""
    await face.touch("#main")
    await face.touch("#names", "baku-1")
    await face.touch("#names", "2")
    await face.touch("#tiles", "apartment_block")
    await fill(face, house_number="12", flat_number="34")
    await face.touch("#main")


async def add_from_stick(face: Face, role: str) -> None:
    """One document from the stick that is plugged in."""
    await face.touch("#documents", role)
    await face.touch("#tiles", "stick")
    await face.touch("#files", "0")
    await face.touch("#main")


async def to_the_check(face: Face) -> None:
    """Both documents and the contact: to the summary."""
    await to_the_documents(face)
    water(face).sticks.plug("stick")
    for role in ("ownership_document", "residents_certificate"):
        await add_from_stick(face, role)
    await face.touch("#main")
    await fill(face, phone="050 234 56 78", water_email="a.memmedova@mail.az")
    if "given_name" in cast(Any, face.screen).fields:
        await fill(face, given_name="Aygün", surname="Məmmədova")
    await face.touch("#main")


def filled(session: Session) -> Session:
    """Everything of a new consumer chosen and typed: an apartment in Xətai, both documents."""
    draft = session.water
    draft.belongs_to(FIN)
    draft.district = next(district for district in DISTRICTS if district.name == "Xətai")
    draft.place = Place(2, draft.district.id, "settlement", "Əhmədli")
    draft.house_type = "apartment_block"
    draft.documents = {"ownership_document": DOCUMENT, "residents_certificate": PHOTO}
    draft.filled.add("consumer_fin")
    draft.typed.update(
        consumer_fin=FIN,
        house_number="12",
        flat_number="34",
        given_name="Aygün",
        surname="Məmmədova",
        phone="050 234 56 78",
        water_email="a.memmedova@mail.az",
    )
    return session
