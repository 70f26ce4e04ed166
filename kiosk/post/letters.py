"""The letters about a booking: what each says, in the person's language, as a finished mail message (Q6, Q7, Q8, C2).

The message of one outbox row is the same byte for byte however often it is written: its Date is the instant of the
change, its Message-ID lies in the row, and even its boundaries follow from that. So a letter that has to be sent twice
is recognised as one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Final, assert_never

from kiosk.clock import Instant, baku_day, in_baku
from kiosk.language import clock, day_month, day_year_weekday, text
from kiosk.names import Language
from kiosk.post.body import Block, Code, Details, Paragraph, Picture, SmallPrint, Title, as_html, as_text, one_line
from kiosk.post.calendar_file import BookedEvent, Method, calendar_file
from kiosk.post.facts import LetterFacts, LetterKind

EXAMPLE_MARK: Final = "NÜMUNƏ"
"""What everything made of example data wears, in every language."""

_ORGANISATION: Final = "ASAN xidmət"
_QR_BORDER: Final = 4
_QR_DOTS_PER_MODULE: Final = 6
_CALENDAR_NAME: Final = "asan-xidmet.ics"


class UnusableAddress(Exception):
    """The sender's or the recipient's address is none. The text says whose, and not the address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to write: an outbox row with its facts read. `message_id` has its angle brackets."""

    kind: LetterKind
    language: Language
    recipient: str
    facts: LetterFacts
    message_id: str
    written: Instant

    def __repr__(self) -> str:
        return f"Letter({self.kind!r}, …)"


def compose(letter: Letter, sender: str, *, example: bool = False) -> EmailMessage:
    """The letter as a mail message: text and HTML, with the QR's picture and the calendar file where they belong.

    Args:
        letter: what to tell to whom.
        sender: the From address, plain or with a name: `ASAN xidmət <noreply@example.az>`.
        example: whether the letter is made of example data and has to say so.

    Raises:
        UnusableFacts: a fact that this kind must tell is missing.
        UnusableAddress: an address cannot stand in a header.
    """
    letter.facts.check(letter.kind)
    from_address = sender_address(sender)
    blocks = _blocks(letter, example)
    subject = _subject(letter, example)
    envelope = Envelope(subject, letter.language, letter.recipient, letter.message_id, letter.written)
    message = begin_message(envelope, from_address, blocks)
    picture = next((block for block in blocks if isinstance(block, Picture)), None)
    if picture is not None and letter.facts.qr is not None:
        _add_picture(message, picture, letter.facts.qr)
    method = _calendar_method(letter.kind)
    if method is not None:
        _add_calendar_file(message, letter, method, from_address)
    finish_message(message, letter.language)
    return message


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """What stands around a letter's content, whatever it tells."""

    subject: str
    language: Language
    recipient: str
    message_id: str
    written: Instant


