"""The SQL of issued certificates, for whoever checks one by its number and check code (W8). No names."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from db.presented import present
from db.water_schema import certificates


class CertificateRow(NamedTuple):
    """An issued certificate, amounts in qəpik, the instant in ms UTC."""

    number: str
    subscriber: str
    issued_at: int
    station: str
    first_month: str
    last_month: str
    invoiced: int
    paid: int
    debt: int
    check_code: str


def keep(connection: Connection, row: CertificateRow) -> None:
    """Keep what a new certificate says."""
    present(connection, "certificate", row.check_code)
    connection.execute(insert(certificates).values(row._asdict()))


def by_number(connection: Connection, number: str, check_code: str) -> CertificateRow | None:
    """The certificate of a number, for the caller to compare its check code; a kiosk sees no other than the right."""
    present(connection, "certificate", check_code)
    wanted = select(*(certificates.c[name] for name in CertificateRow._fields)).where(certificates.c.number == number)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else CertificateRow._make(row)
