"""Revocation lists (CRL, RFC 5280 section 5): read, checked, kept, and what the freshest one tells.

The policy is ours, since a library's soft failure takes a certificate without any list and refuses it with an old one,
which rewards whoever deletes lists:

- A list counts until its next update, at that very instant too, and by `[trust] crl_grace_hours` longer as a stale one.
  Stale or not it tells both: what it holds is revoked, what it does not hold is not.
- Past its grace a list is dropped. Its certificates are then `unchecked`, exactly as without any list, with its age;
  but for those that it revoked for good, since nothing undoes that (RFC 5280 section 5.3.1). A hold may have ended.
  The same goes for a list from the future, which says that this machine's clock was put back.
- So an old list never makes a certificate look worse than no list would, unless the certificate is revoked; nobody has
  a reason to delete one. Deleting does not help who is revoked either: a list once read stays in force in the running
  station though its file goes, it gives way only to a fresher one of its issuer (an older one never takes its place),
  and the page of health is red without it. After a restart without the file a certificate is `unchecked`, never `good`,
  and whether that is accepted is each use's own setting.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final, Literal

from kiosk.signature.certificate import Certificate, Damaged, whole_bytes
from kiosk.signature.chain import der_of

if TYPE_CHECKING:
    from cryptography.x509 import CertificateRevocationList

SUFFIXES: Final = (".crl", ".der", ".pem")
LARGEST: Final = 32 << 20
AHEAD: Final = timedelta(minutes=5)
"""How far an issuer's clock may run before ours; what was told later than that is not believed."""
ListAge = Literal["fresh", "stale", "dropped", "future"]
_log = logging.getLogger(__name__)


class ListRefused(Exception):
    """A revocation list cannot be used; the text says why (English, for technicians, no personal data)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate that a list holds. `on_hold`: suspended, and may come back."""

    revoked_at: datetime
    on_hold: bool


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RevocationList:
    """One list whose signature was checked. Instants are aware, UTC."""

    digest: str
    """SHA-256 of the DER, hexadecimal."""
    issuer: str
    """The fingerprint of the certificate whose key signed it."""
    told_at: datetime
    next_update: datetime
    number: int
    people: bool
    authorities: bool
    """Whom it covers."""
    points: frozenset[str] | None
    """The addresses of its part, when the issuer's list comes in parts."""
    parsed: CertificateRevocationList

    def covers(self, certificate: Certificate) -> bool:
        """Whether this list, or part of one, is about that certificate of its issuer."""
        if not (self.authorities if certificate.is_authority else self.people):
            return False
        return self.points is None or not self.points.isdisjoint(certificate.crl_urls)

    def entry(self, certificate: Certificate) -> Entry | None:
        """What it tells of a certificate; None where it does not hold it."""
        from cryptography.x509 import CRLReason, ExtensionNotFound, ReasonFlags

        found = self.parsed.get_revoked_certificate_by_serial_number(certificate.serial)
        if found is None:
            return None
        reason = None
        with suppress(ExtensionNotFound):
            reason = found.extensions.get_extension_for_class(CRLReason).value.reason
        if reason is ReasonFlags.remove_from_crl:
            return None
        return Entry(found.revocation_date_utc, reason is ReasonFlags.certificate_hold)

    def age(self, now: datetime, grace: timedelta) -> ListAge:
        """How it stands at an instant."""
        if self.told_at > now + AHEAD:
            return "future"
        if now <= self.next_update:
            return "fresh"
        return "stale" if now <= self.next_update + grace else "dropped"

    @property
    def scope(self) -> tuple[str, bool, bool, frozenset[str] | None]:
        """Lists of one scope stand for each other."""
        return self.issuer, self.people, self.authorities, self.points

    @property
    def freshness(self) -> tuple[datetime, int]:
        """The greater, the fresher."""
        return self.told_at, self.number


def read_list(data: bytes, authorities: Iterable[Certificate]) -> RevocationList:
    """Read a list (DER or PEM) and check its signature.

    Args:
        data: the list.
        authorities: who may have issued it.

    Raises:
        ListRefused: it cannot be read, is of nobody we trust, is not signed by them, or is of a kind not used here
            (indirect, delta, for some reasons only).
    """
    if len(data) > LARGEST:
        raise ListRefused("larger than 32 MiB")
    try:
        der = der_of(data, "X509 CRL")
        return _read(der, authorities)
    except Damaged:
        raise ListRefused("not a revocation list") from None
    except ListRefused:
        raise
    except Exception as error:  # hostile bytes raise whatever they like inside the parsers
        raise ListRefused(f"cannot be read: {type(error).__name__}") from None


