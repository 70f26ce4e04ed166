"""A PDF's outside: where it begins and ends, and names that stand in it plainly (W9).

Viewers mend damaged files, each in its own way, and then see objects that another does not. So dangerous names are
looked for in the raw bytes too, whatever the table of objects says; ISO 32000-2.
"""

from __future__ import annotations

import re
from typing import Final

from kiosk.water.documents.kinds import BLANKS, is_pdf_start
from kiosk.water.documents.verdict import Bad

_END: Final = b"%%EOF"
_MOST_BEHIND: Final = 1024
_OBJECT: Final = re.compile(rb"\s*\d{1,10}\s+\d{1,5}\s+obj\b")
_DELIMITED: Final = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
_DANGEROUS: Final = (
    b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment", b"RichMedia", b"RichMediaContent",
    b"RichMediaExecute", b"GoToE", b"GoToR", b"SubmitForm", b"ImportData", b"Rendition", b"XFA",
)  # fmt: skip
"""Names long enough not to stand in compressed data by chance; /JS and the like are found in the objects."""
_NAMES: Final = re.compile(rb"/(?:" + b"|".join(_DANGEROUS) + rb")" + _DELIMITED)
_DISGUISED: Final = re.compile(rb"/[A-Za-z]{0,20}#[0-9A-Fa-f]{2}[A-Za-z#0-9]{0,60}")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_outside(data: bytes) -> None:
    """Check beginning, end and plain names.

    Raises:
        Bad: cut off: unreadable; more than a PDF, or a dangerous name: unsafe.
    """
    if not is_pdf_start(data):
        raise Bad("unsafe")
    at = data.rfind(_END)
    if at < 0:
        raise Bad("unreadable")
    rest = data[at + len(_END) :]
    if len(rest) > _MOST_BEHIND or rest.strip(BLANKS + b"\x1a"):
        # a file with an older revision, or one made for the web, has an end in its middle too
        raise Bad("unreadable" if _OBJECT.match(rest) else "unsafe")
    refuse_names(data)


def refuse_names(data: bytes) -> None:
    """Look for dangerous names, also such with letters written as #xx (7.3.5).

    Raises:
        Bad: unsafe; one was found.
    """
    if _NAMES.search(data):
        raise Bad("unsafe")
    for found in _DISGUISED.finditer(data):
        plain = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), found[0])
        if plain != found[0] and _NAMES.match(plain):
            raise Bad("unsafe")
