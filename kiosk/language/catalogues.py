"""The catalogues as files: a `.po` that people write, and the `.mo` beside it that is loaded.

The build loads this file by its path (`hatch_build.py`), so it imports nothing of ours. A catalogue whose `.mo` was
made of the very same `.po` is left alone; times of files are not looked at, because installing a wheel makes them all
anew.
"""

from __future__ import annotations

import hashlib
import io
import os
from gettext import GNUTranslations
from pathlib import Path

DIGEST_CONTEXT = "catalogue"
DIGEST_MESSAGE = "digest of the source"
"""Under this context and message a `.mo` keeps the digest of the `.po` it was made of."""


def digest_of(source: bytes) -> str:
    """What identifies one state of a `.po` file."""
    return hashlib.sha256(source).hexdigest()


def compiled(source: bytes, language: str) -> bytes:
    """The bytes of the `.mo` for the bytes of a `.po`.

    Raises:
        ValueError: the source is not a well-formed catalogue.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(io.BytesIO(source), locale=language, charset="utf-8", abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{language}.po, line {error.lineno + 1}: {error}") from error
    catalogue.add(DIGEST_MESSAGE, digest_of(source), context=DIGEST_CONTEXT)
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def _is_fresh(ready: Path, source: bytes) -> bool:
    try:
        with ready.open("rb") as file:
            return GNUTranslations(file).pgettext(DIGEST_CONTEXT, DIGEST_MESSAGE) == digest_of(source)
    except (OSError, ValueError, UnicodeError):
        return False


def compile_all(folder: Path) -> list[Path]:
    """Compile every `.po` in `folder` whose `.mo` is missing or made of something else.

    Returns:
        The `.mo` files written, none when all were fresh.

    Raises:
        ValueError: a source is not a well-formed catalogue.
        OSError: a file cannot be read or written.
    """
    made = []
    for written in sorted(folder.glob("*.po")):
        source = written.read_bytes()
        ready = written.with_suffix(".mo")
        if _is_fresh(ready, source):
            continue
        # Whole or not at all: another station may be starting from the same tree.
        part = ready.with_suffix(f".mo.{os.getpid()}")
        part.write_bytes(compiled(source, written.stem))
        part.replace(ready)
        made.append(ready)
    return made
