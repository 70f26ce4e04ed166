"""What a terminal shows of a document (W9)."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PIL import Image

from kiosk.acts import Acts
from kiosk.errors import BadRequest, DocumentRefused
from kiosk.water.documents.documents import Documents, Preview
from kiosk.water.documents.jail import Jail
from kiosk.water.documents.verdict import Bounds
from kiosk.water.facts import MediaType
from kiosk.water_settings import DocumentSettings
from tests.kiosk.water.documents import raw_pdf
from tests.kiosk.water.documents.good import drawing, saved

_RED, _WHITE = (255, 0, 0), (255, 255, 255)
_JAIL = Jail(Bounds(pages=20, pixels=10_000_000), 60)


def _shown(media_type: MediaType, data: bytes, columns: int = 24, rows: int = 16) -> Preview:
    pages, width, height, pixels = _JAIL.preview(media_type, data, 1, columns, 2 * rows)
    return Preview(pages, width, height // 2, pixels)


def _near(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def _pixels(shown: Preview) -> list[list[tuple[int, int, int]]]:
    rows: list[list[tuple[int, int, int]]] = []
    for row in shown.cells:
        rows.append([upper for upper, _ in row])
        rows.append([lower for _, lower in row])
    return rows


def _middle_of(shown: Preview, wanted: tuple[int, int, int]) -> tuple[float, float]:
    """Where a colour's middle is, as parts of width and height."""
    lines = _pixels(shown)
    found = [(x, y) for y, line in enumerate(lines) for x, pixel in enumerate(line) if _near(pixel, wanted)]
    assert found
    return (
        sum(x + 0.5 for x, _ in found) / len(found) / shown.columns,
        sum(y + 0.5 for _, y in found) / len(found) / (2 * shown.rows),
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("PDF", "RGB")],
)
def test_a_sheet_stands_upright_in_its_colours(kind: str, mode: str) -> None:
    """W9: the square is red, in the upper left; around the sheet is white."""
    media: dict[str, MediaType] = {"PNG": "image/png", "JPEG": "image/jpeg", "PDF": "application/pdf"}
    shown = _shown(media[kind], saved(drawing(mode=mode), kind))
    x, y = _middle_of(shown, _RED)
    assert abs(x - 0.31) < 0.05
    assert abs(y - 0.31) < 0.05
    assert _near(_pixels(shown)[0][0], _WHITE)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
        (99, (0, 0)),
    ],
)
def test_a_camera_held_otherwise_is_turned(orientation: int, corner: tuple[int, int]) -> None:
    """W9: EXIF 2.3, 4.6.4 A: where the sheet's upper left corner comes to lie."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    shown = _shown("image/jpeg", saved(drawing((320, 320)), "JPEG", exif=exif), 20, 10)
    x, y = _middle_of(shown, _RED)
    assert (x > 0.5, y > 0.5) == (corner[0] == 1, corner[1] == 1)


def test_a_sheet_keeps_its_own_shape() -> None:
    """W9: nothing is stretched, and nothing around it is taken for paper; a half cell that is left over is white."""
    shown = _shown("image/png", saved(Image.new("RGB", (400, 100), "red"), "PNG"), 20, 10)
    assert (shown.columns, shown.rows) == (20, 3)
    lines = _pixels(shown)
    assert all(_near(pixel, _RED) for line in lines[:4] for pixel in line)
    assert all(pixel == _WHITE for pixel in lines[5])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_what_is_grey_stays_grey(mode: str) -> None:
    """W9: 16 bits too, and what is clear is white."""
    sheet = Image.new("L", (64, 64), 255)
    sheet.paste(0, (0, 0, 32, 64))
    deep = Image.frombytes("I;16", sheet.size, bytes(level for level in sheet.tobytes() for _ in range(2)))
    picture = deep if mode == "I;16" else sheet.convert(mode)
    lines = _pixels(_shown("image/png", saved(picture, "PNG"), 16, 8))
    assert _near(lines[8][3], (0, 0, 0))
    assert _near(lines[8][12], _WHITE)


def test_small_print_does_not_vanish() -> None:
    """W9: a page is drawn large and scaled down well: thin lines become grey, not nothing."""
    content = b"".join(b"0 %d 200 0.7 re f " % y for y in range(0, 200, 8))
    shown = _shown("application/pdf", raw_pdf.one_page(content=raw_pdf.stream(content)), 40, 20)
    lines = _pixels(shown)
    assert sum(pixel != _WHITE for line in lines for pixel in line) > 200


def test_what_was_filled_into_a_form_is_shown() -> None:
    """W9: what the staff decide upon has to be seen."""
    look = raw_pdf.stream(b"1 0 0 rg 0 0 100 100 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 100 100]")
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(a)/Rect[0 100 100 200]/F 4/AP<</N 6 0 R>>>>"
    data = raw_pdf.one_page(b"/AcroForm<</Fields[5 0 R]>>", b"/Annots[5 0 R]", [field, look], raw_pdf.stream(b""))
    assert _middle_of(_shown("application/pdf", data), _RED)[0] < 0.5


def test_pages_are_turned_from_one_to_the_last() -> None:
    """W9: an impossible page is the nearest one."""
    documents = Documents(cast(Acts, None), DocumentSettings())
    shown: dict[int, Any] = {page: documents.preview_pdf(raw_pdf.pages(3), page, 30, 20) for page in (0, 1, 3, 9)}
    assert {preview.pages for preview in shown.values()} == {3}
    assert shown[0].cells == shown[1].cells
    assert shown[3].cells == shown[9].cells != shown[1].cells
    assert all(len(preview.cells) <= 20 and preview.columns <= 30 for preview in shown.values())
    assert {len(row) for row in shown[1].cells} == {30}


def test_a_preview_has_a_size() -> None:
    """W9: a size that is none is a fault of the face's, told at once."""
    documents = Documents(cast(Acts, None), DocumentSettings())
    for columns, rows in ((0, 5), (5, 0), (401, 5), (5, 401)):
        with pytest.raises(BadRequest):
            documents.preview_pdf(raw_pdf.one_page(), 1, columns, rows)


def test_what_cannot_be_drawn_says_so() -> None:
    """W9."""
    documents = Documents(cast(Acts, None), DocumentSettings())
    with pytest.raises(DocumentRefused):
        documents.preview_pdf(b"%PDF-1.7 nothing", 1, 10, 10)
