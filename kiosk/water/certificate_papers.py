"""A certificate beside its PDF: the letter that carries it, and its summary on the ticket printer (W8)."""

from __future__ import annotations

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipPart, SlipQr, SlipRule, SlipTitle
from kiosk.language import text
from kiosk.names import Language
from kiosk.post.letters import EXAMPLE_MARK
from kiosk.post.page import Attachment, PageFacts
from kiosk.water.certificate_text import CertificateText
from kiosk.water.facts import Certificate


def certificate_page(certificate: Certificate, language: Language) -> PageFacts:
    """The letter with the PDF. It names nobody: who may read the PDF is who opens it.

    Args:
        certificate: an issued one.
        language: the reader's.
    """
    file = Attachment(f"{certificate.number}.pdf", "application/pdf", certificate.pdf)
    return PageFacts(
        title=text(language, "certificate.title"),
        notes=(text(language, "certificate.letter.note"),),
        rows=((text(language, "certificate.number"), certificate.number),),
        attachment=file,
    )


def certificate_slip(certificate: CertificateText, *, example: bool = False) -> Slip:
    """Its summary for the ticket printer: the facts, the sums of twelve months, and the QR.

    Args:
        certificate: what stands on it.
        example: whether it is made of example data.
    """
    marks: tuple[SlipPart, ...] = (SlipMark(EXAMPLE_MARK),) if example else ()
    sums = zip(certificate.head[1:], certificate.totals[1:], strict=True)
    return Slip(
        (
            *marks,
            SlipTitle(certificate.title),
            SlipNote(certificate.operator),
            SlipNote(certificate.subtitle),
            SlipRule(),
            *(SlipFact(label, value) for label, value in certificate.facts),
            *(SlipNote(note) for note in certificate.notes),
            SlipRule(),
            *(SlipFact(label, value) for label, value in sums),
            SlipFact(*certificate.balance),
            SlipQr(certificate.qr),
            *(SlipNote(line) for line in certificate.check_lines),
        )
    )
