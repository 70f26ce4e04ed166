"""The sections of `kiosk.toml` about the water company's services, and what they need of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk import allowed as allow

_WAY: Final = "(card|fin|sima_token|bank|asan_imza|sima_imza|e_gov|password)"
_WAYS: Final = rf"|{_WAY}(, *{_WAY})*"
_WAY_WORDS: Final = "ways in with commas between: fin, card, sima_token, bank, asan_imza, sima_imza, e_gov, password"
_ISSUER_WORDS: Final = "parts of issuers' names with commas between, or empty"
_URL: Final = r"|https?://\S+"


@dataclass(frozen=True, slots=True)
class WaterSettings:
    """The water company's services (W1 to W8)."""

    operator: str = allow.text("İri Şəhərlərin Birləşmiş Su Təchizatı Xidməti", "a name", r"[^\r\n]{1,80}")
    code_digits: str = allow.text("4-15", "MIN-MAX, how many digits a subscriber code has", r"[1-9][0-9]?-[1-9][0-9]?")
    door: str = allow.one_of("site", "site", "e_su")
    applicant_is_subscriber: bool = True
    fin_only_sees: str = allow.one_of("figures", "nothing", "figures", "all")
    others_see: str = allow.one_of("nothing", "nothing", "figures", "all")
    due_days: int = allow.number(10, 1, 365)
    hold_days: int = allow.number(3, 1, 60)


@dataclass(frozen=True, slots=True)
class WaysSettings:
    """Which ways of signing in each service accepts; the table of the manuals (I1 to I8)."""

    new_consumer: str = allow.text("fin, sima_imza, asan_imza, sima_token, bank", _WAY_WORDS, _WAYS)
    suspension: str = allow.text("fin", _WAY_WORDS, _WAYS)
    statement: str = allow.text("card, e_gov, asan_imza, password", _WAY_WORDS, _WAYS)
    card_issuers: str = allow.text("", _ISSUER_WORDS)
    sima_token_issuers: str = allow.text("", _ISSUER_WORDS)
    bank_issuers: str = allow.text("", _ISSUER_WORDS)

    def issuers(self, way: str) -> tuple[str, ...]:
        """What the issuers of a way's certificates are called; empty where its cards cannot be told from others."""
        return tuple(name.strip() for name in str(getattr(self, f"{way}_issuers")).split(",") if name.strip())

    def of(self, service: str) -> tuple[str, ...]:
        """The ways of a service, in the order in which they are offered."""
        return tuple(way.strip() for way in str(getattr(self, service)).split(",") if way.strip())


@dataclass(frozen=True, slots=True)
class EGovSettings:
    """e-gov identity: OpenID Connect with PKCE on the citizen's phone (I7). Without an issuer it is not offered."""

    issuer: str = allow.text("", "an https address, or empty", _URL)
    client_id: str = allow.text("", "the client's id", r"[^\r\n]*")
    client_secret_file: str = allow.text("", "a file's path, or empty")
    scope: str = allow.text("openid profile", "scopes with spaces between", r"[\w .:-]+")
    fin_claim: str = allow.text("fin", "a claim's name", r"[\w.:/-]+")
    minutes: int = allow.number(5, 1, 30)
    timeout_seconds: int = allow.number(10, 1, 60)


@dataclass(frozen=True, slots=True)
class PasswordSettings:
    """User name and password given by the electronic-government system (I8). Without an address it is not offered."""

    url: str = allow.text("", "an https address, or empty", _URL)
    token_file: str = allow.text("", "a file's path, or empty")
    ca_file: str = allow.text("", "a file of trusted certificates, or empty for the system's")
    timeout_seconds: int = allow.number(10, 1, 60)


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Where subscribers, bills and payments are: in our own database, or in the company's system."""

    source: str = allow.one_of("own", "own", "http")
    url: str = allow.text("", "an https address, or empty", _URL)
    token_file: str = allow.text("", "a file's path, or empty")
    ca_file: str = allow.text("", "a file of trusted certificates, or empty for the system's")
    timeout_seconds: int = allow.number(10, 1, 60)


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """Uploaded documents (W9)."""

    most_mb: int = allow.number(10, 1, 100)
    most_pages: int = allow.number(20, 1, 500)
    most_megapixels: int = allow.number(60, 1, 500)
    seconds: int = allow.number(20, 1, 120)
    stick_folders: str = allow.text("/media, /run/media", "folders with commas between", r"/[^\r\n]*")
    scanner: str = allow.text("", '"", "auto" or a SANE device\'s name', r"[^\r\n]*")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What citizens' phones and payment services reach: `asan-kiosk web`. Without a public address it is hidden."""

    public_url: str = allow.text("", "an https address, or empty", r"|https://\S+")
    host: str = allow.text("127.0.0.1", "an address to listen at", r"\S+")
    port: int = allow.number(8443, 1, 65535)
    certificate: str = allow.text("", "a PEM file, or empty behind a proxy that ends TLS")
    key: str = allow.text("", "a PEM file, or empty")
    upload_minutes: int = allow.number(10, 1, 60)
    requests: int = allow.number(60, 10, 10_000)
    requests_per_second: int = allow.number(2, 1, 1_000)
    service_requests: int = allow.number(300, 10, 10_000)
    service_requests_per_second: int = allow.number(20, 1, 1_000)
    connections: int = allow.number(256, 8, 800)
    connections_per_address: int = allow.number(48, 4, 800)
    files: int = allow.number(6, 1, 32)


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """How debts are paid (W6)."""

    terminal: str = allow.one_of("", "", "none", "simulated")
    cash_desk: bool = True
    order_minutes: int = allow.number(15, 1, 1440)
    qr_scheme: str = allow.text("", "the payment scheme's id, or empty", r"|[A-Za-z0-9_.-]{1,32}")
    qr_merchant: str = allow.text("", "the merchant's account in the scheme", r"[\x20-\x7e]{0,59}")
    qr_name: str = allow.text("", "the merchant's name, 25 signs", r"[\x20-\x7e]{0,25}")
    qr_city: str = allow.text("BAKI", "the merchant's city, 15 signs", r"[\x20-\x7e]{1,15}")
    qr_category: str = allow.text("4900", "ISO 18245 merchant category code", r"[0-9]{4}")
    notice_key_file: str = allow.text("", "a file's path, or empty")


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """How short messages leave; "none" writes none."""

    transport: str = allow.one_of("", "", "none", "folder", "http", "smpp")
    path: str = allow.text("", "a folder's path, or empty for the state folder's own")
    url: str = allow.text("", "an https address, or empty", _URL)
    host: str = allow.text("localhost", "a host name or address", r"\S+")
    port: int = allow.number(2775, 1, 65535)
    tls: bool = True
    user: str = allow.text("", "a login name, or empty for none")
    password_file: str = allow.text("", "a file's path, or empty")
    ca_file: str = allow.text("", "a file of trusted certificates, or empty for the system's")
    sender: str = allow.text("ASAN", "a name of up to 11 signs, or a number", r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{1,15}")
    timeout_seconds: int = allow.number(20, 1, 300)
