"""A document from a stick or a phone: seen, checked, looked at, taken (W9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from kiosk.errors import DocumentRefused
from screens.citizen.step import Answer, Back
from screens.citizen.water.applications import new_consumer
from screens.citizen.water.document_flow import add_document
from screens.citizen.water.documents import DocumentsScreen
from screens.citizen.water.phone_upload import PhoneUploadScreen
from screens.citizen.water.preview import DocumentPreviewScreen
from screens.citizen.water.source import SourceScreen
from screens.citizen.water.stick_files import StickFilesScreen
from screens.widgets.link_qr import modules
from tests.screens.running import FULL, LARGE, Face
from tests.screens.water.applicants import BY_FIN, DOCUMENT, PHOTO, WaterStation
from tests.screens.water.filling import filled, on_errand, water


@asynccontextmanager
async def adding(station: WaterStation | None = None, **more: Any) -> AsyncIterator[tuple[Face, list[Answer]]]:
    """The ownership document is to be added: where it comes from is asked."""

    async def errand(app: Any, stage: Any, _: Any) -> Answer:
        await add_document(app, stage, "ownership_document")
        return Back()

    async with on_errand(errand, BY_FIN, station, **more) as made:
        yield made


def taken(face: Face) -> Any:
    """The ownership document that was taken, if any."""
    return face.app.session.water.documents.get("ownership_document")


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_stick_is_seen_as_it_is_plugged_in(size: tuple[int, int]) -> None:
    """W9: no button is needed; the files are offered, the page is shown, and taking it ends this."""
    async with adding(size=size) as (face, ended):
        assert face.is_on(SourceScreen)
        assert face.app.text("document.plug_in") in face.shown
        water(face).sticks.plug("stick")
        await face.settle()
        assert face.is_on(StickFilesScreen)
        assert "çıxarış.pdf" in face.shown
        await face.touch("#files", "0")
        assert face.is_on(DocumentPreviewScreen)
        assert "▀" in face.shown
        assert taken(face) is None, "nothing is taken before it was looked at"
        await face.touch("#main")
        assert taken(face) == DOCUMENT
        assert ended == [Back()]


async def test_a_touch_without_a_stick_says_to_plug_one_in() -> None:
    """W9: the way is told, and nothing else happens."""
    async with adding() as (face, _):
        await face.touch("#tiles", "stick")
        assert face.is_on(SourceScreen)
        assert face.screen.note.told == face.app.text("document.plug_in")  # type: ignore[attr-defined]


async def test_pages_are_turned_and_another_file_can_be_chosen() -> None:
    """W9: page by page; “Başqa fayl” leads back to the files."""
    async with adding() as (face, _):
        water(face).sticks.plug("stick")
        await face.settle()
        await face.touch("#files", "0")
        await face.touch("#turn", "after")
        await face.press("pagedown", "pagedown")
        assert [page for _, _, page in water(face).documents.named("preview")] == [1, 2, 3]
        await face.touch("#back")
        assert face.is_on(StickFilesScreen)
        assert taken(face) is None


async def test_a_stick_that_is_pulled_out_leads_back() -> None:
    """W9: told, and the other ways are offered."""
    async with adding() as (face, _):
        water(face).sticks.plug("stick")
        await face.settle()
        water(face).sticks.plug()
        await face.settle()
        assert face.is_on(SourceScreen)
        assert face.screen.note.told == face.app.text("document.stick_gone")  # type: ignore[attr-defined]


async def test_a_stick_that_goes_while_a_file_is_read_is_told() -> None:
    """W9: hostile hardware too ends in words."""
    async with adding() as (face, _):
        water(face).sticks.plug("stick")
        await face.settle()
        water(face).sticks.sight = ()
        await face.touch("#files", "0")
        assert face.is_on(StickFilesScreen)
        assert face.screen.note.told == face.app.text("document.stick_failed")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("refusal", "key", "values"),
    [
        (DocumentRefused("wrong_type"), "upload.wrong_type", {}),
        (DocumentRefused("unreadable"), "upload.unreadable", {}),
        (DocumentRefused("unsafe"), "upload.unsafe", {}),
        (DocumentRefused("too_big", 12_500_000, 10_000_000), "upload.too_big", {"size": "12,5", "limit": "10"}),
        (DocumentRefused("too_big"), "document.too_big", {"limit": 10}),
        (DocumentRefused("too_many_pages", 31, 20), "upload.too_many_pages", {"pages": 31, "limit": 20}),
        (DocumentRefused("too_many_pages"), "document.too_many_pages", {"limit": 20}),
    ],
)
async def test_a_refused_file_is_told_why(refusal: DocumentRefused, key: str, values: dict[str, object]) -> None:
    """W9: refused with a reason, and another file can be chosen at once."""
    async with adding() as (face, _):
        water(face).sticks.plug("stick")
        await face.settle()
        water(face).documents.refuse = refusal
        await face.touch("#files", "1")
        assert face.screen.note.told == face.app.text(key, **values)  # type: ignore[attr-defined]
        await face.touch("#files", "0")
        assert face.is_on(DocumentPreviewScreen)


async def test_the_phone_is_hidden_where_no_address_is_set() -> None:
    """W9: an upload page needs an address that phones reach."""
    station = WaterStation()
    station.water.uploads.offered = False
    async with adding(station) as (face, _):
        assert face.app.text("document.from_phone").split("\n")[0] not in face.shown
        assert [spot.name for spot in face.widget("#tiles").spots()] == ["stick"]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_phone_sends_it_by_a_qr(size: tuple[int, int]) -> None:
    """W9: one address for one upload; opened, refused and done are followed on the screen."""
    async with adding(size=size) as (face, _):
        await face.touch("#tiles", "phone")
        assert face.is_on(PhoneUploadScreen)
        uploads = water(face).uploads
        assert uploads.named("offer") == [("offer", "ownership_document", "az")]
        qr = face.widget("#qr")
        assert qr.region.width >= qr.columns > 0
        assert qr.region.height >= qr.rows
        uploads.now_is = replace(uploads.now_is, state="opened")
        await look(face)
        assert face.app.text("document.phone_opened").split(".")[0] in face.shown
        uploads.now_is = replace(uploads.now_is, refused="too_big")
        await look(face)
        assert face.screen.note.told == face.app.text("document.too_big", limit=10)  # type: ignore[attr-defined]
        uploads.now_is = replace(uploads.now_is, state="done", document=PHOTO, refused=None)
        await look(face)
        assert face.is_on(DocumentPreviewScreen)
        await face.touch("#main")
        assert taken(face) == PHOTO
        assert not uploads.named("withdraw")


async def look(face: Face) -> None:
    """The screen asks what became of the upload."""
    face.screen.follow()  # type: ignore[attr-defined]
    await face.settle()


async def test_an_address_that_ran_out_is_replaced_by_a_new_one() -> None:
    """W9: one-time address, time limit; a new one on request."""
    async with adding() as (face, _):
        await face.touch("#tiles", "phone")
        uploads = water(face).uploads
        uploads.now_is = replace(uploads.now_is, state="ended")
        await look(face)
        assert face.app.text("document.qr_over").split("\n")[0] in face.shown
        uploads.now_is = replace(uploads.now_is, state="open")
        await face.touch("#main")
        assert len(uploads.named("offer")) == 2


async def test_who_goes_back_withdraws_the_address() -> None:
    """W9: nothing can be sent to an address that nobody waits for."""
    async with adding() as (face, _):
        await face.touch("#tiles", "phone")
        await face.touch("#back")
        await face.settle()
        assert face.is_on(SourceScreen)
        assert water(face).uploads.named("withdraw") == [("withdraw", f"{1:022}")]


async def test_a_document_stays_until_another_is_taken() -> None:
    """W9: going back from choosing another keeps the one that is there; both are needed to go on."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        filled(face.app.session)
        for _ in range(5):
            await face.touch("#main")
        assert face.is_on(DocumentsScreen)
        await face.press("1")
        await face.touch("#back")
        assert face.is_on(DocumentsScreen)
        assert taken(face) == DOCUMENT
        del face.app.session.water.documents["ownership_document"]
        await face.touch("#main")
        assert face.is_on(DocumentsScreen)
        assert face.screen.note.told == face.app.text("document.missing")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("length", "columns"), [(30, 41), (84, 41), (150, 49)])
def test_a_qr_of_an_address_keeps_its_size(length: int, columns: int) -> None:
    """face.md: 41×21 cells fit 76×22; a longer text is drawn larger, never cut."""
    rows = modules("https://su.example.az/u/".ljust(length, "x"))
    assert len(rows) == len(rows[0]) == columns
    assert not any("#" in row[:2] + row[-2:] for row in rows)
