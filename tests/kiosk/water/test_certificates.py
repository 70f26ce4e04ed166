"""Certificates: issued with a number, kept without a name, mailed, printed, and checked by whoever holds one (W8)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from hardware.ports import PrinterState, Slip, SlipFact, SlipMark, SlipNote, SlipQr
from kiosk.errors import BadRequest, KeyReused, SlowDown
from kiosk.water.certificates import Certificates
from tests.kiosk.water.cash_desk import audited
from tests.kiosk.water.statements import MONTHS, SUBSCRIBER, statement
from tests.stations import START, MakeTrial, Trial, moment, new_key

PUBLIC = {"public_url": "https://su.example.az/"}


def _certificates(trial: Trial) -> Certificates:
    return Certificates(trial.station.acts, trial.station.settings)


def test_a_certificate_has_a_number_of_its_year(trial: Trial) -> None:
    """W8: numbered by the year in Baku, without gap; the same key gives the same certificate to the byte."""
    certificates = _certificates(trial)
    first = certificates.issue("key", statement(), "az")
    assert (first.number, first.issued_at, first.pages) == ("A-2026-000001", moment(START), 1)
    trial.at("2026-12-31 23:59:59")
    assert certificates.issue("key", statement(), "az") == first
    assert certificates.issue(new_key(), statement(), "ru").number == "A-2026-000002"
    trial.at("2027-01-01 00:00")
    assert certificates.issue(new_key(), statement(), "en").number == "A-2027-000001"
    assert audited(trial, "issue_certificate") == ["done"] * 3


def test_another_statement_under_a_key_is_refused(trial: Trial) -> None:
    """A key names one act: other figures are another certificate."""
    certificates = _certificates(trial)
    certificates.issue("key", statement(), "az")
    for other, language in ((statement("16.01"), "az"), (statement(), "ru"), (statement(shown="figures"), "az")):
        with pytest.raises(KeyReused):
            certificates.issue("key", other, language)  # type: ignore[arg-type]


def test_who_holds_it_can_check_it(trial: Trial) -> None:
    """W8: number and check code tell what it says; any other pair tells nothing."""
    certificates = _certificates(trial)
    issued, other = (certificates.issue(new_key(), statement(), "az") for _ in range(2))
    told = certificates.check(issued.number, issued.check_code.lower())
    assert told is not None
    assert (told.number, told.subscriber, told.issued_at) == (issued.number, SUBSCRIBER.code, issued.issued_at)
    assert (told.first_month, told.last_month) == (MONTHS[0], MONTHS[-1])
    assert (told.invoiced, told.paid, told.debt) == (Decimal("13579.50"), Decimal("154.00"), Decimal("16.00"))
    for number, code in (
        (issued.number, other.check_code), (issued.number, ""), (issued.number, "ə" * 12),
        ("A-2026-000009", issued.check_code), ("", issued.check_code),
    ):  # fmt: skip
        assert certificates.check(number, code) is None


def test_nobody_is_named_in_what_is_kept(trial: Trial) -> None:
    """K6: neither in the certificate's row nor in the audit, the stored answer and the outbox's columns."""
    certificates = _certificates(trial)
    certificates.mail(new_key(), certificates.issue(new_key(), statement(), "az"), "aygun@example.az", "az")
    tables = ("certificates", "audit", "answers")
    kept = str([trial.query(f"SELECT * FROM {table}") for table in tables])  # noqa: S608 - names from above
    for told in (SUBSCRIBER.surname, SUBSCRIBER.fin, SUBSCRIBER.address, "aygun@example.az"):
        assert told not in kept
    assert SUBSCRIBER.surname not in repr(certificates.issue(new_key(), statement(), "az"))


def test_its_qr_is_an_address_where_there_is_one(make_trial: MakeTrial) -> None:
    """Without a public address number and check code stand in it."""
    inside = _certificates(make_trial())
    issued = inside.issue(new_key(), statement(), "az")
    assert inside.check_url(issued) == ""
    assert inside.qr_text(issued) == f"{issued.number} {issued.check_code}"
    public = _certificates(make_trial(web=PUBLIC))
    address = f"https://su.example.az/check?n={issued.number}&c={issued.check_code}"
    assert public.check_url(issued) == public.qr_text(issued) == address


def test_it_is_mailed_with_the_pdf(make_trial: MakeTrial, tmp_path: Path) -> None:
    """W8: one letter a key, with the very bytes; the letter itself names nobody."""
    trial = make_trial(mail={"transport": "maildir"})
    certificates = _certificates(trial)
    issued = certificates.issue(new_key(), statement(), "az")
    for _ in range(2):
        certificates.mail("mail", issued, "Aygun@Example.az", "az")
    (letter,) = (tmp_path / "mail" / "new").iterdir()
    message = message_from_bytes(letter.read_bytes(), policy=default)
    (file,) = message.iter_attachments()
    assert (file.get_content(), file.get_filename()) == (issued.pdf, "A-2026-000001.pdf")
    assert file.get_content_type() == "application/pdf"
    assert "Elektron arayış" in str(message["Subject"])
    body = message.get_body(("plain",))
    assert body is not None
    assert SUBSCRIBER.surname not in body.get_content()


def test_mail_is_limited_and_addresses_are_checked(make_trial: MakeTrial) -> None:
    """Nobody is flooded in the company's name."""
    trial = make_trial(limits={"pages_per_email": 2})
    certificates = _certificates(trial)
    issued = certificates.issue(new_key(), statement(), "az")
    with pytest.raises(BadRequest):
        certificates.mail(new_key(), issued, "nobody", "az")
    for _ in range(2):
        certificates.mail(new_key(), issued, "aygun@example.az", "az")
    with pytest.raises(SlowDown) as refused:
        certificates.mail(new_key(), issued, "aygun@example.az", "az")
    assert refused.value.retry_at == moment("2026-11-20 10:00")
    certificates.mail(new_key(), issued, "other@example.az", "az")
    trial.at("2026-11-20 10:00")
    certificates.mail(new_key(), issued, "aygun@example.az", "az")
    assert len(trial.letters()) == 4


