"""PDFs written byte by byte, so that a test can write what no library would."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

PAGE: Final = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]%s/Contents 4 0 R>>"
PAGES: Final = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
DRAWING: Final = b"0.5 g 20 20 120 120 re f"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def packed(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body, compressed."""
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode" + entries)


def written(objects: Sequence[bytes], trailer: bytes = b"", begin: bytes = b"%PDF-1.7\n") -> bytes:
    """A whole file of objects 1, 2, …; the first is the catalogue."""
    whole = bytearray(begin)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        whole += b"%010d 00000 n \n" % place
    whole += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(whole)


def one_page(
    catalogue: bytes = b"", page: bytes = b"", more: Sequence[bytes] = (), content: bytes | None = None
) -> bytes:
    """A file of one page; `more` are the objects from 5 on."""
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
            PAGES,
            PAGE % page,
            stream(DRAWING) if content is None else content,
            *more,
        ]
    )


def packed_objects(bodies: Sequence[bytes], catalogue: bytes = b"") -> bytes:
    """A file whose objects 5, 6, … lie in a compressed object stream, with a table that is a stream (7.5.7, 7.5.8)."""
    head, inside = b"", b""
    for number, body in enumerate(bodies, 5):
        head += b"%d %d " % (number, len(inside))
        inside += body + b" "
    container = 5 + len(bodies)
    whole = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        2: PAGES,
        3: PAGE % b"",
        4: stream(DRAWING),
        container: packed(head + inside, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(head))),
    }
    for number, body in objects.items():
        places[number] = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(whole)
    rows = b"\x00\x00\x00\x00\xff"
    for number in range(1, container + 2):
        if 5 <= number < container:
            rows += b"\x02" + container.to_bytes(3) + bytes([number - 5])
        else:
            rows += b"\x01" + places.get(number, table).to_bytes(3) + b"\x00"
    entries = b"/Type/XRef/Size %d/W[1 3 1]/Root 1 0 R" % (container + 2)
    whole += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (container + 1, packed(rows, entries), table)
    return bytes(whole)


def updated(before: bytes, number: int, body: bytes) -> bytes:
    """A file with one object written anew behind its end (7.5.6)."""
    previous = int(before.rsplit(b"startxref", 1)[1].split()[0])
    size = int(before.rsplit(b"/Size ", 1)[1].split(b"/")[0])
    at = len(before)
    table = at + len(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    return before + (
        b"%d 0 obj\n%s\nendobj\nxref\n%d 1\n%010d 00000 n \n"
        b"trailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (number, body, number, at, max(size, number + 1), previous, table)
    )


def pages(count: int) -> bytes:
    """A file of so many pages, each with one bar more than the one before."""
    first = 3
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(count))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)]
    for number in range(count):
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents %d 0 R>>" % (first + 2 * number + 1))
        objects.append(stream(b"".join(b"0 %d 200 9 re f " % (20 * bar) for bar in range(number % 10 + 1))))
    return written(objects)
