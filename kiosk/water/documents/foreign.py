"""Other formats hidden in a document: what another program would take the same bytes for (W9).

A polyglot is harmless to us and not to whoever opens it with the other program. Programs that look for their own mark
behind the beginning (ZIP from the end, HTML and PHP anywhere, PDF within a kilobyte) are the ones that matter. Each
mark is long enough that compressed pictures hold it by chance less than once in ten thousand files of 10 MB.
"""

from __future__ import annotations

import re
from typing import Final

from kiosk.water.documents.kinds import PDF_HEADER
from kiosk.water.documents.verdict import Bad
from kiosk.water.facts import MediaType

_TEXT: Final = re.compile(
    rb"<script[\s>/]|<html[\s>]|<!doctype\s+html|<\?php|<svg\s|<iframe[\s>]|<hta:application|javascript:|vbscript:"
    rb"|[\n;]#!/(?:usr/)?bin/|%!ps-adobe-\d|mime-version:\s*1\.",
    re.IGNORECASE,
)
_BINARY: Final = re.compile(
    rb"PK\x03\x04[\x0a-\x3f][\x00-\x0b]..[\x00-\x63]\x00"  # ZIP, and what is one: office documents, programs in Java
    rb"|PK\x05\x06\x00\x00\x00\x00..[\x00-\xff]{10}"
    rb"|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MSCF\x00\x00\x00\x00"
    rb"|PE\x00\x00(?:\x4c\x01|\x64\x86|\x64\xaa|\xc4\x01)"
    rb"|\x7fELF[\x01\x02][\x01\x02]\x01"
    rb"|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE: older office documents, installers
    re.DOTALL,
)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_AT: Final = ((257, b"ustar"), (0x8001, b"CD001"))
"""Tape archives and disc images begin with bytes that may be anything."""


def refuse_foreign(data: bytes, media_type: MediaType) -> None:
    """Look for the marks of other formats.

    Raises:
        Bad: unsafe; one was found.
    """
    if _TEXT.search(data) or _BINARY.search(data) or any(data.startswith(mark, at) for at, mark in _AT):
        raise Bad("unsafe")
    if data.count(PDF_HEADER) > (media_type == "application/pdf"):
        raise Bad("unsafe")
    if data.count(_PNG) > (media_type == "image/png"):
        raise Bad("unsafe")
