"""Letters that are a page of labels and values: what a check of an e-signature found (E3).

Unlike the letters about a booking, a page is written in its person's language when it is asked for, and lies in the
outbox as it will be read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Any, Final, Literal, get_args

from kiosk.clock import Instant
from kiosk.language import text
from kiosk.names import Language
from kiosk.post.body import Block, Details, Paragraph, Title, one_line
from kiosk.post.facts import UnusableFacts
from kiosk.post.letters import EXAMPLE_MARK, Envelope, begin_message, finish_message, sender_address, small_print

PageKind = Literal["readiness"]
PAGE_KINDS: Final[tuple[PageKind, ...]] = get_args(PageKind)


@dataclass(frozen=True, slots=True, repr=False)
class PageFacts:
    """A page as it is read: its title, a sentence or a few, and labels with their values."""

    title: str
    notes: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "PageFacts(…)"

    def to_json(self) -> str:
        """The text for the outbox's column `facts`."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> PageFacts:
        """The page of an outbox row.

        Raises:
            UnusableFacts: the text is not what `to_json` writes.
        """
        try:
            values: dict[str, Any] = json.loads(written)
            rows = tuple((str(label), str(value)) for label, value in values["rows"])
            return cls(str(values["title"]), tuple(str(note) for note in values["notes"]), rows)
        except (ValueError, TypeError, KeyError):
            # the cause would carry the row's values into a log (K6)
            raise UnusableFacts("the row's page cannot be read") from None


@dataclass(frozen=True, slots=True, repr=False)
class PageLetter:
    """One page to send: an outbox row with its facts read."""

    language: Language
    recipient: str
    facts: PageFacts
    message_id: str
    written: Instant


def compose_page(letter: PageLetter, sender: str, *, example: bool = False) -> EmailMessage:
    """The page as a mail message: text and HTML.

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
    finish_message(message, language)
    return message