def begin_message(envelope: Envelope, sender: Address, blocks: tuple[Block, ...]) -> EmailMessage:
    """A message with its headers and its content as text and HTML.

    Raises:
        UnusableAddress: the recipient's address cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = envelope.subject
    message["From"] = sender
    message["To"] = _address("", envelope.recipient, "recipient")
    message["Date"] = in_baku(envelope.written).replace(microsecond=0)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable keeps ASCII lines readable as they lie in the file and passes every server unchanged.
    message.set_content(as_text(blocks), cte="quoted-printable")
    html = as_html(envelope.language, envelope.subject, blocks)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def finish_message(message: EmailMessage, language: Language) -> None:
    """Say the language, and make the message the same byte for byte however often it is written."""
    message["Content-Language"] = language  # last: setting a content clears the headers about it
    _fix_boundaries(message)


def sender_address(sender: str) -> Address:
    """The From address, plain or with a name.

    Raises:
        UnusableAddress: it cannot stand in a header.
    """
    return _address(*parseaddr(sender), "sender")


def small_print(language: Language) -> SmallPrint:
    """What stands under every letter."""
    return SmallPrint((_ORGANISATION, text(language, "letter.call"), text(language, "letter.automatic")))


def _address(name: str, plain: str, whose: str) -> Address:
    try:
        if not plain.isascii():
            raise ValueError
        return Address(display_name=name, addr_spec=plain)
    except (ValueError, IndexError, MessageError):
        # The standard library's errors quote the address, which belongs in no log (K6).
        raise UnusableAddress(f"the {whose}'s address is not one") from None


def _subject(letter: Letter, example: bool) -> str:
    language, facts = letter.language, letter.facts
    key = f"letter.{letter.kind}.subject"
    match letter.kind:
        case "code" | "hold_ended":
            subject = text(language, key)
        case _:
            subject = text(language, key, date=day_month(language, baku_day(facts.time)), time=_clock(facts.time))
    return f"{EXAMPLE_MARK} – {subject}" if example else subject


def _clock(instant: Instant) -> str:
    return clock(in_baku(instant))


def _blocks(letter: Letter, example: bool) -> tuple[Block, ...]:
    """The whole content, from the mark of an example to the small print."""
    language = letter.language
    head: list[Block] = []
    if example:
        head.append(Paragraph(f"{EXAMPLE_MARK}. {text(language, 'letter.example')}"))
    head.append(Paragraph(text(language, "letter.greeting", given_name=one_line(letter.facts.given_name))))
    return (*head, *_middle(letter), small_print(language))


def _middle(letter: Letter) -> tuple[Block, ...]:
    language, facts = letter.language, letter.facts
    match letter.kind:
        case "code":
            return _code(language, facts)
        case "confirmed":
            return (
                Title(text(language, "letter.confirmed.title")),
                *_order(language, facts),
                Paragraph(text(language, "letter.bring_code")),
                Paragraph(text(language, "letter.change")),
                Paragraph(text(language, "letter.calendar_attached")),
            )
        case "moved":
            return (
                Title(text(language, "letter.moved.title")),
                Paragraph(text(language, "letter.moved.same_code")),
                *_order(language, facts),
                Paragraph(text(language, "letter.calendar_attached")),
            )
        case "cancelled":
            return (
                Title(text(language, "letter.cancelled.title")),
                _details(language, facts),
                Paragraph(text(language, "letter.cancelled.code_over")),
                Paragraph(text(language, "letter.book_again")),
            )
        case "hold_ended":
            if facts.wrong_codes is None:
                why = text(language, "letter.hold_ended.not_in_time")
            else:
                why = text(language, "letter.hold_ended.wrong_codes", count=facts.wrong_codes)
            return (
                Title(text(language, "letter.hold_ended.subject")),
                Paragraph(why),
                _details(language, facts),
                Paragraph(text(language, "letter.book_again")),
            )
        case "closure":
            return _closure(language, facts)
        case "reopened":
            return (
                Title(text(language, "letter.reopened.title")),
                Paragraph(text(language, "letter.reopened.stands")),
                _details(language, facts),
            )
    assert_never(letter.kind)


def _closure(language: Language, facts: LetterFacts) -> tuple[Block, ...]:
    """C2: why the booked hour was closed, and what to do: another hour, with order code and FİN, or a new booking."""
    what_to_do: tuple[Block, ...]
    if facts.order_code is not None:
        what_to_do = (
            Paragraph(text(language, "letter.closure.kept")),
            Paragraph(text(language, "letter.closure.move")),
            Code(text(language, "letter.order_code"), one_line(facts.order_code)),
        )
    else:
        what_to_do = (Paragraph(text(language, "letter.closure.hold_over")),)
    return (
        Title(text(language, "letter.closure.title")),
        *what_to_do,
        _details(language, facts),
    )


def _code(language: Language, facts: LetterFacts) -> tuple[Block, ...]:
    """Q6, Q8: the code, until when the hour is kept, and how to come back to it."""
    return (
        Title(text(language, "letter.code.title")),
        Code(text(language, "letter.confirmation_code"), one_line(facts.confirmation_code or "")),
        Paragraph(
            f"{text(language, 'letter.code.kept', time=_clock(facts.held_until or 0))}\n"
            f"{text(language, 'letter.code.unconfirmed')}"
        ),
        Paragraph(f"{text(language, 'hold.come_back')}\n{text(language, 'letter.code.where')}"),
        _details(language, facts),
        Paragraph(text(language, "letter.code.not_you")),
    )


def _order(language: Language, facts: LetterFacts) -> tuple[Block, ...]:
    """Q7, Q9: the order code, its QR, when and where, and the latest arrival in words."""
    order_code = one_line(facts.order_code or "")
    return (
        Code(text(language, "letter.order_code"), order_code),
        Picture("order-qr@asan-kiosk", f"{text(language, 'letter.qr')}: {order_code}"),
        _details(language, facts),
        Paragraph(text(language, "result.arrive_until", time=_clock(facts.arrive_until or 0))),
        Paragraph(text(language, "letter.arrive_from", opens=_moment(language, facts.arrive_from or 0))),
        Paragraph(text(language, "letter.show_qr")),
    )


def _moment(language: Language, instant: Instant) -> str:
    date = day_year_weekday(language, baku_day(instant))
    return text(language, "letter.when_value", date=date, time=_clock(instant))


def _details(language: Language, facts: LetterFacts) -> Details:
    rows = [("letter.when", _moment(language, facts.time))]
    if facts.reason is not None:
        rows.insert(0, ("letter.closure.reason", facts.reason.of(language)))
    if facts.earlier_time is not None:
        rows.append(("letter.earlier_time", _moment(language, facts.earlier_time)))
    rows += [
        ("letter.service", facts.service.of(language)),
        ("letter.centre", facts.centre.of(language)),
        ("letter.address", facts.address.of(language)),
        ("letter.reference", facts.booking),
    ]
    return Details(tuple((text(language, key), one_line(value)) for key, value in rows))


def _add_picture(message: EmailMessage, picture: Picture, digits: str) -> None:
    html = message.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("the letter has no HTML part for its picture")
    html.add_related(
        qr_picture(digits),
        maintype="image",
        subtype="png",
        cid=f"<{picture.content_id}>",
        disposition="inline",
        filename="qr.png",
    )


def qr_picture(digits: str) -> bytes:
    """The order's QR as a PNG: level M, a border of 4 modules."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.pil import PilImage

    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=_QR_DOTS_PER_MODULE, border=_QR_BORDER, image_factory=PilImage
    )
    code.add_data(digits)
    buffer = io.BytesIO()
    code.make_image().save(buffer, format="PNG")
    return buffer.getvalue()


