"""A PDF's objects, walked in the jail with pypdf: what would act, carries something or is a bomb (W9; ISO 32000-2).

Every object of the tables is looked at, also those that no page reaches. Nothing is followed from object to object, so
loops cost nothing; the two trees that are followed, pages and what happens on opening, are followed once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from kiosk.water.documents.inflating import OutOfBounds, inflated_size
from kiosk.water.documents.pdf_outside import refuse_names
from kiosk.water.documents.verdict import Bad, Bounds

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_OBJECTS: Final = 100_000
_DEEPEST: Final = 64
_MOST_FILTERS: Final = 4
_MB: Final = 1 << 20
_LARGEST_STREAM: Final = 48 * _MB
"""Unpacked, of one stream that is no picture: pages, fonts, colour profiles."""
_LARGEST_ALL: Final = 192 * _MB
_BYTES_PER_PIXEL: Final = 8
"""Four colours of 16 bits."""

_CARRIERS: Final = frozenset({"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"})
"""Keys that stand for scripts, files within, forms in XML."""
_ACTIONS: Final = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/GoToDp", "/Rendition", "/Sound",
    "/Movie", "/GoTo3DView", "/RichMediaExecute",
})  # fmt: skip
_SUBTYPES: Final = frozenset({
    "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment", "/PS", "/Projection",
})  # fmt: skip
_ON_OPENING: Final = frozenset({"/GoTo", "/Named", "/Thread", "/SetOCGState", "/Hide", "/Trans"})
"""What may happen without anybody's doing: nothing that leaves the document."""
_FLATE: Final = ("/FlateDecode", "/Fl")
_NEEDED: Final = (
    "pypdf", "pypdf.filters", "encodings.charmap", "encodings.latin_1", "encodings.utf_8_sig", "encodings.utf_16",
    "encodings.utf_16_be", "encodings.utf_16_le", "encodings.ascii",
)  # fmt: skip
_PICTURE_FILTERS: Final = frozenset({
    "/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF",
})  # fmt: skip


def prepare() -> None:
    """Load everything that walking needs: later nothing can be opened."""
    for name in _NEEDED:
        import_module(name)


def check_objects(data: bytes, bounds: Bounds) -> None:
    """Walk all objects of a PDF.

    Raises:
        Bad: encrypted or damaged: unreadable; acting, carrying or a bomb: unsafe.
    """
    from pypdf import apply_configuration
    from pypdf.errors import LimitReachedError

    limits = {
        "zlib_maximum_output_length": _LARGEST_STREAM,
        "lzw_maximum_output_length": _LARGEST_STREAM,
        "run_length_maximum_output_length": _LARGEST_STREAM,
        "stream_filters_maximum_length": _MOST_FILTERS,
    }
    with apply_configuration(None, **limits):
        try:
            _Walk(_read(data), bounds).go()
        except LimitReachedError:
            raise Bad("unsafe") from None


def _read(data: bytes) -> PdfReader:
    from pypdf import PdfReader

    class WholeReader(PdfReader):
        """Does not guess where objects are: another program may guess otherwise."""

        def _rebuild_xref_table(self, stream: Any) -> None:
            raise Bad("unreadable")

    reader = WholeReader(BytesIO(data))
    if reader.is_encrypted:
        raise Bad("unreadable")
    return reader


