"""The statement of twelve months (W8): table and charts, readable without colour, in every size and language."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from textual.geometry import Region
from textual.widget import Widget

from kiosk.language import text
from kiosk.water.facts import MonthLine, Statement
from screens.citizen.step import Back
from screens.citizen.telling import Chosen
from screens.citizen.water.scale import Scale
from screens.citizen.water.statement import StatementScreen
from screens.widgets.touch_area import TouchArea
from tests.screens.opened import answered, languages, opened
from tests.screens.running import FULL, LARGE, SIZES, Face, settings
from tests.screens.water.company import CODE, FIGURES, STATEMENT, SUBSCRIBER, WaterStation, months

EMPTY = replace(
    STATEMENT, months=tuple(replace(line, consumption=None, invoiced=None, paid=Decimal("0.00")) for line in months())
)
RICH = replace(
    STATEMENT,
    subscriber=replace(
        SUBSCRIBER,
        given_name="Məhəmmədəliağa",
        surname="Şirinbəyli-Məmmədquluzadə",
        patronymic="Əbdülrəhman oğlu",
        address="Bakı, Nəsimi r., Mirəli Seyidov (keçmiş Qızıl Şərq) küç. 112/114, blok 3, mərtəbə 14, m. 134",
    ),
    months=tuple(
        MonthLine(line.month, Decimal("1234.567"), Decimal("12345.67"), Decimal("98765.43")) for line in months()
    ),
    debt=Decimal("-99999.99"),
)


async def every_page(face: Face, screen: StatementScreen) -> str:
    """All that is shown, page after page from the first."""
    screen.turn_page(-screen.page)
    await face.draws()
    shown = face.shown
    for _ in range(screen.pages - 1):
        screen.turn_page(1)
        await face.draws()
        shown += "\n" + face.shown
    return shown.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("size", SIZES)
async def test_everything_the_manual_names_is_there(size: tuple[int, int]) -> None:
    """W8, S4: name, address, persons, kind of service, meter, report month; consumption, invoice, payment a month."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation(), size=size) as (face, screen):
        async for language in languages(face):
            shown = await every_page(face, screen)
            squeezed = " ".join(shown.split())
            for value in (CODE, "Məmmədova Aygün Rəşid qızı", "Bakı, Nəsimi r., Füzuli küç. 12,", "m. 34"):
                assert value in squeezed
            for key in ("water.kind.both", "water.meter.mechanical", "water.no_invoice", "water.total", "water.debt"):
                assert text(language, key) in shown
            for month in text(language, "water.months_short").split(" "):
                assert month in shown
            point = "." if language == "en" else ","
            for amount in (f"25{point}00", f"180{point}00", f"164{point}00", f"16{point}00 ₼", f"! 10{point}00"):
                assert amount in shown
            assert {"az": "2026, oktyabr", "ru": "2026, октябрь", "en": "October 2026"}[language] in shown
            assert "…" not in shown


