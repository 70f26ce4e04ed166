"""Reading one certificate (X.509, RFC 5280): its facts for people, and what chains and revocation need of it.

Bytes come from cards and the network: they are bounded, read whole at once, and whatever cannot be read is `Damaged`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kiosk.identity.fin import is_fin
from kiosk.signature.facts import CertificateFacts
from kiosk.signature.keys import fits

LARGEST: Final = 16 * 1024
"""In bytes; a person's certificate has one to three thousand."""
_USES: Final = {
    "digital_signature": "digitalSignature",
    "non_repudiation": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
    "encipher_only": "encipherOnly",
    "decipher_only": "decipherOnly",
}
_NAMES: Final = {
    "common_name": "CN",
    "surname": "SN",
    "given_name": "GN",
    "serial_number": "serialNumber",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "country_name": "C",
}
_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_PERSON: Final = re.compile(r"(?:PNOAZ-)?([0-9A-Z]{7})", re.ASCII)
"""A personal number in a subject: ETSI EN 319 412-1 section 5.1.3, or bare as EstEID's kin write it."""
_UNDERSTOOD: Final = frozenset(
    {
        "authority_key_identifier", "basic_constraints", "certificate_policies", "crl_distribution_points",
        "extended_key_usage", "inhibit_any_policy", "key_identifier", "key_usage", "name_constraints",
        "policy_constraints", "policy_mappings", "subject_alt_name",
    }
)  # fmt: skip
"""What may be critical: chains heed it, or it says nothing that we rely on."""


class Damaged(Exception):
    """These bytes are no certificate that can be read."""

    def __init__(self) -> None:
        super().__init__("damaged")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Certificate:
    """A certificate, read."""

    der: bytes
    parsed: Any
    """The asn1crypto certificate."""
    facts: CertificateFacts
    subject: str
    issuer: str
    """Names so written that equal texts are equal names (RFC 5280 section 7.1)."""
    issuer_name: Any
    """The asn1crypto name."""
    subject_der: bytes
    issuer_der: bytes
    serial: int
    key: bytes
    """SubjectPublicKeyInfo, DER."""
    key_id: bytes | None
    authority_key_id: bytes | None
    extended_uses: frozenset[str] | None
    """asn1crypto's names or dotted numbers; None where the extension is absent."""
    is_authority: bool
    not_understood: frozenset[str]
    """Critical extensions that nothing here heeds."""
    subject_serial: str | None
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    has_no_check: bool
    """id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)."""
    signature: bytes
    signed: bytes
    """What the signature is over: the tbsCertificate, DER."""
    algorithm: Any
    """The asn1crypto `SignedDigestAlgorithm`."""

    @property
    def is_self_signed(self) -> bool:
        """Whether its own key signed it."""
        return self.subject == self.issuer and self.is_signed_by(self)

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Whether that certificate's key signed this one; dates and constraints are not looked at."""
        return fits(issuer.key, self.signature, self.signed, self.algorithm)

    def can_be_from(self, issuer: Certificate) -> bool:
        """Whether names and key identifiers say that `issuer` signed it."""
        if self.issuer != issuer.subject:
            return False
        return self.authority_key_id is None or issuer.key_id is None or self.authority_key_id == issuer.key_id

    def __repr__(self) -> str:
        return f"Certificate({self.facts.fingerprint[:8]})"


def read(der: bytes) -> Certificate:
    """Read a certificate.

    Raises:
        Damaged: it is none, or too large, or something follows it.
    """
    if len(der) > LARGEST:
        raise Damaged
    try:
        return _read(der)
    except Exception:  # hostile bytes raise whatever they like inside the parser, and its texts show them
        raise Damaged from None


def _read(der: bytes) -> Certificate:
    from asn1crypto import x509

    parsed = x509.Certificate.load(der, strict=True)
    fingerprint = hashlib.sha256(der).hexdigest()
    names: dict[str, str] = {}
    for part in parsed.subject.chosen:
        for pair in part:
            names.setdefault(pair["type"].native, str(pair["value"].native))
    given = parsed.key_usage_value.native if parsed.key_usage_value is not None else set()
    uses = tuple(told for name, told in _USES.items() if name in given)
    person = _PERSON.fullmatch(names.get("serial_number", ""))
    basic, extended = parsed.basic_constraints_value, parsed.extended_key_usage_value
    # parsed as far as it goes, here and now: the library looks at a value only when it is asked for
    str(parsed.native)
    facts = CertificateFacts(
        subject=_name(parsed.subject),
        issuer=_name(parsed.issuer),
        given_name=names.get("given_name", ""),
        surname=names.get("surname", ""),
        fin=person[1] if person is not None and is_fin(person[1]) else None,
        serial=f"{parsed.serial_number:X}",
        not_before=_instant(parsed["tbs_certificate"]["validity"]["not_before"].native),
        not_after=_instant(parsed["tbs_certificate"]["validity"]["not_after"].native),
        fingerprint=fingerprint,
        key=_key(parsed.public_key),
        uses=uses,
    )
    return Certificate(
        der=der,
        parsed=parsed,
        facts=facts,
        subject=parsed.subject.hashable,
        issuer=parsed.issuer.hashable,
        issuer_name=parsed.issuer,
        subject_der=parsed.subject.dump(),
        issuer_der=parsed.issuer.dump(),
        serial=parsed.serial_number,
        key=parsed.public_key.dump(),
        key_id=parsed.key_identifier,
        authority_key_id=parsed.authority_key_identifier,
        extended_uses=frozenset(extended.native) if extended is not None else None,
        is_authority=basic is not None and bool(basic["ca"].native),
        not_understood=frozenset(parsed.critical_extensions) - _UNDERSTOOD,
        subject_serial=names.get("serial_number"),
        crl_urls=_crl_urls(parsed),
        ocsp_urls=tuple(url for url in parsed.ocsp_urls if _is_web(url)),
        has_no_check=parsed.ocsp_no_check_value is not None,
        signature=whole_bytes(parsed["signature_value"]),
        signed=parsed["tbs_certificate"].dump(),
        algorithm=parsed["signature_algorithm"],
    )


def whole_bytes(bits: Any) -> bytes:
    """The bytes of a signature's BIT STRING, of which none is cut: else two spellings would be one signature.

    Args:
        bits: an asn1crypto `OctetBitString`.

    Raises:
        Damaged: some of its bits are not used.
    """
    if bits.contents[:1] != b"\0":
        raise Damaged
    return bytes(bits.contents[1:])


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a date without a zone")
    return moment


def _name(name: Any) -> str:
    parts = [(pair["type"].native, str(pair["value"].native)) for part in name.chosen for pair in part]
    return ", ".join(f"{_NAMES.get(kind, kind)}={value}" for kind, value in reversed(parts))


def _key(key: Any) -> str:
    if key.algorithm == "rsa":
        return f"RSA {key.bit_size}"
    if key.algorithm == "ec":
        curve = key.curve[1]
        return f"EC {_CURVES.get(curve, curve)}"
    return str(key.algorithm)


def _crl_urls(parsed: Any) -> tuple[str, ...]:
    urls: list[str] = []
    for point in parsed.crl_distribution_points_value or ():
        name = point["distribution_point"]
        if name.name != "full_name":
            continue
        urls += [one.native for one in name.chosen if one.name == "uniform_resource_identifier" and _is_web(one.native)]
    return tuple(dict.fromkeys(urls))


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))
