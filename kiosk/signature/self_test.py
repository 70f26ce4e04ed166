"""Whether the signing component works: its libraries are there and tell a true signature from a false one."""

from __future__ import annotations

import hashlib
import logging

_log = logging.getLogger(__name__)


def component_works() -> bool:
    """Sign with a key made for this alone, and check it right and wrong; a broken installation is told, not raised."""
    try:
        return _works()
    except Exception as error:  # whatever a broken installation raises is what is asked for here
        _log.error("the signing component stumbled over %s", type(error).__name__)
        return False


def _works() -> bool:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from kiosk.signature.chain import load_validator
    from kiosk.signature.keys import fits_digest

    load_validator()
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest, other = hashlib.sha256(b"true").digest(), hashlib.sha256(b"false").digest()
    signature = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    return fits_digest(public, signature, digest, "sha256") and not fits_digest(public, signature, other, "sha256")