async def test_it_stands_as_in_the_picture() -> None:
    """face.md 14-water: the cells of 120×36."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation()) as (face, _):
        lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in face.lines()]
        assert lines[4][4:34] == "▌ Son 12 ay: faktura və ödəniş"
        assert lines[5][6:21] == "Abonent 1204587"
        assert lines[7][4:13] == "Nəfər  4 "
        assert face.region("#table") == (4, 9, 55, 21)
        assert face.region("#charts") == (61, 9, 55, 21)
        assert lines[10][7:56] == "Ay       Sərfiyyat, m³    Faktura, ₼    Ödəniş, ₼"
        assert lines[12][7:56] == "Noy 2025            14         14,00        14,00"
        assert lines[14][7:56] == "Yan 2026            13         13,00       ! 0,00"
        assert lines[22][7:56] == "Sen                                faktura yoxdur"
        assert lines[25][7:56] == "Cəmi               180        180,00       164,00"
        assert lines[27][7:56] == "Qalıq borc                                16,00 ₼"
        assert lines[28][66:113] == "Noy Dek Yan Fev Mar Apr May İyn İyl Avq Sen Okt"
        assert lines[19][107] == "–"


def test_bars_have_the_height_of_what_they_stand_for() -> None:
    """W8: a chart that lies is worse than none."""
    scale = Scale.of(Decimal("31"), 19)
    assert (scale.step, scale.halves) == (Decimal(10), 6)
    assert [scale.height(Decimal(value)) for value in ("0", "0.01", "10", "31")] == [0, 1, 6, 19]
    assert scale.lines(19) == [(Decimal(10), 6), (Decimal(20), 12), (Decimal(30), 18)]


@pytest.mark.parametrize(
    "highest", ["0", "0.01", "0.3", "1", "4.99", "9.5", "31", "120", "999.99", "12345.67", "99999999"]
)
@pytest.mark.parametrize("room", [5, 7, 9, 11, 19, 31])
def test_every_scale_fits_its_room(highest: str, room: int) -> None:
    """W8: the highest bar is within the plot and fills more than a third of it; labels never stand on one row."""
    value = Decimal(highest)
    scale = Scale.of(value, room)
    assert scale.height(value) <= room
    assert not value or scale.height(value) * 3 >= room
    heights = [0, *(halves for _, halves in scale.lines(room))]
    assert all(after - before >= (2 if room <= 7 else 4) and after % 2 == 0 for before, after in pairwise(heights))


async def bars(face: Face, screen: StatementScreen) -> dict[str, list[str]]:
    """The rows of the money chart under each month's name, without the bars' colours: what a colour-blind eye has."""
    region = screen.charts.region
    strips = screen._compositor.render_strips()
    grounds: list[list[str]] = []
    for strip in strips[region.y : region.bottom]:
        row: list[str] = []
        for segment in strip:
            style = segment.style
            ground = style.bgcolor.name if style is not None and style.bgcolor is not None else ""
            row += [ground] * len(segment.text)
        grounds.append(row[region.x : region.right])
    return {str(column): [row[column] for row in grounds] for column in range(5, 53)}


async def test_the_invoice_is_the_wide_bar_and_the_payment_the_narrow_one() -> None:
    """face.md 14-water: wide bar invoice, narrow bar paid: told by width and place, not by colour alone."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation()) as (face, screen):
        columns = await bars(face, screen)
        accent, narrow = face.app.palette.hex("accent").lower(), face.app.palette.hex("held-ink").lower()

        def cells(column: int, colour: str) -> int:
            return sum(ground.lower() == colour for ground in columns[str(column)][2:12])

        july = 5 + 4 * 8
        assert cells(july, accent) == cells(july + 1, accent) == 7
        assert cells(july + 2, narrow) == 10
        assert cells(july + 3, accent) == cells(july + 3, narrow) == 0
        january = 5 + 4 * 2
        assert cells(january, accent) > 0
        assert cells(january + 2, narrow) == 0, "nothing was paid"
        september = 5 + 4 * 10
        assert cells(september, accent) == cells(september + 2, narrow) == 0


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_without_colours_the_narrow_bar_is_shaded(size: tuple[int, int]) -> None:
    """K2: in a theme of one colour wide and narrow bars do not melt into one."""
    with_settings = settings(theme="kiosk-mono")
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation(), size=size, with_settings=with_settings) as (
        face,
        screen,
    ):
        assert "▒" in await every_page(face, screen)


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_figures_show_nobody(size: tuple[int, int]) -> None:
    """Issue 4: after a FİN-only sign-in nothing that identifies is shown."""
    async with opened(lambda _: StatementScreen(FIGURES), WaterStation(), size=size) as (face, screen):
        shown = await every_page(face, screen)
        assert CODE in shown
        assert "Məmmədova" not in shown
        assert "Füzuli" not in shown
        assert face.app.text("water.fact.address") not in shown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("statement", [EMPTY, RICH], ids=["empty", "rich"])
async def test_no_word_or_figure_is_ever_cut(statement: Statement, size: tuple[int, int]) -> None:
    """W8: a long name and address, sums of six digits, and twelve months without an invoice."""
    async with opened(lambda _: StatementScreen(statement), WaterStation(), size=size) as (face, screen):
        async for language in languages(face):
            shown = await every_page(face, screen)
            squeezed = " ".join(shown.split())
            assert "…" not in shown
            if statement is EMPTY:
                assert shown.count(text(language, "water.no_invoice")) == 12
                continue
            for word in (statement.subscriber.name + " " + statement.subscriber.address).split():
                assert word in squeezed
            assert text(language, "water.credit") in shown
            assert text(language, "water.thousand", unit="₼") in shown
            assert {"az": "1.185.185,16", "ru": "1 185 185,16", "en": "1,185,185.16"}[language] in shown


