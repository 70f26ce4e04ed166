"""Good documents of many kinds, by different programs, made when a test asks; what stands in them is invented."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random

from fpdf import FPDF
from PIL import Image, ImageDraw

from tests.kiosk.water.documents import raw_pdf

_TEXT = "NÜMUNƏ: mülkiyyəti təsdiq edən sənəd"
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def drawing(size: tuple[int, int] = (240, 320), mode: str = "RGB") -> Image.Image:
    """A sheet with a red square in its upper left quarter and a blue line below."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((size[0] // 8, size[1] // 8, size[0] // 2, size[1] // 2), fill="red")
    pen.line((0, size[1] * 3 // 4, size[0], size[1] * 3 // 4), fill="blue", width=max(2, size[1] // 40))
    return sheet.convert(mode)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    """A picture as a file."""
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


@cache
def jpeg() -> bytes:
    """A plain JPEG."""
    return saved(drawing(), "JPEG")


@cache
def png() -> bytes:
    """A plain PNG."""
    return saved(drawing(), "PNG")


@cache
def pdf(pages: int = 1) -> bytes:
    """A PDF with an embedded font and a picture, by fpdf2."""
    document = FPDF()
    document.add_font("sample", "", _FONT)
    document.set_font("sample", size=16)
    for number in range(1, pages + 1):
        document.add_page()
        document.cell(text=f"{_TEXT} {number}")
        document.image(BytesIO(jpeg()), y=40, w=60)
    return bytes(document.output())


def _turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Nümunə"
    return saved(drawing(), "JPEG", exif=exif)


def _rewritten() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(2))))
    writer.add_metadata({"/Title": _TEXT})
    writer.add_outline_item(title="1", page_number=0)
    for page in writer.pages:
        page.compress_content_streams()
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _form() -> bytes:
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(NUMUNE)/Rect[10 10 90 30]/DA(/Helv 9 Tf 0 g)/F 4>>"
    return raw_pdf.one_page(
        b"/AcroForm<</Fields[5 0 R]/DA(/Helv 9 Tf 0 g)>>/OpenAction[3 0 R/Fit]", b"/Annots[5 0 R]", [field]
    )