def _read(der: bytes, authorities: Iterable[Certificate]) -> RevocationList:
    from asn1crypto import crl as asn1
    from asn1crypto.x509 import Name
    from cryptography import x509

    from kiosk.signature.keys import fits

    parsed = x509.load_der_x509_crl(der)
    issuer_name = Name.load(parsed.issuer.public_bytes()).hashable
    named = [one for one in authorities if one.subject == issuer_name]
    if not named:
        raise ListRefused("its issuer is not in the trust folder")
    outer = asn1.CertificateList.load(der)
    issuer = next(
        (one for one in named
         if fits(one.key, whole_bytes(outer["signature"]), parsed.tbs_certlist_bytes, outer["signature_algorithm"])),
        None,
    )  # fmt: skip
    if issuer is None:
        raise ListRefused("its signature is not of its issuer")
    if issuer.facts.uses and "cRLSign" not in issuer.facts.uses:
        raise ListRefused("its issuer may not sign lists")
    if parsed.next_update_utc is None:
        raise ListRefused("it does not say when the next one comes")
    people, covered, points, number = True, True, None, 0
    for extension in parsed.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            people, covered, points = _part(value)
        elif isinstance(value, x509.CRLNumber):
            number = value.crl_number
        elif extension.critical:
            raise ListRefused(f"a critical extension is not known here: {extension.oid.dotted_string}")
    return RevocationList(
        digest=hashlib.sha256(der).hexdigest(),
        issuer=issuer.facts.fingerprint,
        told_at=parsed.last_update_utc,
        next_update=parsed.next_update_utc,
        number=number,
        people=people,
        authorities=covered,
        points=points,
        parsed=parsed,
    )


def _part(point: Any) -> tuple[bool, bool, frozenset[str] | None]:
    if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs:
        raise ListRefused("indirect lists and lists of some reasons only are not used here")
    points = None
    if point.full_name is not None:
        points = frozenset(str(name.value) for name in point.full_name)
    elif point.relative_name is not None:
        raise ListRefused("a part named relative to its issuer is not used here")
    return not point.only_contains_ca_certs, not point.only_contains_user_certs, points


class ListStore:
    """The revocation lists of this station: files of a folder, put there by hand or fetched.

    Args:
        folder: where they lie; made when the first fetched one is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._authorities: frozenset[str] = frozenset()
        self._lists: dict[object, RevocationList] = {}
        self.refused: dict[str, str] = {}
        """Files that cannot be used, and why."""
        self.not_kept: str | None = None
        """Why the last fetched list could not be written; it counts all the same while this process lives."""

    def find(self, certificate: Certificate, issuer: Certificate, authorities: Iterable[Certificate]) -> (
        RevocationList | None
    ):  # fmt: skip
        """The freshest list of that issuer which is about that certificate, however old."""
        with self._lock:
            self._look(tuple(authorities))
            own = [one for one in self._lists.values() if one.issuer == issuer.facts.fingerprint]
        return max((one for one in own if one.covers(certificate)), key=lambda one: one.freshness, default=None)

    def of(self, issuer: Certificate, authorities: Iterable[Certificate]) -> tuple[RevocationList, ...]:
        """Every list of an issuer: one, or its parts."""
        with self._lock:
            self._look(tuple(authorities))
            return tuple(one for one in self._lists.values() if one.issuer == issuer.facts.fingerprint)

    def keep(self, data: bytes, authorities: Iterable[Certificate]) -> RevocationList:
        """Take a list that was fetched, unless a fresher one is here; the file is replaced whole or not at all.

        Raises:
            ListRefused: it cannot be used.
        """
        made = read_list(data, authorities)
        with self._lock:
            if not self._take(made):
                return self._lists[made.scope]
            name = f"fetched-{made.issuer[:16]}-{hashlib.sha256(repr(_part_name(made)).encode()).hexdigest()[:8]}.crl"
            try:
                _write(self._folder, name, data)
            except OSError as error:
                self.not_kept = f"fetched lists cannot be written: {error.strerror}"
            else:
                self.not_kept = None
        return made

    def _take(self, made: RevocationList) -> bool:
        there = self._lists.get(made.scope)
        if there is not None and there.freshness >= made.freshness:
            return False
        self._lists[made.scope] = made
        return True

    def _look(self, authorities: tuple[Certificate, ...]) -> None:
        """Read files that are new or changed; all of them when the authorities changed. Lists in force stay."""
        trusted = frozenset(one.facts.fingerprint for one in authorities)
        if trusted != self._authorities:
            self._authorities = trusted
            self._seen.clear()
            self._lists = {scope: one for scope, one in self._lists.items() if one.issuer in trusted}
        found: dict[str, tuple[int, int, int]] = {}
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix.lower() in SUFFIXES:
                    about = path.stat()
                    found[path.name] = (about.st_mtime_ns, about.st_size, about.st_ino)
        for name in self.refused.keys() - found.keys():
            del self.refused[name]
        for name, state in found.items():
            if self._seen.get(name) == state:
                continue
            self.refused.pop(name, None)
            try:
                if state[1] > LARGEST:
                    raise ListRefused("larger than 32 MiB")
                self._take(read_list((self._folder / name).read_bytes(), authorities))
            except ListRefused as refused:
                self.refused[name] = str(refused)
            except OSError as error:
                self.refused[name] = f"cannot be read: {error.strerror}"
        self._seen = found


def _part_name(made: RevocationList) -> tuple[bool, bool, list[str]]:
    return made.people, made.authorities, sorted(made.points or ())


def _write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".fetched-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(folder / name)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
