"""What is found out about a certificate: its own facts, its chain, and the verdict with its reason (I11, E3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Light = Literal["good", "warning", "fault", "absent"]
"""As on the face: ✓ good, ! warning, ✕ fault, – not present."""
CertificateState = Literal[
    "good",
    "expired",
    "not_yet_valid",
    "revoked",
    "suspended",
    "unchecked",
    "unknown_issuer",
    "wrong_use",
    "damaged",
]
"""unchecked: everything else is good, and neither CRL nor OCSP told whether it is revoked; damaged: cannot be read, or
its issuer's signature does not fit."""
RevocationSource = Literal["crl", "ocsp"]
Use = Literal["sign_in", "staff", "signature"]
"""What a certificate is wanted for; each has its own setting for `unchecked` (I11)."""


@dataclass(frozen=True, slots=True, repr=False)
class CertificateFacts:
    """One certificate, as people look at it. Instants are aware, in UTC."""

    subject: str
    issuer: str
    given_name: str
    surname: str
    fin: str | None
    serial: str
    """Hexadecimal, capitals."""
    not_before: datetime
    not_after: datetime
    fingerprint: str
    """SHA-256 of the DER, hexadecimal."""
    key: str
    """As "RSA 2048" or "EC P-384"."""
    uses: tuple[str, ...]
    """Key usage names of RFC 5280, as digitalSignature, nonRepudiation."""

    def __repr__(self) -> str:
        return f"CertificateFacts({self.fingerprint[:8]})"


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One certificate of a chain above the person's.

    `known` says whether it came from the trust folder, `name` is its file's name there.
    """

    facts: CertificateFacts
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    """What was learnt about revocation, and when that was told by its issuer (aware, UTC)."""

    source: RevocationSource | None = None
    told_at: datetime | None = None
    stale: bool = False
    """Whether the list was past its next update (and within the grace that is set)."""
    revoked_at: datetime | None = None
    why_not: str = ""
    """Why nothing was learnt: for technicians, English, no personal data."""


@dataclass(frozen=True, slots=True)
class CertificateVerdict:
    """What the product makes of a certificate at one instant.

    `accepted` is the answer for the use that was asked: an `unchecked` one is accepted where the setting says so.
    """

    state: CertificateState
    accepted: bool
    facts: CertificateFacts | None
    chain: tuple[ChainLink, ...]
    """From the issuer up to the root, as far as it could be built."""
    revocation: RevocationFacts
    reason: str = ""
    """For technicians: English, no personal data."""
