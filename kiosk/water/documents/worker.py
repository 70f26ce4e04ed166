"""The jail from within: one file, one look, one short answer (W9).

    python -m kiosk.water.documents.worker MEMORY < PACKET

The packet is a line of JSON (what is asked) and the file's bytes. The answer is the line "ready" when everything is
loaded, then a line of JSON, then the pixels of a preview. Between the two this process cannot open a file, a socket or
a library, write a file, start a process, or use more than its memory and processor time.
"""

from __future__ import annotations

import json
import logging
import math
import os
import resource
import signal
import sys
import warnings
from typing import Any, Final, cast

from kiosk.water.documents import foreign, pdf_objects, pdf_outside, pdf_pages, pictures
from kiosk.water.documents.kinds import known
from kiosk.water.documents.verdict import Bad, Bounds
from kiosk.water.facts import MediaType

READY: Final = b"ready\n"
_LONGEST_LINE: Final = 1000
_TO_START: Final = 60
"""Seconds after which a start that hangs ends itself, should nobody kill it."""


def main() -> None:
    """Look at one file."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    signal.alarm(_TO_START)
    logging.disable()
    warnings.simplefilter("ignore")
    asked, data = _packet()
    media_type = known(asked["media_type"])
    _prepare(media_type)
    os.write(1, READY)
    signal.alarm(2 * asked["seconds"])
    _limit(resource.RLIMIT_NOFILE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CPU, math.ceil(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + asked["seconds"])
    answer, pixels = _answer(asked, media_type, data)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + pixels)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing of the file is tidied away: that would run its libraries once more


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def _packet() -> tuple[dict[str, Any], bytes]:
    whole = sys.stdin.buffer.read()
    end = whole.index(b"\n", 0, _LONGEST_LINE)
    return json.loads(whole[:end]), whole[end + 1 :]


def _prepare(media_type: MediaType) -> None:
    pictures.prepare()
    if media_type == "application/pdf":
        pdf_objects.prepare()
        pdf_pages.prepare()


def _answer(asked: dict[str, Any], media_type: MediaType, data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if asked["do"] == "preview":
            pages, drawn = _preview(asked, media_type, data)
            return {"pages": pages, "size": [drawn.width, drawn.height]}, drawn.pixels
        return {"pages": _check(asked, media_type, data)}, b""
    except Bad as bad:
        return {"why": bad.why, "found": bad.found}, b""
    except (MemoryError, RecursionError):
        return {"why": "unsafe"}, b""
    except Exception:  # the libraries say in a hundred ways that a file is damaged
        return {"why": "unreadable"}, b""


def _check(asked: dict[str, Any], media_type: MediaType, data: bytes) -> int:
    bounds = Bounds(pages=asked["pages"], pixels=asked["pixels"])
    foreign.refuse_foreign(data, media_type)
    if media_type != "application/pdf":
        return pictures.check(data, media_type == "image/png", bounds)
    pdf_outside.check_outside(data)
    pdf_objects.check_objects(data, bounds)
    return pdf_pages.check_pages(data, bounds)


def _preview(asked: dict[str, Any], media_type: MediaType, data: bytes) -> tuple[int, pictures.Drawn]:
    width, height = cast(tuple[int, int], tuple(asked["box"]))
    if media_type != "application/pdf":
        return 1, pictures.preview(data, media_type == "image/png", width, height)
    pages, image = pdf_pages.preview(data, asked["page"], width, height)
    return pages, pictures.fitted(image, width, height)


if __name__ == "__main__":
    main()
