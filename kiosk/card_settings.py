"""The sections of `kiosk.toml` about card readers, trust and citizens' sessions."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import allowed as allow


@dataclass(frozen=True, slots=True)
class CardSettings:
    """Card readers, tokens and PIN entry."""

    reader: str = allow.one_of("", "", "simulated", "pcsc", "auto")
    only_reader: str = allow.text("", "a part of a reader's name, or empty", r"[^\r\n]{0,80}")
    pkcs11: str = allow.text("", "NAME=FILE, or several with commas between", r"|[\w -]+=[^,=]+(,[\w -]+=[^,=]+)*")
    pin_pad: bool = True
    shuffled_pad: bool = False
    pin_seconds: int = allow.number(90, 15, 600)
    pin_wait_seconds: int = allow.number(30, 5, 300)


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """Which certificates are good (I11)."""

    folder: str = allow.text("", "a folder's path, or empty for the state folder's own")
    expected: str = allow.text("root, pca, ica, bank", "names of certificates, with commas between", r"|\w+(, *\w+)*")
    crl_urls: str = allow.text("", "addresses with commas between, or empty for the certificates' own", r"\S*(, *\S+)*")
    crl_minutes: int = allow.number(60, 1, 10080)
    crl_grace_hours: int = allow.number(24, 0, 8760)
    ocsp: bool = True
    ocsp_url: str = allow.text("", "an address, or empty for the one in the certificate", r"\S*")
    timeout_seconds: int = allow.number(5, 1, 60)
    unchecked_sign_in: str = allow.one_of("accept", "accept", "refuse")
    unchecked_staff: str = allow.one_of("accept", "accept", "refuse")
    unchecked_signature: str = allow.one_of("accept", "accept", "refuse")


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How long a citizen who signed in stays signed in (I12)."""

    longest_minutes: int = allow.number(500, 1, 1440)
    lease_seconds: int = allow.number(60, 10, 600)
    kiosk_idle_seconds: int = allow.number(120, 10, 3600)