def _calendar_method(kind: LetterKind) -> Method | None:
    match kind:
        case "confirmed" | "moved":
            return "PUBLISH"
        case "cancelled":
            return "CANCEL"
        case "code" | "hold_ended" | "closure" | "reopened":
            return None
    assert_never(kind)


def _add_calendar_file(message: EmailMessage, letter: Letter, method: Method, sender: Address) -> None:
    language, facts = letter.language, letter.facts
    lines = [f"{text(language, 'letter.order_code')}: {one_line(facts.order_code or '')}"]
    if facts.arrive_until is not None:
        lines.append(text(language, "result.arrive_until", time=_clock(facts.arrive_until)))
    event = BookedEvent(
        booking=facts.booking,
        sequence=facts.sequence,
        starts=facts.time,
        written=letter.written,
        summary=f"{_ORGANISATION}: {one_line(facts.service.of(language))}",
        location=f"{one_line(facts.centre.of(language))}, {one_line(facts.address.of(language))}",
        description="\n".join(lines),
        organizer_name=sender.display_name or _ORGANISATION,
        organizer_address=sender.addr_spec,
    )
    message.add_attachment(
        calendar_file(event, method),
        subtype="calendar",
        cte="base64",
        params={"method": method},
        filename=_CALENDAR_NAME,
    )


def _fix_boundaries(message: EmailMessage) -> None:
    """Boundaries from the Message-ID instead of chance; base64 and quoted-printable cannot hold `=_`, which they do."""
    stem = sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{stem}_{number}")


def is_outdated(letter: Letter, now: Instant) -> bool:
    """Whether a letter tells what is no longer so: a code whose hour is not kept any more, an hour that has passed."""
    if letter.kind in ("closure", "reopened"):
        return letter.facts.time <= now
    held_until = letter.facts.held_until
    return letter.kind == "code" and held_until is not None and held_until <= now
