"""How trust stands at this station, for technicians (M2): anchors, revocation lists, OCSP. No personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.signature.facts import CertificateFacts

AnchorState = Literal["good", "not_yet_valid", "expired"]
ListState = Literal["fresh", "stale", "dropped", "future", "missing"]
"""stale: past its next update and within its grace, it still counts; dropped: past that; future: this station's clock,
or the issuer's, is wrong."""


@dataclass(frozen=True, slots=True)
class AnchorCondition:
    """A certificate of the trust folder. `name` is its file's name, without suffix."""

    name: str
    is_root: bool
    is_expected: bool
    state: AnchorState
    facts: CertificateFacts


@dataclass(frozen=True, slots=True)
class ListCondition:
    """The revocation list of one authority, or a part of it. `authority` is the name in the trust folder."""

    authority: str
    state: ListState
    told_at: datetime | None = None
    next_update: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchCondition:
    """An address from which lists are fetched, and how that last went. `fault` is None when it went well."""

    url: str
    tried_at: datetime | None = None
    fetched_at: datetime | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class OcspCondition:
    """How the last question to an OCSP responder went. `milliseconds` is None where none was answered yet."""

    url: str
    asked_at: datetime
    milliseconds: int | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class TrustCondition:
    """Everything that signing in and checking signatures lean on. Faults are English, for technicians."""

    folder: str
    anchors: tuple[AnchorCondition, ...]
    missing: tuple[str, ...]
    """Names that `[trust] expected` lists and the folder does not hold."""
    unreadable: tuple[str, ...]
    """Files of the trust folder that are no certificate."""
    lists: tuple[ListCondition, ...]
    refused_lists: tuple[tuple[str, str], ...]
    """Files of lists that cannot be used, and why."""
    fetches: tuple[FetchCondition, ...]
    not_kept: str | None
    """Why fetched lists cannot be written."""
    ocsp: OcspCondition | None
    """None: never asked, or switched off."""
    is_example: bool
    """Whether an anchor of the example authority is among them (K7)."""
