"""What a file is by its first bytes and by its name: all that is looked at outside the jail (W9)."""

from __future__ import annotations

from typing import Final, cast, get_args

from kiosk.water.facts import MediaType

ENDINGS: Final[dict[str, MediaType]] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
PDF_HEADER: Final = b"%PDF-"
MOST_BEFORE: Final = 16
"""Blanks and a byte order mark that may stand before a PDF's header; ISO 32000-2, 7.5.2 wants none."""
BLANKS: Final = b"\0\t\n\f\r "
_HIDDEN: Final = (".", "~", "$")
_SYSTEM: Final = frozenset(
    {"system volume information", "$recycle.bin", "recycler", "recycled", "lost+found", "thumbs.db", "desktop.ini"}
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_WHERE_VIEWERS_LOOK: Final = 1024
"""Viewers take a file for a PDF when its header stands within so many bytes."""


def by_content(data: bytes) -> MediaType | None:
    """The media type that the first bytes tell, or None; a PDF header behind something else counts too."""
    if data.startswith(_JPEG):
        return "image/jpeg"
    if data.startswith(_PNG):
        return "image/png"
    if PDF_HEADER in data[:_WHERE_VIEWERS_LOOK]:
        return "application/pdf"
    return None


def by_ending(name: str) -> MediaType | None:
    """The media type that a file's name promises, in any case, or None."""
    stem, dot, ending = name.rpartition(".")
    if not (stem and dot and ending.isascii()):
        return None
    return ENDINGS.get(ending.lower())


def is_hidden(name: str) -> bool:
    """Whether a file or folder is one that systems hide, or leave on a stick for themselves."""
    return name.startswith(_HIDDEN) or name.lower() in _SYSTEM


def is_pdf_start(data: bytes) -> bool:
    """Whether nothing but blanks and a byte order mark stand before the header."""
    at = data.find(PDF_HEADER, 0, MOST_BEFORE + len(PDF_HEADER))
    return at >= 0 and not data[:at].removeprefix(_BYTE_ORDER_MARK).strip(BLANKS)


def known(text: str) -> MediaType:
    """A media type read back from a text that was written here.

    Raises:
        ValueError: it is none of ours.
    """
    if text not in get_args(MediaType):
        raise ValueError("no media type of a document")
    return cast(MediaType, text)