def test_a_station_mails_no_more_than_its_limit(make_trial: MakeTrial) -> None:
    """Whoever stands at a kiosk cannot write to the whole town in the company's name."""
    trial = make_trial(limits={"pages_per_station": 2})
    certificates = _certificates(trial)
    issued = certificates.issue(new_key(), statement(), "az")
    for number in range(2):
        certificates.mail(f"mail {number}", issued, f"person{number}@example.az", "az")
    with pytest.raises(SlowDown) as refused:
        certificates.mail(new_key(), issued, "person2@example.az", "az")
    assert refused.value.retry_at == moment("2026-11-20 10:00")
    certificates.mail("mail 0", issued, "person0@example.az", "az")
    trial.at("2026-11-20 10:00")
    certificates.mail(new_key(), issued, "person2@example.az", "az")
    assert len(trial.letters()) == 3


def test_a_balance_larger_than_any_payment_is_certified(trial: Trial) -> None:
    """W8: sums have no limit but the paper's width; a single payment has."""
    owing = replace(statement(), debt=Decimal("300000000.01"))
    issued = _certificates(trial).issue(new_key(), owing, "az")
    found = _certificates(trial).check(issued.number, issued.check_code)
    assert found is not None
    assert found.debt == owing.debt


def test_its_summary_is_printed(make_trial: MakeTrial) -> None:
    """W8: number, sums, debt and the QR on the ticket printer; what is wrong with it is told."""
    slips: list[Slip] = []

    def paper(act: str, slip: Slip) -> PrinterState:
        assert act == "print_certificate"
        slips.append(slip)
        return "no_paper"

    trial = make_trial(web=PUBLIC, example={"data": True})
    certificates = Certificates(trial.station.acts, trial.station.settings, paper)
    issued = certificates.issue(new_key(), statement(), "az")
    assert certificates.print_slip(issued, statement(), "az") == "no_paper"
    parts = slips[0].parts
    facts = {part.label: part.value for part in parts if isinstance(part, SlipFact)}
    assert facts["Arayışın nömrəsi"] == issued.number
    assert facts["Faktura, AZN"] == "13.579,50"
    assert facts["Qalıq borc (20.11.2026, 09:00)"] == "16,00\N{NO-BREAK SPACE}AZN"
    assert [part.digits for part in parts if isinstance(part, SlipQr)] == [certificates.check_url(issued)]
    assert SlipMark("NÜMUNƏ") in parts
    assert SlipNote(f"Yoxlama kodu: {issued.check_code}") in parts
    assert _certificates(trial).print_slip(issued, statement(), "az") == "unplugged"
