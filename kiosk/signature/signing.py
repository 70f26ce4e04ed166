"""Signing a file by card: a detached CMS signature beside it (CAdES-BES: RFC 5652, ETSI EN 319 122-1 section 5).

Signed are the attributes content-type, message-digest, signing-time and signing-certificate-v2 (RFC 5035), so that the
signature names its certificate and cannot be laid under another. `openssl cms -verify -binary -inform DER` takes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from hardware.cards.card import Card, HashName
from hardware.errors import CardFault
from hardware.secret import Pin
from kiosk.signature.certificate import Certificate, read
from kiosk.signature.keys import fits_digest

HASH: Final[HashName] = "sha256"
_PIECE: Final = 1 << 20


def detached_cms(
    content: Path | BinaryIO | bytes, card: Card, certificate: bytes, chain: Sequence[bytes], pin: Pin | None,
    at: datetime,
) -> bytes:  # fmt: skip
    """Sign content by the card's signature key; the DER of the detached signature.

    Args:
        content: what is signed; read piece by piece, so a file may be of any size.
        card: the card, used alone.
        certificate: its signature certificate, DER.
        chain: the authorities above it that the signature carries, DER, the issuer first.
        pin: PIN2 or the user PIN; None: typed at the reader's own pad. It is sent once and wiped.
        at: when it is signed, by the station's clock (aware); cut to the whole second.

    Raises:
        OSError: the content cannot be read; no PIN was sent.
        Damaged: a certificate cannot be read; no PIN was sent.
        PinWrong, PinBlocked, PinFormat (not sent), CardError: what the card says.
        CardFault: the signature does not fit the certificate.
    """
    own = read(certificate)
    others = [read(one) for one in chain]
    attributes = _attributes(own, _digest(content), at.astimezone(UTC).replace(microsecond=0))
    digest = hashlib.sha256(attributes.dump()).digest()
    signature = card.sign(digest, HASH, pin)
    if not fits_digest(own.key, signature, digest, HASH):
        raise CardFault
    return _signed_data(own, others, attributes, signature)


def _digest(content: Path | BinaryIO | bytes) -> bytes:
    hashed = hashlib.sha256()
    for piece in _pieces(content):
        hashed.update(piece)
    return hashed.digest()


def _pieces(content: Path | BinaryIO | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") if isinstance(content, Path) else nullcontext(content) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _attributes(own: Certificate, digest: bytes, at: datetime) -> Any:
    from asn1crypto import cms, tsp, x509

    named = tsp.ESSCertIDv2(
        {
            "cert_hash": bytes.fromhex(own.facts.fingerprint),
            "issuer_serial": {
                "issuer": x509.GeneralNames([x509.GeneralName("directory_name", own.issuer_name)]),
                "serial_number": own.serial,
            },
        }
    )
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [digest]},
            {
                "type": "signing_time",
                "values": [cms.Time({"utc_time": at} if at.year < 2050 else {"general_time": at})],
            },
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [named]})]},
        ]
    )


def _signed_data(own: Certificate, others: Sequence[Certificate], attributes: Any, signature: bytes) -> bytes:
    from asn1crypto import cms

    kind = "rsa" if own.parsed.public_key.algorithm == "rsa" else "ecdsa"
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer_name, "serial_number": own.serial}},
            "digest_algorithm": {"algorithm": HASH},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": f"{HASH}_{kind}"},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": HASH}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [one.parsed for one in (own, *others)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