def _linked() -> bytes:
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.az/)>>>>"
    return raw_pdf.one_page(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>", b"/Annots[5 0 R]", [link])


def _ascii85() -> bytes:
    from base64 import a85encode
    from zlib import compress

    content = a85encode(compress(raw_pdf.DRAWING)) + b"~>"
    return raw_pdf.one_page(content=raw_pdf.stream(content, b"/Filter[/ASCII85Decode/FlateDecode]"))


def _by_convert(folder: Path, ending: str, *options: str) -> bytes:
    given, made = folder / "given.png", folder / f"made.{ending}"
    given.write_bytes(png())
    subprocess.run(["convert", str(given), *options, str(made)], check=True, timeout=60)
    return made.read_bytes()


def _of_a_phone(tail: bytes) -> bytes:
    """A picture with another behind it, as HDR phones write them; and a maker's table."""
    first = jpeg()
    note = b"\xff\xe2" + (6).to_bytes(2) + b"MPF\0"
    return first[:2] + note + first[2:] + jpeg() + tail


_MAKER = b"\0\0\x01\x0aImage_UTC_Data" + b"SEFH\x6b\0\0\0" + b"\x0c\0\0\0SEFT"

_KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": ("a.jpg", jpeg),
    "jpeg, capitals": ("A.B.JPEG", jpeg),
    "jpeg, progressive": ("a.jpg", lambda: saved(drawing(), "JPEG", progressive=True, optimize=True)),
    "jpeg, grey": ("a.jpg", lambda: saved(drawing(mode="L"), "JPEG")),
    "jpeg, four colours": ("a.jpg", lambda: saved(drawing(mode="CMYK"), "JPEG")),
    "jpeg, restart markers": ("a.jpg", lambda: saved(drawing(), "JPEG", restart_marker_rows=1)),
    "jpeg, one pixel": ("a.jpg", lambda: saved(drawing((1, 1)), "JPEG")),
    "jpeg, turned": ("a.jpg", lambda: _turned(6)),
    "jpeg, mirrored": ("a.jpg", lambda: _turned(5)),
    "jpeg, padded": ("a.jpg", lambda: jpeg() + bytes(512)),
    "jpeg, a phone's": ("a.jpg", lambda: _of_a_phone(b"")),
    "jpeg, another phone's": ("a.jpg", lambda: _of_a_phone(_MAKER)),
    "png": ("a.png", png),
    "png, capitals": ("SƏNƏD.PNG", png),
    "png, clear": ("a.png", lambda: saved(drawing(mode="RGBA"), "PNG")),
    "png, palette": ("a.png", lambda: saved(drawing(mode="P"), "PNG", transparency=0)),
    "png, one bit": ("a.png", lambda: saved(drawing(mode="1"), "PNG")),
    "png, 16 bits": ("a.png", lambda: saved(drawing(mode="L").convert("I;16"), "PNG")),
    "png, grey and clear": ("a.png", lambda: saved(drawing(mode="LA"), "PNG")),
    "png, profile": ("a.png", lambda: saved(drawing(), "PNG", icc_profile=bytes(3000), dpi=(300, 300))),
    "pdf": ("a.pdf", pdf),
    "pdf, capitals": ("a.Pdf", pdf),
    "pdf, 20 pages": ("a.pdf", lambda: pdf(20)),
    "pdf, by pypdf": ("a.pdf", _rewritten),
    "pdf, by Pillow": ("a.pdf", lambda: saved(drawing(), "PDF", resolution=150)),
    "pdf, fax, by Pillow": ("a.pdf", lambda: saved(drawing(mode="1"), "PDF")),
    "pdf, grey, by Pillow": ("a.pdf", lambda: saved(drawing(mode="L"), "PDF")),
    "pdf, JPEG 2000, by Pillow": ("a.pdf", lambda: saved(drawing(mode="RGBA"), "PDF")),
    "pdf, three sheets, by Pillow": (
        "a.pdf",
        lambda: saved(drawing(), "PDF", save_all=True, append_images=[drawing(), drawing(mode="P")]),
    ),
    "pdf, by hand": ("a.pdf", raw_pdf.one_page),
    "pdf, blank lines about": (
        "a.pdf",
        lambda: raw_pdf.written(_simple(), begin=b"\xef\xbb\xbf\n%PDF-1.4\n") + b"\r\n\0",
    ),
    "pdf, object stream": ("a.pdf", lambda: raw_pdf.packed_objects([b"<</Producer(sample)>>", b"[1 2 3]"])),
    "pdf, updated": ("a.pdf", lambda: raw_pdf.updated(raw_pdf.one_page(), 4, raw_pdf.packed(raw_pdf.DRAWING))),
    "pdf, form": ("a.pdf", _form),
    "pdf, link": ("a.pdf", _linked),
    "pdf, ASCII85": ("a.pdf", _ascii85),
}


def _simple() -> list[bytes]:
    return [b"<</Type/Catalog/Pages 2 0 R>>", raw_pdf.PAGES, raw_pdf.PAGE % b"", raw_pdf.stream(raw_pdf.DRAWING)]


_BY_CONVERT = {
    "png, interlaced": ("png", ("-interlace", "PNG")),
    "png, 48 bits": ("png", ("-depth", "16")),
    "jpeg, by ImageMagick": ("jpg", ("-sampling-factor", "4:2:0", "-comment", "sample")),
    "jpeg, interlaced": ("jpg", ("-interlace", "JPEG")),
}


def good_files(folder: Path, step: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """Good files: (what it is, name, bytes); every `step`th of them."""
    for what, (name, make) in islice(_KINDS.items(), 0, None, step):
        yield what, name, make()
    for what, (ending, options) in islice(_BY_CONVERT.items(), 0, None, step):
        yield what, f"a.{ending}", _by_convert(folder, ending, *options)


def bent(seed: int) -> tuple[str, bytes]:
    """A good file with a few bytes changed: it may be taken or not, and nothing else may happen."""
    random = Random(seed)  # noqa: S311 - not a secret
    name, whole = random.choice([("a.jpg", jpeg()), ("a.png", png()), ("a.pdf", pdf()), ("a.pdf", _form())])
    changed = bytearray(whole)
    for _ in range(random.randint(1, 12)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return name, bytes(changed)
