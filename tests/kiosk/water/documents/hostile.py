"""Hostile files, made anew from a seed: each must be refused, whatever else is right about it (W9).

Families: nothing at all, endings that do not fit, other formats under our endings, cut files, locked PDFs; more before
or behind a document than belongs there; other formats inside (archives, web pages, programs, a second document); PDFs
that act (scripts, programs, forms sent, pages fetched on opening), that carry files, sound, film or XML forms, also in
object streams, older revisions, unused objects and with letters of names disguised; bombs of streams, pixels, scans,
chunks, texts and profiles; loops and trees that grow without end; too many pages, none, damaged tables and sums.
"""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Final, TypeVar

from tests.kiosk.water.documents import raw_pdf
from tests.kiosk.water.documents.good import drawing, jpeg, pdf, png, saved

Make = Callable[[Random], tuple[str, bytes]]
_ANY: Final = frozenset({"unreadable", "unsafe"})
_MB: Final = 1 << 20
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Family:
    """Files of one kind: how they are made, how many, and with which reasons they may be refused."""

    name: str
    count: int
    whys: frozenset[str]
    make: Make
    slow: bool = field(default=False)


FAMILIES: list[Family] = []


def _family(name: str, count: int, *whys: str, slow: bool = False) -> Callable[[Make], Make]:
    def listed(make: Make) -> Make:
        FAMILIES.append(Family(name, count, frozenset(whys) or _ANY, make, slow))
        return make

    return listed


def hostile_files(family: Family, most: int | None = None) -> Iterator[tuple[str, bytes]]:
    """The files of a family: (name, bytes); always the same."""
    for number in range(family.count if most is None else min(most, family.count)):
        yield family.make(Random(f"{family.name} {number}"))  # noqa: S311 - not a secret


def _one_of(random: Random, *ways: Callable[[], _Made]) -> _Made:
    return random.choice(ways)()


def _any_good(random: Random) -> tuple[str, bytes]:
    return random.choice([("a.pdf", pdf()), ("a.jpg", jpeg()), ("a.png", png())])


# endings, emptiness, other formats


@_family("empty", 3, "unreadable")
def _empty(random: Random) -> tuple[str, bytes]:
    return random.choice(["a.pdf", "a.jpg", "a.png"]), b""


@_family("ending", 30, "wrong_type")
def _ending(random: Random) -> tuple[str, bytes]:
    good, whole = _any_good(random)
    own = good[2:]
    wrong = [e for e in ("pdf", "jpg", "png") if e != own] + ["exe", "html", "pdf.exe", "", "pdf ", "pdf\0", "ｐｄｆ"]
    stem = random.choice(["a", f"a.{own}", "sənəd\u202e", "../../a", "a" * 300])
    name = random.choice([f"{stem}.{random.choice(wrong)}", stem.replace(".", ""), f".{own}", own])
    return name, whole


def _zip(random: Random) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        archive.writestr("word/document.xml", "<w/>" * random.randint(1, 50))
    return file.getvalue()


_SCRIPT = b"<html><body><script>alert(1)</script></body></html>"
_PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0\x64\x86" + bytes(200)
_ELF = b"\x7fELF\x02\x01\x01" + bytes(200)


@_family("other format", 28, "wrong_type")
def _other(random: Random) -> tuple[str, bytes]:
    sheet = drawing((20, 20))
    found = _one_of(
        random,
        lambda: saved(sheet, "GIF"),
        lambda: saved(sheet, "BMP"),
        lambda: saved(sheet, "TIFF"),
        lambda: saved(sheet, "WEBP"),
        lambda: saved(sheet, "JPEG2000"),
        lambda: _zip(random),
        lambda: _PROGRAM,
        lambda: _ELF,
        lambda: _SCRIPT,
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        lambda: b"%!PS-Adobe-3.0\nshowpage\n",
        lambda: b"{\\rtf1 sample}",
        lambda: random.randbytes(random.randint(1, 5000)),
        lambda: b"\0" * 5000,
    )
    return random.choice(["a.pdf", "a.jpg", "a.png"]), found


