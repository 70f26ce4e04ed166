"""One content, two forms: the blocks of a letter written as plain text and as HTML.

A block holds texts as people read them; escaping is the HTML writer's business alone, and no value can open a line of
its own in the text part, because every value is made one line first (`one_line`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Final


@dataclass(frozen=True, slots=True)
class Title:
    """What the letter is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One thought, in the lines its text has."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be read and typed: its label above it, and alone on its line."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Details:
    """Labels with their values, the panel "Məlumat" as a list."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that lies in the letter under `content_id`; only the HTML form can show it."""

    content_id: str
    alternative: str


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """What stands under every letter."""

    lines: tuple[str, ...]


Block = Title | Paragraph | Code | Details | Picture | SmallPrint

_PAGE: Final = "margin:0;padding:24px 12px;background:#EDEFF1;color:#16202B;font-family:Arial,Helvetica,sans-serif"
_SHEET: Final = "max-width:560px;margin:0 auto;padding:24px;background:#FFFFFF;font-size:16px;line-height:1.5"
_CODE: Final = "margin:4px 0 16px;font:bold 32px/1.2 'Courier New',monospace;letter-spacing:4px;color:#005FAF"
_LABEL: Final = (
    "padding:4px 16px 4px 0;color:#4B5660;vertical-align:top;white-space:nowrap;text-align:left;font-weight:normal"
)


def one_line(value: str) -> str:
    """`value` on one line, without control signs and without signs that turn the direction of the text around it."""
    visible = (" " if sign.isspace() else sign for sign in value)
    return " ".join("".join(sign for sign in visible if unicodedata.category(sign)[0] != "C").split())


def as_text(blocks: tuple[Block, ...]) -> str:
    """The plain text part."""
    return "\n\n".join(written for block in blocks if (written := _block_as_text(block))) + "\n"


def _block_as_text(block: Block) -> str:
    match block:
        case Title(text) | Paragraph(text):
            return text
        case Code(label, value):
            return f"{label}:\n\n{value}"
        case Details(rows):
            return "\n".join(f"{label}: {value}" for label, value in rows)
        case SmallPrint(lines):
            return "\n".join(("-- ", *lines))  # the mail world's own mark of a signature
        case Picture():
            return ""


def as_html(language: str, title: str, blocks: tuple[Block, ...]) -> str:
    """The HTML part: one page with its styles in place, because mail readers drop style sheets."""
    body = "\n".join(_block_as_html(block) for block in blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'</head>\n<body style="{_PAGE}">\n<div style="{_SHEET}">\n{body}\n</div>\n</body>\n</html>\n'
    )


def _block_as_html(block: Block) -> str:
    match block:
        case Title(text):
            return f'<h1 style="margin:0 0 16px;font-size:22px">{_lines(text)}</h1>'
        case Paragraph(text):
            return f'<p style="margin:0 0 16px">{_lines(text)}</p>'
        case Code(label, value):
            return f'<p style="margin:0;color:#4B5660">{escape(label)}</p>\n<p style="{_CODE}">{escape(value)}</p>'
        case Details(rows):
            cells = "\n".join(
                f'<tr><th scope="row" style="{_LABEL}">{escape(label)}</th>'
                f'<td style="padding:4px 0"><b>{escape(value)}</b></td></tr>'
                for label, value in rows
            )
            return f'<table style="margin:0 0 16px;border-collapse:collapse">\n{cells}\n</table>'
        case Picture(content_id, alternative):
            return f'<p style="margin:0 0 16px"><img src="cid:{escape(content_id)}" alt="{escape(alternative)}"></p>'
        case SmallPrint(lines):
            written = "<br>".join(escape(line) for line in lines)
            return f'<p style="margin:24px 0 0;font-size:13px;color:#4B5660">{written}</p>'


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
