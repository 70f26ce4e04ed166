"""The pages as HTML: one sheet of text in the reader's language, without scripts and without anything from elsewhere.

Every value is escaped. A phone's browser may be old: plain HTML 5, one column, large type, a button as wide as the
screen, and colours that follow the phone's light or dark setting.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Final

from kiosk.language import clock, text
from kiosk.names import LANGUAGES, Language
from kiosk.water.uploads import UploadPage

FIELD: Final = "document"
"""The form field with the file."""
_ORGANISATION: Final = "ASAN xidmət"
_MB: Final = 1_000_000

_STYLE: Final = """
:root{color-scheme:light dark;--paper:#fff;--ground:#edeff1;--ink:#16202b;--dim:#4b5660;--key:#005faf;--on:#fff;
--bad:#8f1d14;--bad-paper:#fdecea}
@media (prefers-color-scheme:dark){:root{--paper:#1a222b;--ground:#10161c;--ink:#eef2f5;--dim:#b6c1cb;--key:#8cc4ff;
--on:#0b1a29;--bad:#ffb4a9;--bad-paper:#3b1512}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:1.125rem/1.5 system-ui,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.25rem;background:var(--paper);min-height:100vh}
.by{margin:0 0 1.5rem;color:var(--dim)}
h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.25}
p{margin:0 0 1rem}
.refused{padding:1rem;border-inline-start:.4rem solid var(--bad);background:var(--bad-paper);color:var(--bad);
font-weight:600}
.dim{color:var(--dim)}
.number{font-size:3.5rem;font-weight:700;letter-spacing:.5rem;text-align:center}
label{display:block;margin:0 0 .5rem;font-weight:600}
input{display:block;width:100%;margin:0 0 1rem;padding:1rem;border:2px dashed var(--dim);border-radius:.5rem;
font:inherit;color:inherit;background:transparent}
input::file-selector-button{min-height:2.75rem;margin-inline-end:1rem;padding:.5rem 1rem;border:2px solid var(--key);
border-radius:.5rem;background:transparent;color:var(--key);font:inherit;font-weight:600}
button,.button{display:block;width:100%;margin:0 0 1rem;padding:1rem;border:0;border-radius:.5rem;
background:var(--key);color:var(--on);font:inherit;font-weight:700;text-align:center;text-decoration:none}
input:focus-visible,button:focus-visible,a:focus-visible{outline:4px solid var(--ink);outline-offset:2px}
dl{margin:0 0 1rem}
dt{color:var(--dim)}
dd{margin:0 0 .75rem;font-weight:600}
"""

_STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a document may be, as the page says it."""

    most_bytes: int
    pages: int


def megabytes(language: Language, size: int, *, up: bool = False) -> str:
    """A size in MB with one decimal where it has one: 10, 12,3. `up` never makes a file look as if it fitted."""
    tenth = Decimal(size) / _MB
    written = tenth.quantize(Decimal("0.1"), rounding="ROUND_UP" if up else ROUND_HALF_UP)
    if written == written.to_integral_value():
        return f"{written:.0f}"
    return f"{written}".replace(".", "." if language == "en" else ",")


def language_of(accepted: str | None, default: Language) -> Language:
    """The first of our languages that a browser asks for (RFC 9110, 12.5.4), or the default."""
    wanted: list[tuple[float, int, Language]] = []
    for position, entry in enumerate((accepted or "")[:500].split(",")):
        tag, _, quality = entry.strip().partition(";q=")
        short = tag.strip().lower().partition("-")[0]
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wanted += [(-weight, position, language) for language in LANGUAGES if language == short and weight > 0]
    return min(wanted)[2] if wanted else default


def upload_form(page: UploadPage, limits: Limits, refused: str | None = None) -> str:
    """The page of a living upload.

    Args:
        page: what it is about.
        limits: what is said of the file before it is chosen.
        refused: why the last file was not taken, as it is read; the form stands under it.
    """
    language = page.language
    said = {"limit": megabytes(language, limits.most_bytes), "pages": str(limits.pages)}
    body = [
        _heading(text(language, "web.upload.title")),
        _paragraph(text(language, f"web.upload.{page.role}")),
        f'<p class="refused" role="alert">{_lines(refused)}</p>' if refused else "",
        '<form method="post" enctype="multipart/form-data">',
        f'<label for="{FIELD}">{_lines(text(language, "web.upload.choose"))}</label>',
        f'<input type="file" id="{FIELD}" name="{FIELD}" required aria-describedby="limits"'
        ' accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png">',
        f'<p class="dim" id="limits">{_lines(text(language, "web.upload.limits", **said))}</p>',
        f'<button type="submit">{_lines(text(language, "web.upload.send"))}</button>',
        "</form>",
        f'<p class="dim">{_lines(text(language, "web.upload.wait"))}<br>'
        f"{_lines(text(language, 'web.upload.until', time=clock(page.ends_at)))}</p>",
    ]
    return _page(language, text(language, "web.upload.title"), "\n".join(part for part in body if part))


def message(language: Language, key: str) -> str:
    """A page that says one thing: the text `key`, which begins with "web.", under that of its title."""
    title = text(language, f"web.{key.removeprefix('web.')}.title")
    return _page(language, title, _heading(title) + "\n" + _paragraph(text(language, key)))


def told(language: Language, said: str, number: str = "") -> str:
    """A page of one text, its first line as the heading, with a number in large type under it."""
    heading, _, rest = said.partition("\n")
    body = [_heading(heading)]
    if rest:
        body.append(_paragraph(rest))
    if number:
        body.append(f'<p class="number">{escape(number)}</p>')
    return _page(language, heading, "\n".join(body))


def link(language: Language, said: str, label: str, address: str) -> str:
    """A page of one text, its first line as the heading, with a link that looks like a button.

    The other lines are one sentence, which a phone breaks where its own lines end.
    """
    heading, _, rest = said.partition("\n")
    body = [_heading(heading)]
    if rest:
        body.append(_paragraph(rest.replace("\n", " ")))
    body.append(f'<a class="button" rel="noreferrer" href="{escape(address)}">{escape(label)}</a>')
    return _page(language, heading, "\n".join(body))


def facts(language: Language, title: str, said: str, rows: Mapping[str, str]) -> str:
    """A page with labels and their values."""
    listed = "\n".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows.items())
    return _page(language, title, f"{_heading(title)}\n{_paragraph(said)}\n<dl>\n{listed}\n</dl>")


def _page(language: Language, title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="by">{_ORGANISATION}</p>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _heading(said: str) -> str:
    return f"<h1>{_lines(said)}</h1>"


def _paragraph(said: str) -> str:
    return f"<p>{_lines(said)}</p>"


def _lines(said: str) -> str:
    return "<br>".join(escape(line) for line in said.split("\n"))