@_family("cut", 50)
def _cut(random: Random) -> tuple[str, bytes]:
    name, whole = _any_good(random)
    return name, whole[: random.randint(12, len(whole) - 12)]


@_family("head alone", 6)
def _head(random: Random) -> tuple[str, bytes]:
    return random.choice(
        [
            ("a.pdf", b"%PDF-1.7"), ("a.jpg", b"\xff\xd8\xff"), ("a.png", b"\x89PNG\r\n\x1a\n"),
            ("a.pdf", b"%PDF-1.7\n%%EOF\n"), ("a.jpg", b"\xff\xd8\xff\xd9"), ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ]
    )  # fmt: skip


@_family("locked", 10, "unreadable")
def _locked(random: Random) -> tuple[str, bytes]:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    writer.encrypt(
        random.choice(["", "sample"]),
        "owner",
        algorithm=random.choice(["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]),
    )
    file = BytesIO()
    writer.write(file)
    return "a.pdf", file.getvalue()


# more than one file in one


@_family("something before", 12, "unsafe", "wrong_type")
def _before(random: Random) -> tuple[str, bytes]:
    what = random.choice([b"GIF89a", b"MZ", b"#!/bin/sh\n", b"<html>", b"PK\x03\x04", b"x", random.randbytes(300)])
    return "a.pdf", what + pdf()


@_family("something behind", 36, "unsafe", "unreadable")
def _behind(random: Random) -> tuple[str, bytes]:
    name, whole = _any_good(random)
    what = random.choice([b"x", b"\n\n\nx", random.randbytes(2000), _SCRIPT, _PROGRAM, _zip(random), b"\nrm -rf /\n"])
    return name, whole + bytes(random.choice([0, 0, 8])) + what


_INSIDE: Final[tuple[Callable[[Random], bytes], ...]] = (
    _zip,
    lambda _: _SCRIPT,
    lambda _: b"<?php system($_GET['c']); ?>",
    lambda _: b"<svg onload=alert(1)>",
    lambda _: _PROGRAM,
    lambda _: _ELF,
    lambda _: b"Rar!\x1a\x07\x01\x00" + bytes(50),
    lambda _: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50),
    lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    lambda _: b"\n#!/bin/sh\nid\n",
    lambda _: b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF",
    lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    lambda _: b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\nx",
)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _into_png(kind: bytes, body: bytes, whole: bytes | None = None) -> bytes:
    """A PNG with one more chunk before its picture."""
    whole = png() if whole is None else whole
    at = whole.index(b"IDAT") - 4
    return whole[:at] + _chunk(kind, body) + whole[at:]


def _into_jpeg(marker: int, body: bytes) -> bytes:
    whole = jpeg()
    return whole[:2] + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body + whole[2:]


@_family("another format inside", 52, "unsafe")
def _inside(random: Random) -> tuple[str, bytes]:
    what = random.choice(_INSIDE)(random)
    return _one_of(
        random,
        lambda: ("a.pdf", raw_pdf.one_page(more=[raw_pdf.stream(what)]).replace(b"x\n%PDF-1", b"")),
        lambda: ("a.jpg", _into_jpeg(random.choice([0xFE, 0xE1, 0xED]), what)),
        lambda: ("a.png", _into_png(random.choice([b"tEXt", b"zzZz", b"eXIf"]), b"Comment\0" + what)),
    )


# PDFs that act or carry

_ACTIONS: Final = (
    b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
    b"<</S/JavaScript/JS 5 0 R>>",
    b"<</Type/Action/S/Launch/F(/bin/sh)>>",
    b"<</S/Launch/Win<</F(cmd.exe)>>>>",
    b"<</S/URI/URI(https://example.az/)>>",
    b"<</S/GoToR/F(other.pdf)/D[0/Fit]>>",
    b"<</S/GoToE/T<</R/C/N(a)>>>>",
    b"<</S/SubmitForm/F(https://example.az/)>>",
    b"<</S/ImportData/F(a.fdf)>>",
    b"<</S/Rendition/OP 0>>",
    b"<</S/Sound/Sound 5 0 R>>",
    b"<</S/Movie>>",
    b"<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(https://example.az/)>>>>",
    b"<</S/GoTo/D[3 0 R/Fit]/Next[<</S/Hide/T(a)>><</S/JavaScript/JS(1)>>]>>",
)


@_family("acts on opening", 42, "unsafe")
def _opening(random: Random) -> tuple[str, bytes]:
    action = random.choice(_ACTIONS)
    return "a.pdf", _one_of(
        random,
        lambda: raw_pdf.one_page(b"/OpenAction" + action, more=[raw_pdf.stream(b"1")]),
        lambda: raw_pdf.one_page(b"/OpenAction 6 0 R", more=[raw_pdf.stream(b"1"), action]),
        lambda: raw_pdf.one_page(page=b"/AA<</O" + action + b">>", more=[raw_pdf.stream(b"1")]),
        lambda: raw_pdf.one_page(b"/AA 6 0 R", more=[raw_pdf.stream(b"1"), b"<</WC" + action + b">>"]),
        lambda: raw_pdf.updated(
            raw_pdf.one_page(more=[raw_pdf.stream(b"1")]),
            1,
            b"<</Type/Catalog/Pages 2 0 R/OpenAction" + action + b">>",
        ),
    )


_CARRIED: Final = (
    b"<</S/JavaScript/JS(1)>>",
    b"<</JS(1)>>",
    b"<</S/Launch/F(a)>>",
    b"<</Type/Filespec/F(a.exe)/EF<</F 4 0 R>>>>",
    b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>",
    b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>",
    b"<</Type/Annot/Subtype/Screen/Rect[0 0 9 9]>>",
    b"<</Type/Annot/Subtype/Movie/Rect[0 0 9 9]>>",
    b"<</Type/Annot/Subtype/Sound/Rect[0 0 9 9]>>",
    b"<</Type/Annot/Subtype/3D/Rect[0 0 9 9]>>",
    b"<</XFA 4 0 R>>",
    b"<</Type/EmbeddedFile>>",
    b"<</Names[(a)<</S/JavaScript/JS(1)>>]>>",
    b"<</FT/Tx/T(a)/AA<</K<</S/JavaScript/JS(1)>>>>>>",
)


def _disguised(random: Random, body: bytes) -> bytes:
    """The same names with one letter of each written as #xx."""
    out = bytearray()
    for part in body.split(b"/"):
        if out or body.startswith(b"/"):
            out += b"/"
        letters = next((n for n, sign in enumerate(part) if not chr(sign).isalnum()), len(part))
        if letters > 1 and out:
            at = random.randrange(letters)
            part = part[:at] + b"#%02x" % part[at] + part[at + 1 :]
        out += part
    return bytes(out) if not body.startswith(b"<<") else b"<<" + bytes(out)[2:]


@_family("carries", 56, "unsafe")
def _carries(random: Random) -> tuple[str, bytes]:
    what = random.choice(_CARRIED)
    return "a.pdf", _one_of(
        random,
        lambda: raw_pdf.one_page(b"/Names 5 0 R", more=[what]),
        lambda: raw_pdf.one_page(page=b"/Annots[5 0 R]", more=[what]),
        lambda: raw_pdf.one_page(b"/AcroForm<</Fields[5 0 R]>>", more=[what]),
        lambda: raw_pdf.one_page(more=[what]),
        lambda: raw_pdf.one_page(more=[b"[[[" + what + b"]]]"]),
        lambda: raw_pdf.packed_objects([b"[1]", what], b"/AcroForm 6 0 R"),
        lambda: raw_pdf.updated(raw_pdf.one_page(more=[b"[1]"]), 5, what),
        lambda: raw_pdf.one_page(more=[_disguised(random, what)]),
        lambda: raw_pdf.packed_objects([_disguised(random, what)]),
    )


@_family("carries, outside of the table", 8, "unsafe")
def _outside(random: Random) -> tuple[str, bytes]:
    """Viewers that mend files find it; the table does not name it."""
    what = random.choice([b"<</S/JavaScript/JS(1)>>", b"<</S/Launch/F(a)>>", b"<</Type/EmbeddedFile/Length 0>>"])
    hidden = b"9 0 obj\n%s\nendobj\n" % random.choice([what, _disguised(random, what)])
    whole = raw_pdf.one_page(more=[b"(" + bytes(len(hidden)).replace(b"\0", b" ") + b")"])
    at = whole.index(b"5 0 obj") + 9
    return "a.pdf", whole[:at] + hidden + whole[at + len(hidden) :]


@_family("data in another file", 3, "unsafe")
def _external(random: Random) -> tuple[str, bytes]:
    return "a.pdf", raw_pdf.one_page(
        more=[raw_pdf.stream(b"", b"/F(/etc/passwd)/Type/%s" % random.randbytes(4).hex().encode())]
    )


# bombs


def _zeros(size: int) -> bytes:
    """`size` zeros packed, without having them all at once."""
    packing = zlib.compressobj(9)
    step = bytes(_MB)
    return b"".join([*(packing.compress(step) for _ in range(size // _MB)), packing.flush()])


@_family("stream bomb", 12, "unsafe")
def _stream_bomb(random: Random) -> tuple[str, bytes]:
    size = random.randint(64, 200) * _MB
    return "a.pdf", _one_of(
        random,
        lambda: raw_pdf.one_page(content=raw_pdf.stream(_zeros(size), b"/Filter/FlateDecode")),
        lambda: raw_pdf.one_page(more=[raw_pdf.stream(_zeros(size), b"/Filter[/FlateDecode]")]),
        lambda: raw_pdf.one_page(
            more=[raw_pdf.stream(zlib.compress(_zeros(size)), b"/Filter[/FlateDecode/FlateDecode]")]
        ),
        lambda: raw_pdf.one_page(more=[raw_pdf.stream(_zeros(30 * _MB), b"/Filter/FlateDecode")] * 8),
        lambda: raw_pdf.one_page(
            more=[raw_pdf.stream(base64.a85encode(_zeros(size)) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]")]
        ),
        lambda: raw_pdf.one_page(more=[raw_pdf.stream(b"\x81\x00" * (size // 128), b"/Filter/RunLengthDecode")]),
        lambda: raw_pdf.one_page(more=[raw_pdf.stream(b"", b"/Filter[" + b"/ASCIIHexDecode" * 40 + b"]")]),
    )


@_family("picture bomb in a PDF", 6, "unsafe")
def _pdf_picture_bomb(random: Random) -> tuple[str, bytes]:
    side = random.choice([30_000, 65_000, 1_000_000])
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (side, side)
    small = head.replace(b"%d" % side, b"9")
    picture = random.choice(
        [
            raw_pdf.stream(_zeros(20 * _MB), b"/Filter/FlateDecode" + head),
            raw_pdf.stream(_zeros(90 * _MB), b"/Filter/FlateDecode" + small),
        ]
    )
    return "a.pdf", raw_pdf.one_page(
        page=b"/Resources<</XObject<</A 5 0 R>>>>", content=raw_pdf.stream(b"99 0 0 99 0 0 cm /A Do"), more=[picture]
    )


@_family("drawing without end", 2, "unsafe", slow=True)
def _endless_drawing(_random: Random) -> tuple[str, bytes]:
    """Each of thirty forms draws the next one ten times."""
    forms = [
        raw_pdf.stream(
            (b"/A Do " * 10 if n < 29 else b"0 0 9 9 re f "),
            b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</A %d 0 R>>>>" % (n + 6),
        )
        for n in range(30)
    ]
    page = b"/Resources<</XObject<</A 5 0 R>>>>"
    return "a.pdf", raw_pdf.one_page(page=page, content=raw_pdf.stream(b"/A Do"), more=forms)


@_family("loop", 14)
def _loop(random: Random) -> tuple[str, bytes]:
    root, drawn = b"<</Type/Catalog/Pages 2 0 R>>", raw_pdf.stream(raw_pdf.DRAWING)
    page = raw_pdf.PAGE % b""
    deep = b"[" * 5000 + b"]" * 5000
    doubling = [b"<</Type/Pages/Parent 2 0 R/Count 9/Kids[%d 0 R %d 0 R]>>" % (n, n) for n in range(6, 40)]
    whole = _one_of(
        random,
        lambda: raw_pdf.written([root, b"<</Type/Pages/Kids[2 0 R]/Count 1>>", page, drawn]),
        lambda: raw_pdf.written([root, b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>", page, drawn]),
        lambda: raw_pdf.written([root, b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>", page, drawn]),
        lambda: raw_pdf.written([b"<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>", raw_pdf.PAGES, page, drawn]),
        lambda: raw_pdf.written([root, b"<</Type/Pages/Kids[5 0 R]/Count 9>>", page, drawn, *doubling, page]),
        lambda: raw_pdf.one_page(more=[deep]),
        lambda: raw_pdf.one_page(content=b"<</Length 4 0 R>>stream\nx\nendstream"),
    )
    return "a.pdf", whole


@_family("pages", 8, "too_many_pages")
def _pages(random: Random) -> tuple[str, bytes]:
    return "a.pdf", raw_pdf.pages(random.choice([21, 22, 100, 3000]))


@_family("no page", 8, "unreadable")
def _no_page(random: Random) -> tuple[str, bytes]:
    root = b"<</Type/Catalog/Pages 2 0 R>>"
    drawn = raw_pdf.stream(raw_pdf.DRAWING)
    return "a.pdf", random.choice(
        [
            raw_pdf.written([root, b"<</Type/Pages/Kids[]/Count 0>>"]),
            raw_pdf.written([root, b"null"]),
            raw_pdf.written([b"<</Type/Catalog>>"]),
            raw_pdf.written([root, raw_pdf.PAGES, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 0 0]>>", drawn])[:-200],
        ]
    )


@_family("damaged table", 12, "unreadable", "unsafe")
def _table(random: Random) -> tuple[str, bytes]:
    whole = raw_pdf.one_page()
    return "a.pdf", _one_of(
        random,
        lambda: whole.replace(b"startxref\n", b"startxref\n%d" % random.randint(1, 9)),
        lambda: whole.replace(b"\nxref\n", b"\nxrfe\n"),
        lambda: whole.replace(b"/Root 1 0 R", b"/Rood 1 0 R"),
        lambda: whole.replace(b"/Root 1 0 R", b"/Root 77 0 R"),
        lambda: whole.replace(b"trailer", b"treiler"),
        lambda: whole.replace(b"%%EOF\n", b""),
    )


# pictures


def _header(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    )


@_family("pixel bomb", 14, "unsafe")
def _pixels(random: Random) -> tuple[str, bytes]:
    width, height = random.choice([(65_500, 65_500), (30_000, 2_001), (0x7FFFFFFF, 0x7FFFFFFF), (60_000_001, 1)])
    if random.random() < 0.5 and width < 65_536:
        whole = bytearray(jpeg())
        at = whole.index(b"\xff\xc0")
        whole[at + 5 : at + 9] = struct.pack(">HH", height, width)
        return "a.jpg", bytes(whole)
    return "a.png", _header(width, height) + _chunk(b"IDAT", _zeros(_MB)) + _chunk(b"IEND", b"")


@_family("PNG that unpacks to more, or less", 12)
def _unpacks(random: Random) -> tuple[str, bytes]:
    colour, depth = random.choice([(0, 1), (2, 8), (3, 4), (6, 16)])
    size = random.choice([0, 1, 50, 100 * _MB])
    rest = zlib.compress(bytes(size)) if size < _MB else _zeros(size)
    head = _header(64, 64, depth, colour, random.randint(0, 1))
    palette = _chunk(b"PLTE", bytes(30)) if colour == 3 else b""
    return "a.png", head + palette + _chunk(b"IDAT", rest) + _chunk(b"IEND", b"")


@_family("PNG chunks", 44)
def _chunks(random: Random) -> tuple[str, bytes]:
    whole = png()
    at = whole.index(b"IDAT") - 4
    wrong = bytearray(whole)
    wrong[random.choice([29, 30, at + 20, len(whole) - 2])] ^= 0x55
    return "a.png", _one_of(
        random,
        lambda: _into_png(b"acTL", struct.pack(">II", 2, 0)),
        lambda: saved(drawing((9, 9)), "PNG", save_all=True, append_images=[drawing((9, 9), "L").convert("RGB")]),
        lambda: _into_png(b"zTXt", b"Comment\0\0" + _zeros(random.randint(9, 40) * _MB)),
        lambda: _into_png(b"iCCP", b"profile\0\0" + _zeros(random.randint(9, 40) * _MB)),
        lambda: _into_png(b"iTXt", b"Comment\0\1\0\0\0" + _zeros(random.randint(9, 40) * _MB)),
        lambda: _into_png(random.choice([b"tEXt", b"abCd"]), b"a\0" + bytes(5 * _MB)),
        lambda: _into_png(b"ABCD", b""),
        lambda: _into_png(b"IHDR", whole[16:29]),
        lambda: _into_png(b"a1 d", b""),
        lambda: whole[:8] + whole[at:],
        lambda: whole[:at] + b"\x7f\xff\xff\xff" + whole[at + 4 :],
        lambda: bytes(wrong),
        lambda: whole[:at] + _chunk(b"IEND", b""),
        lambda: whole[:-12] + _chunk(b"IEND", b"abc"),
        lambda: _header(0, 5) + whole[at:],
        lambda: _header(9, 9, 3, 2) + whole[at:],
        lambda: _header(9, 9, 8, 5) + whole[at:],
        lambda: whole[:at] + _chunk(b"tIME", b"") * 70_000 + whole[at:],
    )


@_family("JPEG segments", 36)
def _segments(random: Random) -> tuple[str, bytes]:
    whole = jpeg()
    frame, scan = whole.index(b"\xff\xc0"), whole.index(b"\xff\xda")
    length = int.from_bytes(whole[frame + 2 : frame + 4])
    again = whole[frame : frame + 2 + length]
    many = saved(drawing(), "JPEG", progressive=True)
    last = many.rindex(b"\xff\xda")

    def bent(at: int, value: bytes) -> bytes:
        return whole[:at] + value + whole[at + len(value) :]

    return "a.jpg", _one_of(
        random,
        lambda: whole[:frame] + again + whole[frame:],
        lambda: bent(frame + 1, random.choice([b"\xc3", b"\xc9", b"\xcb", b"\xc5"])),
        lambda: bent(frame + 5, b"\0\0"),
        lambda: bent(frame + 7, b"\0\0"),
        lambda: bent(frame + 4, b"\x0c"),
        lambda: bent(frame + 2, b"\0\x01"),
        lambda: bent(frame + 2, b"\xff\xff"),
        lambda: bent(frame, b"\0\0"),
        lambda: whole[:frame] + whole[frame + 2 + length :],
        lambda: whole[:scan] + b"\xff\xd9",
        lambda: whole[:-2],
        lambda: many[:-2] + many[last:-2] * 200 + b"\xff\xd9",
        lambda: whole[:2] + b"\xff\xfe\0\2" * 5000 + whole[2:],
        lambda: whole[:2] + whole,
        lambda: whole + whole,
        lambda: whole[:2] + b"\xff\xe2\0\x06MPF\0" + whole[2:] + whole * 12,
        lambda: whole + b"SEFH" + bytes(70_000) + b"SEFT",
        lambda: whole + bytes(70_000),
    )
