"""Puts measured tables where the documents have a place for them, so that nobody copies figures by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[1] / "docs"


def put(name: str, text: str, folder: Path = DOCS) -> list[Path]:
    """Put a text between `<!-- bench: NAME -->` and the next `<!-- end -->` of every page that has these lines.

    Args:
        name: the place's.
        text: Markdown, without an empty line at either end.
        folder: where the pages are.

    Returns:
        The pages that had such a place.
    """
    place = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    changed = []
    for page in sorted(folder.glob("*.md")):
        before = page.read_text("utf-8")
        after, found = place.subn(lambda at: f"{at[1]}\n{text}\n\n{at[2]}", before)
        if found:
            page.write_text(after, "utf-8")
            changed.append(page)
    return changed
