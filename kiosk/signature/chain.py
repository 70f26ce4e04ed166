"""The trusted certificates of this station, and the chain from a person's certificate up to one of them (I11).

Anchors are the files of the trust folder and nothing else, never the system's store: each authority is trusted by being
there, so that one that must go is taken out. They are read anew as soon as a file changes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from kiosk.signature.certificate import Certificate, Damaged, read

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES: Final = (".pem", ".der")
_LONGEST_FILE: Final = 64 * 1024
_DEEPEST: Final = 6
"""Authorities above a person; Azerbaijan's chain has three."""

_State = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An authority of the trust folder. `name` is its file's name there, without suffix; a root is self-signed."""

    name: str
    certificate: Certificate
    is_root: bool


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Every authority that can be read, and the names of files that cannot."""

    authorities: tuple[Known, ...] = ()
    unreadable: tuple[str, ...] = ()


class Anchors:
    """The trust folder, read anew whenever one of its files changed.

    Args:
        folder: where NAME.pem and NAME.der lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state: _State | None = None
        self._known = KnownSet()
        self._lock = threading.Lock()

    def now(self) -> KnownSet:
        """What the folder holds now; nothing where it is not there."""
        with self._lock:
            state = self._look()
            if state != self._state:
                self._known, self._state = self._read(state), state
            return self._known

    def _look(self) -> _State:
        found = []
        try:
            for path in self._folder.iterdir():
                if path.suffix.lower() in SUFFIXES:
                    about = path.stat()
                    found.append((path.name, about.st_mtime_ns, about.st_size, about.st_ino))
        except OSError:
            return ()
        return tuple(sorted(found))

    def _read(self, state: _State) -> KnownSet:
        known: list[Known] = []
        unreadable: list[str] = []
        for name, _, size, _ in state:
            path = self._folder / name
            try:
                if size > _LONGEST_FILE:
                    raise Damaged
                certificate = read(der_of(path.read_bytes(), "CERTIFICATE"))
            except (OSError, Damaged):
                unreadable.append(name)
                continue
            known.append(Known(path.stem, certificate, certificate.is_self_signed))
        return KnownSet(tuple(known), tuple(unreadable))


def der_of(data: bytes, kind: str) -> bytes:
    """The DER in a file that holds DER or PEM.

    Args:
        data: the file.
        kind: the PEM label, as "CERTIFICATE" or "X509 CRL".

    Raises:
        Damaged: it is PEM of something else, or broken.
    """
    if not data.lstrip().startswith(b"-----"):
        return data
    from asn1crypto import pem

    try:
        found, _, der = pem.unarmor(data)
    except (ValueError, TypeError):
        raise Damaged from None
    if found != kind:
        raise Damaged
    return bytes(der)


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands above a certificate, its issuer first. `fault` is None where it leads to a root and holds.

    `reason` is for technicians: English, no personal data.
    """

    links: tuple[Known, ...] = ()
    fault: Literal["unknown_issuer", "damaged"] | None = None
    reason: str = ""

    @property
    def leads_to_a_root(self) -> bool:
        """Whether every signature up to a root fits, whatever else is wrong."""
        return bool(self.links) and self.links[-1].is_root


def build(certificate: Certificate, known: Sequence[Known], at: datetime) -> Chain:
    """The chain of a certificate, checked as RFC 5280 section 6 says, without revocation.

    Args:
        certificate: a person's.
        known: the authorities that are trusted.
        at: when it has to hold (aware). A person's certificate that is out of its time is judged as at its nearest
            good instant: its own dates are looked at elsewhere, and what else is wrong with it shall be told too.
    """
    named = [one for one in known if certificate.can_be_from(one.certificate)]
    if not named:
        return Chain(fault="unknown_issuer", reason="no certificate in the trust folder is its issuer")
    links = _climb(certificate, known, ())
    if links is None:
        if not any(certificate.is_signed_by(one.certificate) for one in named):
            names = ", ".join(one.name for one in named)
            return Chain(fault="damaged", reason=f"the signature is not of {names}")
        part = next(one for one in named if certificate.is_signed_by(one.certificate))
        return Chain((part,), "unknown_issuer", f"no chain leads from {part.name} to a root of the trust folder")
    for link in links:
        facts = link.certificate.facts
        if at < facts.not_before:
            return Chain(links, "unknown_issuer", f"{link.name} is not yet valid: {facts.not_before:%Y-%m-%d}")
        if at > facts.not_after:
            return Chain(links, "unknown_issuer", f"{link.name} has expired: {facts.not_after:%Y-%m-%d}")
    within = min(max(at, certificate.facts.not_before), certificate.facts.not_after)
    fault, reason = _validate(certificate, links, within)
    return Chain(links, fault, reason)


def _climb(certificate: Certificate, known: Sequence[Known], below: tuple[Known, ...]) -> tuple[Known, ...] | None:
    if len(below) == _DEEPEST:
        return None
    for one in _issuers(certificate, known, below):
        if one.is_root:
            return (*below, one)
        if (found := _climb(one.certificate, known, (*below, one))) is not None:
            return found
    return None


def _issuers(certificate: Certificate, known: Sequence[Known], below: tuple[Known, ...]) -> Iterator[Known]:
    for one in known:
        if one not in below and certificate.can_be_from(one.certificate) and certificate.is_signed_by(one.certificate):
            yield one


def _validate(
    certificate: Certificate, links: tuple[Known, ...], at: datetime
) -> tuple[Literal["unknown_issuer", "damaged"] | None, str]:
    import asyncio

    library = load_validator()
    context = library.ValidationContext(
        trust_roots=[links[-1].certificate.parsed],
        other_certs=[link.certificate.parsed for link in links[:-1]],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
    )
    validator = library.CertificateValidator(certificate.parsed, validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except library.errors.DisallowedAlgorithmError:
        return "damaged", "an algorithm or key in its chain is too weak"
    except Exception as error:  # its texts name people, so that only its kind is told
        return "unknown_issuer", f"its chain breaks the rules of RFC 5280: {type(error).__name__}"
    return None, ""


@cache
def load_validator() -> Any:
    """The library, loaded when first needed (a third of a second). Its log texts hold names: they go nowhere."""
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL + 1)
    import pyhanko_certvalidator
    import pyhanko_certvalidator.errors

    return pyhanko_certvalidator
