"""Electronic certificates (arayış) of twelve months: issued with a number, mailed, printed, checked by their QR (W8).

What a certificate says is kept, without a name; the PDF is not: it is drawn from the statement, with the same bytes for
the same statement.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from db import certificates as rows
from db import outbox
from db.certificates import CertificateRow
from db.year_counters import next_number
from kiosk.acts import Acts, Unit
from kiosk.clock import HOUR, Instant, in_baku, to_datetime
from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.applicant import problem, tidy
from kiosk.names import Language
from kiosk.post.mailed_pages import HourOfStation
from kiosk.settings import Settings
from kiosk.water import references
from kiosk.water.certificate_papers import certificate_page, certificate_slip
from kiosk.water.certificate_text import CertificateText, certificate_text
from kiosk.water.facts import Certificate, Statement
from kiosk.water.money import qapik_of, to_manat

if TYPE_CHECKING:
    from hardware.ports import PrinterState, Slip


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says, for whoever holds it and checks it. Amounts in manat."""

    number: str
    subscriber: str
    issued_at: datetime
    first_month: str
    last_month: str
    invoiced: Decimal
    paid: Decimal
    debt: Decimal


class _Issued(NamedTuple):
    number: str
    issued_at: Instant
    check_code: str


class Certificates:
    """Issues certificates and tells real ones from others.

    Args:
        acts: runs what changes something.
        settings: the operator's name, the public address, whether data are invented.
        paper: prints a slip for an act, as the audit calls it; None where there is no printer.
    """

    def __init__(
        self, acts: Acts, settings: Settings, paper: Callable[[str, Slip], PrinterState] | None = None
    ) -> None:
        self._acts = acts
        self._settings = settings
        self._paper = paper
        self._mailed = HourOfStation(settings)

    def issue(self, key: str, statement: Statement, language: Language) -> Certificate:
        """Issue the certificate of a statement.

        Args:
            key: names this act; a repeat gets the same certificate, to the byte.
            statement: what it says.
            language: the reader's.

        Raises:
            Unavailable: the database is away; nothing was issued.
            hardware.printer.drawing.FontMissing: this machine lacks the font (fonts-dejavu-core); nothing was issued.
        """
        from hardware.printer.drawing import find_fonts

        find_fonts()
        subscriber = statement.subscriber.code
        first, last = statement.months[0].month, statement.months[-1].month
        sums = {
            "invoiced": qapik_of(statement.invoiced),
            "paid": qapik_of(statement.paid),
            "debt": qapik_of(statement.debt),
        }

        def do(unit: Unit) -> _Issued:
            unit.detail = subscriber
            year = in_baku(unit.now).year
            number = f"A-{year}-{next_number(unit.connection, 'certificate', year):06d}"
            issued = _Issued(number, unit.now, references.new_reference())
            row = CertificateRow(
                number=number,
                subscriber=subscriber,
                issued_at=unit.now,
                station=unit.station,
                first_month=first,
                last_month=last,
                check_code=issued.check_code,
                **sums,
            )
            rows.keep(unit.connection, row)
            return issued

        asked = {"subscriber": subscriber, "shown": statement.shown, "as_of": statement.as_of.isoformat()}
        request = asked | sums | {"months": [first, last], "language": language}
        issued = self._acts.perform("issue_certificate", key, request, do, _IssuedForm(subscriber))
        return self._drawn(issued, statement, language)

    def mail(self, key: str, certificate: Certificate, email: str, language: Language) -> None:
        """Mail a certificate; so many an hour to an address and from this station, as other pages.

        Raises:
            BadRequest: the address is none.
            SlowDown: too many in the last hour; nothing was sent.
            Unavailable: the database is away; nothing was sent.
        """
        if problem("email", email) is not None:
            raise BadRequest("email", "email")
        recipient = tidy("email", email)
        most = self._settings.limits.pages_per_email

        def do(unit: Unit) -> None:
            unit.detail = certificate.number
            sent = outbox.sent_to(unit.connection, recipient, "certificate", unit.now - HOUR)
            if len(sent) >= most:
                raise SlowDown(to_datetime(sent[-most] + HOUR))
            self._mailed.count(unit.now)
            unit.post_page("certificate", language, recipient, certificate_page(certificate, language))

        request = {"certificate": certificate.number, "email": recipient, "language": language}
        self._acts.perform("mail_certificate", key, request, do, _NothingForm(certificate.number))

    def print_slip(self, certificate: Certificate, statement: Statement, language: Language) -> PrinterState:
        """Print its summary and QR on the ticket printer; "ok", or what is wrong. Blocks while it prints.

        Raises:
            Unavailable: it was printed or not, but the database is away and cannot be told.
        """
        if self._paper is None:
            return "unplugged"
        written = self._text(certificate, statement, language)
        return self._paper("print_certificate", certificate_slip(written, example=self._settings.example.data))

    def check(self, number: str, check_code: str) -> CertificateFacts | None:
        """What a certificate says, to who has its number and check code; None for any other pair.

        Raises:
            Unavailable: the database is away.
        """
        code = references.read(check_code)
        if code is None:
            return None
        with self._acts.reading() as (connection, _):
            row = rows.by_number(connection, number, code)
        if row is None or not hmac.compare_digest(row.check_code, code):
            return None
        return CertificateFacts(
            number=row.number,
            subscriber=row.subscriber,
            issued_at=to_datetime(row.issued_at),
            first_month=row.first_month,
            last_month=row.last_month,
            invoiced=to_manat(row.invoiced),
            paid=to_manat(row.paid),
            debt=to_manat(row.debt),
        )

    def check_url(self, certificate: Certificate) -> str:
        """Where a phone checks the certificate; "" where there is no public address."""
        public = self._settings.web.public_url.rstrip("/")
        return f"{public}/check?n={certificate.number}&c={certificate.check_code}" if public else ""

    def qr_text(self, certificate: Certificate) -> str:
        """What stands in its QR: the address, or number and check code."""
        return self.check_url(certificate) or f"{certificate.number} {certificate.check_code}"

    def _drawn(self, issued: _Issued, statement: Statement, language: Language) -> Certificate:
        from kiosk.water.certificate_pdf import render

        issued_at = to_datetime(issued.issued_at)
        bare = Certificate(issued.number, issued_at, pages=0, pdf=b"", check_code=issued.check_code)
        written = self._text(bare, statement, language)
        pdf, pages = render(written, issued_at, example=self._settings.example.data)
        digest = hashlib.sha256(pdf).hexdigest()
        return Certificate(issued.number, issued_at, pages, pdf, digest, issued.check_code)

    def _text(self, certificate: Certificate, statement: Statement, language: Language) -> CertificateText:
        return certificate_text(
            statement,
            certificate.number,
            certificate.issued_at,
            self.qr_text(certificate),
            certificate.check_code,
            operator=self._settings.water.operator,
            language=language,
        )


class _IssuedForm:
    """Stores number, instant and check code."""

    def __init__(self, subscriber: str) -> None:
        self._subscriber = subscriber

    def store(self, result: _Issued) -> dict[str, Any]:
        return result._asdict()

    def read(self, unit: Unit, stored: dict[str, Any]) -> _Issued:
        unit.detail = self._subscriber
        return _Issued(**stored)


class _NothingForm:
    """Stores that it was done."""

    def __init__(self, number: str) -> None:
        self._number = number

    def store(self, result: None) -> dict[str, Any]:
        return {}

    def read(self, unit: Unit, stored: dict[str, Any]) -> None:
        unit.detail = self._number
