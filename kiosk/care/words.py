"""What other rooms say in English of lists, answers, letters, printers and cards, as messages of the catalogues.

Those rooms write English, for the log. A technician reads it on the glass too: whatever they can say is a message of
the catalogues in the three languages. What a system or a device says of itself stays as it came.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.cards import status_words
from kiosk.care.facts import Fact, Message

_SENTENCES: Final = {
    # kiosk/signature/network.py, and what the system says of a connection or a file
    "no answer in time": "late",
    "no time was left": "no_time",
    "the address is neither http nor https": "scheme",
    "the answer is too large": "too_large",
    "Connection refused": "refused",
    "Connection reset by peer": "broken_off",
    "RemoteDisconnected": "broken_off",
    "Name or service not known": "no_name",
    "No address associated with hostname": "no_name",
    "Temporary failure in name resolution": "no_name",
    "Network is unreachable": "no_network",
    "No route to host": "no_network",
    "No space left on device": "disk_full",
    "Permission denied": "no_permission",
    "Read-only file system": "read_only",
    # kiosk/signature/revocation.py
    "larger than 32 MiB": "list_large",
    "not a revocation list": "list_none",
    "its issuer is not in the trust folder": "list_issuer",
    "its signature is not of its issuer": "list_signature",
    "its issuer may not sign lists": "list_use",
    "it does not say when the next one comes": "list_next",
    "indirect lists and lists of some reasons only are not used here": "list_kind",
    "a part named relative to its issuer is not used here": "list_part",
    # kiosk/signature/ocsp.py
    "the answer is to another question": "other_question",
    "the answer is about another certificate": "other_certificate",
    "the answer is from the future": "answer_future",
    "the answer is too old": "answer_old",
    "the responder does not know the certificate": "certificate_unknown",
    "the responder was not certified by the issuer": "responder_issuer",
    "the responder is not certified for answering": "responder_use",
    "the responder's certificate is out of its time": "responder_time",
    "nobody tells whether the responder's certificate is revoked": "responder_revocation",
    "the signature is not of the responder": "responder_signature",
    "the responder's certificate is missing": "responder_missing",
    # kiosk/signature/trust.py
    "there is no revocation list": "no_list",
    "OCSP is switched off": "ocsp_off",
    "the certificate names no OCSP responder": "ocsp_no_address",
    "the OCSP responder failed a moment ago": "ocsp_left_alone",
    # kiosk/production.py
    "the database holds example data": "example_data",
    "[trust] folder holds the invented authorities of the example data": "example_trust",
    # kiosk/post/smtp.py
    "the file with the mail password cannot be read": "mail_password",
    "others can read the file with the mail password": "mail_open",
    "the mail user or password has letters beyond ASCII": "mail_letters",
    "the server takes no address with letters beyond ASCII": "mail_address",
    "the mail server's certificate is not trusted": "mail_certificate",
    "TLS with the mail server failed": "mail_tls",
    "the mail server lacks what the settings ask for (STARTTLS or a login)": "mail_lacks",
    "the mail server closed the connection": "mail_closed",
    "the mail server does not answer": "mail_late",
    "the mail server refuses the connection": "refused",
    # kiosk/post/sms*.py
    "the SMS server does not answer": "sms_late",
    "the SMS server closed the connection": "sms_closed",
    "the SMS server ended the conversation": "sms_closed",
    "the SMS server speaks another language": "sms_other",
    "the SMS server's certificate is not trusted": "sms_certificate",
    "TLS with the SMS server failed": "sms_tls",
    "the SMS server refuses the connection": "refused",
    "the file with the SMS password cannot be read": "sms_password",
    "others can read the file with the SMS password": "sms_open",
    "others can read the file with the SMS gateway's token": "sms_open",
    "the SMS password has letters beyond ASCII": "sms_letters",
    "the file with the SMS gateway's token cannot be read": "sms_password",
    "the file with the SMS gateway's token holds no token": "sms_password",
    "the phone number is not one": "sms_number",
    # hardware/printer
    "the printer is not plugged in": "printer_unplugged",
    "the printer takes no more data": "printer_full",
    "the printer ended the connection": "printer_ended",
    "the printer cannot be claimed": "printer_claimed",
    "no USB printer is plugged in": "printer_unplugged",
    # hardware/cards/vendor/modules.py
    "the module's process ended by itself": "module_ended",
    "a list of tokens that is none: killed": "module_list",
}
_SHAPES: Final = tuple(
    (re.compile(shape), name)
    for shape, name in (
        (r"not reached: (?P<what>.+)", "not_reached"),
        (r"the server answered (?P<number>\d+)", "answered"),
        (r"(?:the answer )?cannot be read: (?P<what>.+)", "unreadable"),
        (r"a critical extension is not known here: (?P<what>[\d.]+)", "list_extension"),
        (r"fetched lists cannot be written: (?P<what>.+)", "not_written"),
        (r"the responder answered (?P<what>\w+)", "responder_answered"),
        (r"the revocation list is from the future \((?P<what>.+)\)", "list_future"),
        (r"the revocation list is of (?P<what>.+) and too old", "list_old"),
        (r"OCSP: (?P<what>.+)", "ocsp"),
        (r"recipient refused: SMTP (?P<number>\d+)", "mail_recipient"),
        (r"letter refused: SMTP (?P<number>\d+)", "mail_letter"),
        (r"the mail server refused the login: SMTP (?P<number>\d+)", "mail_login"),
        (r"the mail server refused us: SMTP (?P<number>\d+)", "mail_refused"),
        (r"the mail server cannot be reached: (?P<what>.+)", "mail_not_reached"),
        (r"the Maildir cannot be written: (?P<what>.+)", "not_written"),
        (r"the SMS (?:server|gateway) refused the (?:login|token): (?P<what>.+)", "sms_login"),
        (r"the SMS server refused us: (?P<what>.+)", "sms_refused"),
        (r"the SMS (?:server|gateway) takes no more just now: (?P<what>.+)", "sms_busy"),
        (r"message refused: (?P<what>.+)", "sms_message"),
        (r"the SMS server cannot be reached: (?P<what>.+)", "not_reached"),
        (r"the SMS gateway answered HTTP (?P<number>\d+)", "answered"),
        (r"the SMS gateway: (?P<what>.+)", "sms_gateway"),
        (r"the folder of short messages cannot be written: (?P<what>.+)", "not_written"),
        # hardware/pcsc/service.py; what stands in brackets is the process's own
        (r"the worker process could not be started: (?P<what>.+)", "worker_not_started"),
        (r"the worker process did not answer in time and was ended (?P<what>\(.+)", "worker_hung"),
        (r"the worker process ended (?P<what>\(.+)", "worker_ended"),
        # hardware/cards/vendor/modules.py
        (r"the module cannot be loaded: (?P<what>.+)", "module_load"),
        (r"the module crashed at (?P<what>.+)", "module_crashed"),
        (r"the module failed at (?P<what>.+)", "module_failed"),
        # two that are told together
        (r"(?P<what>.+?); (?P<more>.+)", "both"),
    )
)
ERRORS: Final = frozenset(
    {
        "service_down", "access_denied", "reader_gone", "card_gone", "card_reset", "card_busy", "card_mute",
        "card_unknown", "card_fault", "not_supported", "pin_wrong", "pin_blocked", "pin_format", "pin_refused",
        "pin_must_change", "entry_cancelled", "entry_timeout",
    }
)  # fmt: skip
"""Every `error` of a `CardError` has a message."""


def said(english: str | None) -> Fact:
    """A sentence of another room as a message; as it came where it is a system's or a device's own."""
    if not english:
        return Message("care.why.untold")
    name = _SENTENCES.get(english)
    if name is not None:
        return Message("care.why." + name)
    for shape, name in _SHAPES:
        if found := shape.fullmatch(english):
            return Message("care.why." + name, {key: said(value) for key, value in found.groupdict().items()})
    return english


def card_error(error: str) -> Fact:
    """An `error` of a `CardError` in words."""
    return Message("care.error." + error) if error in ERRORS else error


def service_name(service: str) -> Fact:
    """What a reader service is called."""
    return Message("care.service.simulated") if service == "simulated" else service


def status_word(status: int) -> Message | None:
    """What a status word means; None where nobody expected it."""
    row = status_words.row(status)
    return Message("care.status." + row.pattern.lower()) if row is not None else None
