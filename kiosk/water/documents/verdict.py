"""How a look into a file ends inside the jail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal["too_many_pages", "unreadable", "unsafe"]


class Bad(Exception):
    """The file cannot be taken: why, and for pages how many were found."""

    def __init__(self, why: Why, found: int | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.found = found


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one file may be."""

    pages: int
    pixels: int
    """Of one picture, a PDF's among them."""