class _Walk:
    def __init__(self, reader: PdfReader, bounds: Bounds) -> None:
        self._reader = reader
        self._bounds = bounds
        self._unpacked = 0

    def go(self) -> None:
        self._look(self._reader.trailer, 0)
        for number, found in enumerate(self._objects()):
            if number > _MOST_OBJECTS:
                raise Bad("unsafe")
            self._look(found, 0)
        root = self._reader.root_object
        self._check_opening(root.get("/OpenAction"), set())
        self._check_pages(root["/Pages"], set(), 0)

    def _objects(self) -> Iterator[Any]:
        from pypdf.generic import IndirectObject

        reader = self._reader
        for generation, places in reader.xref.items():
            if generation == 65535:
                continue  # the head of the list of free ones
            for number in list(places):
                yield reader.get_object(IndirectObject(number, generation, reader))
        for number in list(reader.xref_objStm):
            yield reader.get_object(IndirectObject(number, 0, reader))

    def _look(self, found: Any, depth: int) -> None:
        from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

        if depth > _DEEPEST:
            raise Bad("unsafe")
        if isinstance(found, DictionaryObject):
            self._check_dictionary(found)
            if isinstance(found, StreamObject):
                self._check_stream(found)
            for value in dict.values(found):
                self._look(value, depth + 1)
        elif isinstance(found, ArrayObject):
            for value in list.__iter__(found):
                self._look(value, depth + 1)

    def _check_dictionary(self, found: Any) -> None:
        if not _CARRIERS.isdisjoint(found):
            raise Bad("unsafe")
        if _name(found, "/S") in _ACTIONS or _name(found, "/Subtype") in _SUBTYPES:
            raise Bad("unsafe")
        if _name(found, "/Type") == "/EmbeddedFile":
            raise Bad("unsafe")
        if "/AA" in found:
            events = found["/AA"].get_object()
            for event in dict.values(events) if isinstance(events, dict) else ():
                self._check_opening(event, set())

    def _check_opening(self, action: Any, seen: set[int]) -> None:
        """What happens on opening, and what is chained to it (12.6.2), only moves within the document."""
        action = None if action is None else action.get_object()
        if isinstance(action, list) and seen:
            for one in action:
                self._check_opening(one, seen)
            return
        if not isinstance(action, dict) or id(action) in seen:
            return  # a place in the document; or seen already
        seen.add(id(action))
        kind = _name(action, "/S")
        if kind is not None and kind not in _ON_OPENING:
            raise Bad("unsafe")
        if "/Next" in action:
            self._check_opening(action["/Next"], seen)

    def _check_pages(self, node: Any, seen: set[int], depth: int) -> None:
        """The tree of pages is a tree (7.7.3)."""
        node = node.get_object()
        if not isinstance(node, dict):
            raise Bad("unreadable")
        if id(node) in seen or depth > _DEEPEST:
            raise Bad("unsafe")
        seen.add(id(node))
        if "/Kids" not in node:
            return
        for kid in node["/Kids"].get_object():
            self._check_pages(kid, seen, depth + 1)

    def _check_stream(self, stream: Any) -> None:
        if "/F" in stream:
            raise Bad("unsafe")  # its data are in another file
        filters = _filters(stream)
        if len(filters) > _MOST_FILTERS or sum(name in _FLATE for name in filters) > 1:
            raise Bad("unsafe")
        is_picture = _name(stream, "/Subtype") == "/Image"
        most = self._picture_size(stream) if is_picture else _LARGEST_STREAM
        if filters and filters[0] in _FLATE:
            try:
                size = inflated_size(stream._data, most)
            except OutOfBounds:
                raise Bad("unsafe") from None
            except zlib.error:
                size = 0  # damaged: what shows of it is the renderer's to say
        elif filters and _PICTURE_FILTERS.isdisjoint(filters):
            size = len(stream.get_data())
        else:
            size = len(stream._data)
        if not is_picture:
            self._unpacked += size
            if self._unpacked > _LARGEST_ALL:
                raise Bad("unsafe")
        if _name(stream, "/Type") == "/ObjStm":
            refuse_names(stream.get_data())

    def _picture_size(self, stream: Any) -> int:
        width, height = (stream.get(key, 0) for key in ("/Width", "/Height"))
        width, height = int(width.get_object() if width else 0), int(height.get_object() if height else 0)
        if width < 0 or height < 0 or width * height > self._bounds.pixels:
            raise Bad("unsafe")
        return width * height * _BYTES_PER_PIXEL + height + _MB


def _name(found: Any, key: str) -> str | None:
    value = dict.get(found, key)
    value = None if value is None else value.get_object()
    return str(value) if isinstance(value, str) else None


def _filters(stream: Any) -> tuple[str, ...]:
    value = dict.get(stream, "/Filter")
    value = None if value is None else value.get_object()
    if isinstance(value, list):
        return tuple(str(one.get_object()) for one in value)
    return () if value is None else (str(value),)
