"""Trials of printer, scanner, mail and short messages (M3)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipQr, SlipRule, SlipTitle
from kiosk.care.facts import TrialLine, moment
from kiosk.care.printer_words import PRINTER_KEYS
from kiosk.care.words import said
from kiosk.clock import machine_now, to_datetime
from kiosk.errors import Unavailable
from kiosk.language import Language, text
from kiosk.post.body import Block, Details, Paragraph, Title
from kiosk.post.delivery import Delivery, NotDelivered
from kiosk.post.letters import Envelope, UnusableAddress, begin_message, finish_message, sender_address, small_print
from kiosk.post.sms import SmsDelivery, UnusableNumber, as_facts, message_of
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.station import Station

SCAN_DIGITS: Final = "9876543210" * 19 + "9"
"""What the test code holds: as many digits as an order's QR, and more than any order's 79 bytes can be."""


def print_ticket(station: Station, language: Language) -> Iterator[TrialLine]:
    """Print a ticket that looks like none: every letter of the languages, a QR and the time."""
    begun = time.perf_counter()
    try:
        outcome = station.print_test(test_slip(language, station.settings.station.name))
    except Unavailable:
        took = (time.perf_counter() - begun) * 1000
        yield TrialLine("warning", "care.trial.not_audited", milliseconds=took)
        return
    took = (time.perf_counter() - begun) * 1000
    if not outcome.printed:
        yield TrialLine("fault", PRINTER_KEYS[outcome.state], {"name": station.settings.printer.device}, took)
        return
    yield TrialLine("good" if outcome.confirmed else "warning", _PRINTED[outcome.confirmed], milliseconds=took)


_PRINTED: Final = {True: "care.trial.printed", False: "care.trial.handed_over"}


def test_slip(language: Language, station: str) -> Slip:
    """What the test ticket shows; its QR is what the scanner's trial waits for."""
    return Slip(
        (
            SlipMark(text(language, "care.slip.mark")),
            SlipTitle(text(language, "care.slip.title")),
            SlipNumber(text(language, "care.slip.number"), "A-0000"),
            SlipQr(SCAN_DIGITS),
            SlipRule(),
            SlipNote("AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz"),
            SlipNote("АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя"),
            SlipNote("0123456789 ₼ № “ ” « » — –", strong=True),
            SlipRule(),
            SlipFact(text(language, "care.slip.station"), station),
            SlipFact(text(language, "care.slip.time"), moment(language, to_datetime(machine_now()))),
        )
    )


def scanned(code: str) -> Iterator[TrialLine]:
    """Compare what the scanner typed with the test code; nothing of another code is told but how it differs."""
    if code == SCAN_DIGITS:
        yield TrialLine("good", "care.trial.scanned", {"count": len(code)})
    elif not (code.isascii() and code.isdigit()):
        yield TrialLine("fault", "care.trial.scanned_no_digits", {"count": len(code)})
    elif len(code) != len(SCAN_DIGITS):
        yield TrialLine("fault", "care.trial.scanned_length", {"count": len(code), "number": len(SCAN_DIGITS)})
    else:
        yield TrialLine("warning", "care.trial.scanned_other", {"count": len(code)})


def mail(settings: Settings, delivery: Delivery, address: str, language: Language) -> Iterator[TrialLine]:
    """Send a letter to an address, past the outbox, and tell what became of it. Nothing keeps the address."""
    begun = time.perf_counter()
    try:
        envelope = Envelope(
            subject=text(language, "care.mail.subject"),
            language=language,
            recipient=address.strip(),
            message_id=f"<{secrets.token_hex(16)}@asan-kiosk>",
            written=machine_now(),
        )
        blocks: tuple[Block, ...] = (
            Title(text(language, "care.mail.subject")),
            Paragraph(text(language, "care.mail.text")),
            Details(((text(language, "care.slip.station"), settings.station.name),)),
            small_print(language),
        )
        message = begin_message(envelope, sender_address(settings.mail.sender), blocks)
        finish_message(message, language)
    except UnusableAddress:
        yield TrialLine("fault", "care.trial.mail_address")
        return
    try:
        delivery.deliver(message, address.strip())
    except NotDelivered as error:
        took = (time.perf_counter() - begun) * 1000
        yield TrialLine("fault", "care.trial.mail_failed", {"what": said(str(error))}, took)
        return
    key = "care.trial.mail_folder" if settings.mail.transport == "maildir" else "care.trial.mail_sent"
    yield TrialLine("good", key, milliseconds=(time.perf_counter() - begun) * 1000)


def sms(settings: Settings, way_out: SmsDelivery, phone: str, language: Language) -> Iterator[TrialLine]:
    """Send a message to a number, past the outbox, and tell what the gateway answered. Nothing keeps the number."""
    begun = time.perf_counter()
    try:
        told = text(language, "care.trial.sms_text", station=settings.station.name)
        message_id = f"<{secrets.token_hex(16)}@asan-kiosk>"
        message = message_of(message_id, phone, as_facts(told), machine_now(), example=settings.example.data)
    except UnusableNumber:
        yield TrialLine("fault", "care.trial.sms_number")
        return
    try:
        way_out.send(message)
    except NotDelivered as error:
        took = (time.perf_counter() - begun) * 1000
        yield TrialLine("fault", "care.trial.sms_failed", {"what": said(str(error))}, took)
        return
    key = "care.trial.sms_folder" if settings.sms_transport == "folder" else "care.trial.sms_sent"
    yield TrialLine("good", key, milliseconds=(time.perf_counter() - begun) * 1000)
