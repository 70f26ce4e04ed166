"""Letters that are a page of labels and values: a checked e-signature (E3), an application, a payment (W3, W4, W8).

Unlike the letters about a booking, a page is written in its person's language when it is asked for, and lies in the
outbox as it will be read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Final, Literal, get_args

from kiosk.clock import Instant
from kiosk.language import text
from kiosk.names import Language
from kiosk.post.body import Block, Details, Paragraph, Title, one_line
from kiosk.post.facts import UnusableFacts
from kiosk.post.letters import EXAMPLE_MARK, Envelope, begin_message, finish_message, sender_address, small_print

PageKind = Literal["readiness", "application", "payment", "certificate"]
PAGE_KINDS: Final[tuple[PageKind, ...]] = get_args(PageKind)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a page. `name` is ours, never one that a person gave; `media_type` as "application/pdf"."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class PageFacts:
    """A page as it is read: its title, a sentence or a few, and labels with their values."""

    title: str
    notes: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    attachment: Attachment | None = None

    def __repr__(self) -> str:
        return "PageFacts(…)"

    def to_json(self) -> str:
        """The text for the outbox's column `facts`."""
        values: dict[str, Any] = {"title": self.title, "notes": self.notes, "rows": self.rows}
        if (file := self.attachment) is not None:
            content = base64.b64encode(file.content).decode("ascii")
            values["attachment"] = {"name": file.name, "media_type": file.media_type, "content": content}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> PageFacts:
        """The page of an outbox row.

        Raises:
            UnusableFacts: the text is not what `to_json` writes.
        """
        try:
            values: dict[str, Any] = json.loads(written)
            rows = tuple((str(label), str(value)) for label, value in values["rows"])
            return cls(
                str(values["title"]),
                tuple(str(note) for note in values["notes"]),
                rows,
                _attachment(values.get("attachment")),
            )
        except (ValueError, TypeError, KeyError):
            # the cause would carry the row's values into a log (K6)
            raise UnusableFacts("the row's page cannot be read") from None


def _attachment(written: Mapping[str, str] | None) -> Attachment | None:
    if written is None:
        return None
    return Attachment(written["name"], written["media_type"], base64.b64decode(written["content"], validate=True))


@dataclass(frozen=True, slots=True, repr=False)
class PageLetter:
    """One page to send: an outbox row with its facts read."""

    language: Language
    recipient: str
    facts: PageFacts
    message_id: str
    written: Instant


def compose_page(letter: PageLetter, sender: str, *, example: bool = False) -> EmailMessage:
    """The page as a mail message: text and HTML, and the file that goes with it.

    Args:
        letter: what to tell to whom.
        sender: the From address, plain or with a name.
        example: whether it comes from a station with example data and has to say so.

    Raises:
        UnusableAddress: an address cannot stand in a header.
    """
    facts, language = letter.facts, letter.language
    blocks: list[Block] = []
    if example:
        blocks.append(Paragraph(f"{EXAMPLE_MARK}. {text(language, 'letter.example')}"))
    blocks.append(Title(one_line(facts.title)))
    blocks += [Paragraph(note) for note in facts.notes]
    if facts.rows:
        blocks.append(Details(tuple((one_line(label), one_line(value)) for label, value in facts.rows)))
    blocks.append(small_print(language))
    subject = f"{EXAMPLE_MARK} – {one_line(facts.title)}" if example else one_line(facts.title)
    envelope = Envelope(subject, language, letter.recipient, letter.message_id, letter.written)
    message = begin_message(envelope, sender_address(sender), tuple(blocks))
    if (file := facts.attachment) is not None:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    finish_message(message, language)
    return message