async def test_what_was_paid_in_a_month_without_an_invoice_is_shown() -> None:
    """W8: the sums under a column are those of the rows over them."""
    lines = [replace(line, paid=Decimal("7.50")) if line.invoiced is None else line for line in STATEMENT.months]
    async with opened(lambda _: StatementScreen(replace(STATEMENT, months=tuple(lines))), WaterStation()) as (face, _):
        row = next(line for line in face.lines() if "Sen   " in line)
        assert row[4:59].split() == ["Sen", "faktura", "yoxdur", "7,50"]


@pytest.mark.parametrize(
    ("debt", "label", "shown", "pays"),
    [
        ("0.01", "water.debt", "0,01 ₼", True),
        ("0.00", "water.debt", "0,00 ₼", False),
        ("-3.40", "water.credit", "3,40 ₼", False),
    ],
)
async def test_debt_and_credit(debt: str, label: str, shown: str, pays: bool) -> None:
    """W6, W8: “Borcu ödə” where something is owed, down to one qəpik; a credit is told as one."""
    statement = replace(STATEMENT, debt=Decimal(debt))
    async with opened(lambda _: StatementScreen(statement), WaterStation(), size=LARGE) as (face, _):
        assert face.app.text(label) in face.shown
        assert shown in face.shown.replace("\N{NO-BREAK SPACE}", " ")
        assert (face.app.text("button.pay_debt") in face.shown) == pays


@pytest.mark.parametrize(
    ("widget", "answer"),
    [("#main", Chosen("certificate")), ("#second", Chosen("pay")), ("#back", Back())],
)
async def test_the_buttons_answer(widget: str, answer: object) -> None:
    """face.md 14-water: the certificate, the payment, GERİ."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation()) as (face, screen):
        await face.touch(widget)
        assert answered(screen) == answer


async def test_pages_turn_by_touch_and_by_keys() -> None:
    """face.md: more than fits gets pages with ▲ ▼, never scrolling; nothing is lost."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation(), size=LARGE) as (face, screen):
        pages = screen.pages
        assert f"1 / {pages}" in face.shown
        for page in range(2, pages + 1):
            await face.touch("#turn", "after")
            assert f"{page} / {pages}" in face.shown
        await face.touch("#turn", "after")
        assert f"{pages} / {pages}" in face.shown
        await face.press("pageup")
        assert f"{pages - 1} / {pages}" in face.shown


@pytest.mark.parametrize("size", [*SIZES, (112, 34), (160, 50)])
async def test_nothing_overlaps_and_everything_can_be_touched(size: tuple[int, int]) -> None:
    """face.md: touch sizes, and the gap cells belong to nobody."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation(), size=size) as (face, screen):
        for _ in range(screen.pages):
            placed: list[tuple[Widget, Region]] = [
                (widget, region) for widget, region in screen.places(face.app.size) if region.area
            ]
            for number, (_, region) in enumerate(placed):
                assert Region(0, 0, *size).contains_region(region)
                assert not any(region.overlaps(other) for _, other in placed[number + 1 :])
            for widget, _ in placed:
                for spot in widget.spots() if isinstance(widget, TouchArea) else ():
                    assert spot.region.height >= 3
                    assert spot.region.width >= (10 if widget.id != "header" else 8)
            screen.turn_page(1)
            await face.draws()


async def test_another_size_keeps_the_statement_whole() -> None:
    """K2: a change of type size in the middle of it."""
    async with opened(lambda _: StatementScreen(STATEMENT), WaterStation(), size=LARGE) as (face, screen):
        await face.press("pagedown", "pagedown")
        await face.pilot.resize_terminal(*FULL)
        await face.settle()
        assert screen.pages == 1
        assert "Noy 2025" in face.shown
        assert "Okt" in face.shown
