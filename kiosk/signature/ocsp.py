"""Asking an authority about one certificate (OCSP, RFC 6960), and what of its answer is believed.

An answer counts when it is about that certificate, is in its time, repeats our nonce where it has one (RFC 8954; many
responders sign beforehand and have none), and is signed by the issuer itself or by a responder whom the issuer itself
certified for that: extended key usage OCSPSigning, in its time, and with id-pkix-ocsp-nocheck, or else not revoked by
the issuer's list in force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from kiosk.signature.certificate import Certificate, Damaged, read, whole_bytes
from kiosk.signature.keys import fits
from kiosk.signature.revocation import AHEAD

NONCE_BYTES: Final = 32
REQUEST_TYPE: Final = "application/ocsp-request"


class OcspRefused(Exception):
    """An answer that is not believed, or tells nothing; the text says why (for technicians, no personal data)."""


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """What a responder said. Instants are aware, UTC."""

    state: Literal["good", "revoked", "suspended"]
    told_at: datetime
    revoked_at: datetime | None = None


def request(certificate: Certificate, issuer: Certificate, nonce: bytes) -> bytes:
    """The DER of a request about one certificate."""
    from asn1crypto import core, ocsp

    one = ocsp.Request({"req_cert": _certificate_id(certificate, issuer)})
    extension = {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}
    asked = ocsp.TBSRequest({"request_list": [one], "request_extensions": [extension]})
    return bytes(ocsp.OCSPRequest({"tbs_request": asked}).dump())


def _certificate_id(certificate: Certificate, issuer: Certificate) -> dict[str, Any]:
    # SHA-1 only names the issuer here, and is the one that every responder knows (RFC 5019 section 2.1.1)
    return {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": _sha1(issuer.subject_der),
        "issuer_key_hash": _key_hash(issuer),
        "serial_number": certificate.serial,
    }


def _key_hash(issuer: Certificate) -> bytes:
    return bytes(issuer.parsed.public_key.sha1)


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def read_answer(
    answer: bytes,
    certificate: Certificate,
    issuer: Certificate,
    nonce: bytes,
    now: datetime,
    is_revoked: Callable[[Certificate], bool | None],
) -> OcspAnswer:
    """What an answer tells of a certificate.

    Args:
        answer: as it came.
        certificate: which was asked about.
        issuer: who issued it.
        nonce: what the request held.
        now: the station's time (aware).
        is_revoked: what the issuer's list in force says of a responder; None where nothing tells.

    Raises:
        OcspRefused: it is not believed, or the responder does not know the certificate.
    """
    try:
        return _read(answer, certificate, issuer, nonce, now, is_revoked)
    except OcspRefused:
        raise
    except Exception as error:  # hostile bytes raise whatever they like inside the parser
        raise OcspRefused(f"the answer cannot be read: {type(error).__name__}") from None


def _read(
    answer: bytes,
    certificate: Certificate,
    issuer: Certificate,
    nonce: bytes,
    now: datetime,
    is_revoked: Callable[[Certificate], bool | None],
) -> OcspAnswer:
    from asn1crypto import ocsp

    parsed = ocsp.OCSPResponse.load(answer, strict=True)
    if (status := parsed["response_status"].native) != "successful":
        raise OcspRefused(f"the responder answered {status}")
    basic = parsed.basic_ocsp_response
    data = basic["tbs_response_data"]
    told = parsed.nonce_value
    if told is not None and told.native != nonce:
        raise OcspRefused("the answer is to another question")
    _check_signature(basic, issuer, now, is_revoked)
    about = next((one for one in data["responses"] if _is_about(one["cert_id"], certificate, issuer)), None)
    if about is None:
        raise OcspRefused("the answer is about another certificate")
    this_update, next_update = about["this_update"].native, about["next_update"].native
    if this_update > now + AHEAD:
        raise OcspRefused("the answer is from the future")
    # without a next update newer information is always there: it is believed as long as clocks may differ
    if now > (next_update if next_update is not None else this_update + AHEAD):
        raise OcspRefused("the answer is too old")
    state = about["cert_status"]
    if state.name == "good":
        return OcspAnswer("good", this_update)
    if state.name != "revoked":
        raise OcspRefused("the responder does not know the certificate")
    revoked = state.chosen
    on_hold = revoked["revocation_reason"].native == "certificate_hold"
    return OcspAnswer("suspended" if on_hold else "revoked", this_update, revoked["revocation_time"].native)


def _is_about(told: Any, certificate: Certificate, issuer: Certificate) -> bool:
    name = told["hash_algorithm"]["algorithm"].native
    key = issuer.parsed.public_key
    if name == "sha1":
        hashes = (_sha1(issuer.subject_der), key.sha1)
    elif name == "sha256":
        hashes = (hashlib.sha256(issuer.subject_der).digest(), key.sha256)
    else:
        return False
    named = (told["issuer_name_hash"].native, told["issuer_key_hash"].native)
    return bool(told["serial_number"].native == certificate.serial and named == hashes)


def _check_signature(
    basic: Any, issuer: Certificate, now: datetime, is_revoked: Callable[[Certificate], bool | None]
) -> None:
    data = basic["tbs_response_data"]
    signed = (whole_bytes(basic["signature"]), data.dump(), basic["signature_algorithm"])
    who = data["responder_id"]
    if _is_responder(who, issuer) and fits(issuer.key, *signed):
        return
    responder = _responder(basic, who)
    if not (responder.can_be_from(issuer) and responder.is_signed_by(issuer)):
        raise OcspRefused("the responder was not certified by the issuer")
    if "ocsp_signing" not in (responder.extended_uses or ()):
        raise OcspRefused("the responder is not certified for answering")
    if not responder.facts.not_before <= now <= responder.facts.not_after:
        raise OcspRefused("the responder's certificate is out of its time")
    if not responder.has_no_check and is_revoked(responder) is not False:
        raise OcspRefused("nobody tells whether the responder's certificate is revoked")
    if not fits(responder.key, *signed):
        raise OcspRefused("the signature is not of the responder")


def _responder(basic: Any, who: Any) -> Certificate:
    for one in basic["certs"] or ():
        try:
            certificate = read(one.dump())
        except Damaged:
            continue
        if _is_responder(who, certificate):
            return certificate
    raise OcspRefused("the responder's certificate is missing")


def _is_responder(who: Any, certificate: Certificate) -> bool:
    if who.name == "by_name":
        return bool(who.chosen.hashable == certificate.subject)
    return bool(who.chosen.native == _key_hash(certificate))
