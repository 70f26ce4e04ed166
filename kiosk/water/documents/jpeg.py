"""The segments of a JPEG file (ITU-T T.81, annex B), walked before anything decodes it (W9)."""

from __future__ import annotations

import re
from typing import Final

from kiosk.water.documents.kinds import BLANKS
from kiosk.water.documents.verdict import Bad

_START: Final = 0xD8
_END: Final = 0xD9
_SCAN: Final = 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TAKEN_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive with Huffman codes: what cameras and scanners write."""
_APP2: Final = 0xE2
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_MOST_SCANS: Final = 100
"""Ten are usual; each makes a decoder go over the whole picture once more."""
_MOST_SEGMENTS: Final = 4096
_MOST_PICTURES: Final = 8
_MOST_PADDING: Final = 65_536
_CAMERA_TAIL: Final = 65_536


def check_jpeg(data: bytes, pixels: int) -> None:
    """Walk all segments of a file.

    Phones write more than one picture into a file (CIPA DC-007, "Multi-Picture Format": HDR gain maps) and one maker
    a small table behind it; these are taken, anything else behind the end is not.

    Args:
        data: the file.
        pixels: how many a picture in it may have.

    Raises:
        Bad: truncated or damaged: unreadable; a bomb, or more than a JPEG: unsafe.
    """
    at, has_more = _picture(data, 0, pixels)
    for _ in range(_MOST_PICTURES):
        at = _padding(data, at)
        if not (has_more and data.startswith(b"\xff\xd8\xff", at)):
            break
        at, _has_more = _picture(data, at, pixels)
    rest = data[at:]
    if not rest or (len(rest) <= _CAMERA_TAIL and rest.endswith(b"SEFT") and b"SEFH" in rest):
        return
    raise Bad("unsafe")


def _padding(data: bytes, at: int) -> int:
    end = min(len(data), at + _MOST_PADDING)
    while at < end and data[at] in BLANKS:
        at += 1
    return at


def _picture(data: bytes, at: int, pixels: int) -> tuple[int, bool]:
    """Walk one picture; where it ends, and whether it says that others follow."""
    at += 2
    frames = scans = 0
    has_more = False
    for _ in range(_MOST_SEGMENTS):
        at, marker = _marker(data, at)
        if marker == _END:
            if not (frames and scans):
                raise Bad("unreadable")
            return at, has_more
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2])
        body = data[at + 2 : at + length]
        if length < 2 or at + length > len(data) or marker == _START:
            raise Bad("unreadable")
        at += length
        if marker in _FRAMES:
            frames += 1
            _check_frame(marker, body, pixels, frames)
        elif marker == _SCAN:
            scans += 1
            if scans > _MOST_SCANS:
                raise Bad("unsafe")
            at = _behind_scan(data, at)
        elif marker == _APP2 and body.startswith(b"MPF\0"):
            has_more = True
    raise Bad("unsafe")


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The next marker, with fill bytes before it (B.1.1.2), and where it ends."""
    if data[at : at + 1] != b"\xff":
        raise Bad("unreadable")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise Bad("unreadable")
    return at + 1, data[at]


def _check_frame(marker: int, body: bytes, pixels: int, frames: int) -> None:
    if frames > 1:
        raise Bad("unsafe")
    if marker not in _TAKEN_FRAMES or len(body) < 6:
        raise Bad("unreadable")
    height, width, components = int.from_bytes(body[1:3]), int.from_bytes(body[3:5]), body[5]
    if body[0] != 8 or components not in (1, 3, 4) or not (width and height) or len(body) != 6 + 3 * components:
        raise Bad("unreadable")
    if width * height > pixels:
        raise Bad("unsafe")


def _behind_scan(data: bytes, at: int) -> int:
    found = _MARKER.search(data, at)
    if found is None:
        raise Bad("unreadable")
    return found.start()
