"""`kiosk.toml`, read once, checked and frozen.

Every key has a default here and a line in `kiosk.toml`. An unknown key or a bad value is an error that names file, key,
what was found and what is allowed. Secrets never stand in this file: it names the folder or file that holds them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, get_type_hints

import kiosk
from kiosk import allowed as allow
from kiosk.allowed import Allowed, fits
from kiosk.card_settings import CardSettings, SessionSettings, TrustSettings
from kiosk.hall_settings import BoardSettings, HallSettings
from kiosk.water_settings import (
    DocumentSettings,
    EGovSettings,
    PasswordSettings,
    PaymentSettings,
    RegistrySettings,
    SmsSettings,
    WaterSettings,
    WaysSettings,
    WebSettings,
)


class SettingsError(Exception):
    """`kiosk.toml` cannot be used; the text names file, key, what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class StationSettings:
    """Which machine this is."""

    name: str = allow.text("kiosk-1", "1 to 40 letters, digits, spaces, dots or hyphens", r"[\w .-]{1,40}")
    centre: str = allow.text("baku-2", "a centre's id from the reference data", r"[a-z0-9][a-z0-9-]{0,39}")
    production: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is remembered."""

    url: str = allow.text(
        "", '"" or sqlite:///FILE or postgresql://USER@HOST/NAME', r"|sqlite:///.+|postgresql(\+psycopg)?://.+"
    )
    password_file: str = allow.text("", "a file's path, or empty")


@dataclass(frozen=True, slots=True)
class SecretsSettings:
    """Where signing keys and passwords lie."""

    folder: str = allow.text("", "a folder's path, or empty for the state folder's own")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How letters leave."""

    transport: str = allow.one_of("maildir", "maildir", "smtp")
    path: str = allow.text("", "a folder's path, or empty for the state folder's own")
    sender: str = allow.text(
        "ASAN xidmət <novbe@example.az>", "an e-mail address, with a name before it or without", r"[^\r\n]+@[^\r\n]+"
    )
    host: str = allow.text("localhost", "a host name or address", r"\S+")
    port: int = allow.number(587, 1, 65535)
    security: str = allow.one_of("starttls", "starttls", "tls", "none")
    user: str = allow.text("", "a login name, or empty for none")
    password_file: str = allow.text("", "a file's path, or empty")
    ca_file: str = allow.text("", "a file of trusted certificates, or empty for the system's")
    timeout_seconds: int = allow.number(20, 1, 300)


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """What time it is here."""

    settable: bool = False
    drift_seconds: int = allow.number(60, 1, 86400)


@dataclass(frozen=True, slots=True)
class ExampleSettings:
    """Invented data to try things with."""

    data: bool = True


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """Where centres, services, hours and closures come from at `init`."""

    folder: str = allow.text("", "a folder's path, or empty for the packaged files")


@dataclass(frozen=True, slots=True)
class BookingSettings:
    """Booking an hour. Seven days, one hour's hold and five tries are what S1 and the spec say."""

    days: int = allow.number(7, 1, 60)
    hold_minutes: int = allow.number(60, 1, 1440)
    wrong_codes: int = allow.number(5, 1, 20)
    resend_seconds: int = allow.number(60, 0, 3600)
    shorter_day_before_holiday: bool = True


@dataclass(frozen=True, slots=True)
class ArrivalSettings:
    """The window in which an order code can be activated (Q9)."""

    late_minutes: int = allow.number(15, 0, 240)
    early: str = allow.text(
        "opening",
        '"opening" (that day, from the centre\'s opening) or minutes before the booked time',
        r"opening|[0-9]{1,4}",
    )
    accept_late: bool = False


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much at one time; 0 switches a limit off."""

    open_bookings: int = allow.number(3, 0, 1000)
    holds_per_email: int = allow.number(3, 0, 1000)
    holds_per_station: int = allow.number(60, 0, 100000)
    wrong_pairs: int = allow.number(5, 1, 100)
    wrong_pairs_wait_seconds: int = allow.number(60, 1, 3600)
    wrong_passwords: int = allow.number(5, 1, 100)
    pages_per_email: int = allow.number(3, 1, 100)
    pages_per_station: int = allow.number(30, 1, 10000)


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How the screens look and behave."""

    language: str = allow.one_of("az", "az", "ru", "en")
    theme: str = allow.one_of("auto", "auto", "kiosk-light", "kiosk-dark", "kiosk-contrast", "kiosk-mono")
    touch: bool = True
    large_type: bool = False
    type_command: str = allow.text("", "a command, or empty", r"[^\r\n]*")
    idle_seconds: int = allow.number(60, 10, 3600)
    idle_code_seconds: int = allow.number(300, 10, 3600)
    idle_warning_seconds: int = allow.number(20, 5, 120)
    verdict_seconds: int = allow.number(15, 3, 120)
    help_phone: str = allow.text("108", "a phone number", r"[0-9 +*-]{1,20}")


@dataclass(frozen=True, slots=True)
class CounterSettings:
    """The operator's place."""

    number: int = allow.number(1, 1, 999)
    idle_seconds: int = allow.number(600, 30, 86400)


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """The ticket printer."""

    device: str = allow.one_of("none", "none", "simulated", "network", "usb", "file")
    address: str = allow.text("", "HOST:PORT, VENDOR:PRODUCT (hexadecimal) or a device file, by the device")
    width_dots: int = allow.number(576, 200, 1200)
    folder: str = allow.text("", "the simulated printer's folder, or empty for the state folder's own")


@dataclass(frozen=True, slots=True)
class MaintenanceSettings:
    """Maintenance mode."""

    idle_seconds: int = allow.number(600, 30, 7200)
    look_seconds: int = allow.number(10, 2, 600)
    service_command: str = allow.text("", "a command, or empty", r"[^\r\n]*")
    probe_seconds: int = allow.number(5, 1, 60)


@dataclass(frozen=True, slots=True)
class PurgeSettings:
    """How long things are kept (K6), in days; `purge` deletes what is older."""

    personal_days: int = allow.number(30, 1, 3650)
    letters_days: int = allow.number(7, 1, 3650)
    answers_days: int = allow.number(30, 1, 3650)
    audit_days: int = allow.number(1095, 30, 36500)
    applications_days: int = allow.number(1095, 1, 36500)
    documents_days: int = allow.number(365, 1, 36500)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The log file; it never holds personal data (K6)."""

    file: str = allow.text("", "a file's path, or empty for the state folder's own")
    level: str = allow.one_of("info", "debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a station is told."""

    station: StationSettings = field(default_factory=StationSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    secrets: SecretsSettings = field(default_factory=SecretsSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    example: ExampleSettings = field(default_factory=ExampleSettings)
    reference: ReferenceSettings = field(default_factory=ReferenceSettings)
    booking: BookingSettings = field(default_factory=BookingSettings)
    arrival: ArrivalSettings = field(default_factory=ArrivalSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    face: FaceSettings = field(default_factory=FaceSettings)
    counter: CounterSettings = field(default_factory=CounterSettings)
    hall: HallSettings = field(default_factory=HallSettings)
    board: BoardSettings = field(default_factory=BoardSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    cards: CardSettings = field(default_factory=CardSettings)
    trust: TrustSettings = field(default_factory=TrustSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    ways: WaysSettings = field(default_factory=WaysSettings)
    e_gov: EGovSettings = field(default_factory=EGovSettings)
    password: PasswordSettings = field(default_factory=PasswordSettings)
    water: WaterSettings = field(default_factory=WaterSettings)
    registry: RegistrySettings = field(default_factory=RegistrySettings)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    web: WebSettings = field(default_factory=WebSettings)
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    maintenance: MaintenanceSettings = field(default_factory=MaintenanceSettings)
    purge: PurgeSettings = field(default_factory=PurgeSettings)
    log: LogSettings = field(default_factory=LogSettings)
    file: Path | None = None
    """Where this was read from; relative paths in it start at that file's folder."""

    def path(self, written: str, default: str) -> Path:
        """A path from the file, or `default` under the state folder when it is empty."""
        if not written:
            return state_folder() / default
        base = self.file.parent if self.file is not None else Path.cwd()
        return base / Path(written).expanduser()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL, without a password; relative SQLite paths are made absolute."""
        url = self.database.url
        if not url:
            return f"sqlite:///{state_folder() / 'kiosk.db'}"
        if url.startswith("sqlite:///"):
            return f"sqlite:///{self.path(url.removeprefix('sqlite:///'), '').resolve()}"
        return re.sub(r"^postgresql://", "postgresql+psycopg://", url)

    @property
    def secrets_folder(self) -> Path:
        """Where keys and passwords lie."""
        return self.path(self.secrets.folder, "secrets")

    @property
    def mail_folder(self) -> Path:
        """The Maildir of the example set-up."""
        return self.path(self.mail.path, "mail")

    @property
    def trust_folder(self) -> Path:
        """Where trusted certificates lie, and revocation lists as they were last fetched."""
        default = self.example_trust_folder.name if self.example.data else "trust"
        return self.path(self.trust.folder, default)

    @property
    def card_reader(self) -> str:
        """Which readers: "simulated", "pcsc" or "auto"."""
        return self.cards.reader or ("simulated" if self.example.data else "pcsc")

    @property
    def sms_transport(self) -> str:
        """How short messages leave: "none", "folder" (trials only), "http" or "smpp"."""
        return self.sms.transport or ("folder" if self.example.data else "none")

    @property
    def sms_folder(self) -> Path:
        """Where short messages of the example set-up lie."""
        return self.path(self.sms.path, "sms")

    @property
    def payment_terminal(self) -> str:
        """The card payment terminal: "none" or "simulated" (trials only)."""
        return self.payments.terminal or ("simulated" if self.example.data else "none")

    @property
    def reader_socket(self) -> Path:
        """Where the simulated reader takes cards from other processes."""
        return state_folder() / "virtual-card-reader"

    @property
    def example_trust_folder(self) -> Path:
        """The invented authorities whose certificates virtual cards carry."""
        return state_folder() / "example-trust"

    @property
    def pkcs11_modules(self) -> tuple[tuple[str, Path], ...]:
        """Vendors' PKCS#11 modules: what each is called, and its file."""
        pairs = (entry.partition("=") for entry in self.cards.pkcs11.split(",") if entry)
        return tuple((name.strip(), self.path(file.strip(), "")) for name, _, file in pairs)

    @property
    def log_file(self) -> Path:
        """Where the log goes."""
        return self.path(self.log.file, "kiosk.log")


_TOML_NAMES: Final = {bool: "true or false", int: "a whole number", str: "a text in quotes"}


def state_folder() -> Path:
    """The user's state folder for this product (XDG_STATE_HOME); systemd's STATE_DIRECTORY goes before it."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "asan-kiosk"


def default_file() -> Path | None:
    """The kiosk.toml that is used when none is named: beside the code, then /etc/asan-kiosk."""
    package = Path(kiosk.__file__).resolve().parent
    for candidate in (package.parent / "kiosk.toml", Path("/etc/asan-kiosk/kiosk.toml")):
        if candidate.is_file():
            return candidate
    return None


def load(file: Path | None) -> Settings:
    """The settings of `file`, or the defaults when there is none.

    Raises:
        SettingsError: the file is not there, is no TOML, or holds an unknown key or a bad value.
    """
    if file is None:
        return Settings()
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is not TOML: {error}") from error
    return parse(data, file.resolve())


def parse(data: Mapping[str, Any], file: Path) -> Settings:
    """The settings in a parsed TOML document; `file` is named in errors and anchors relative paths.

    Raises:
        SettingsError: an unknown section or key, or a bad value.
    """
    hints = get_type_hints(Settings)
    sections = {entry.name: hints[entry.name] for entry in fields(Settings) if entry.name != "file"}
    given: dict[str, Any] = {"file": file}
    for section, values in data.items():
        if section not in sections:
            raise SettingsError(f"{file}: unknown section [{section}]; allowed: {', '.join(sections)}")
        if not isinstance(values, Mapping):
            raise SettingsError(f"{file}: {section}: found {values!r}; allowed: a section [{section}]")
        given[section] = _section(sections[section], section, values, file)
    return Settings(**given)


def _section(kind: Any, section: str, values: Mapping[str, Any], file: Path) -> Any:
    hints = get_type_hints(kind)
    known = {entry.name: entry for entry in fields(kind)}
    for key, value in values.items():
        name = f"{file}: [{section}] {key}"
        if key not in known:
            raise SettingsError(f"{name}: unknown key; allowed in [{section}]: {', '.join(known)}")
        allowed: Allowed | None = known[key].metadata.get("allowed")
        words = allowed.words if allowed is not None else _TOML_NAMES[hints[key]]
        if type(value) is not hints[key] or (allowed is not None and not fits(value, allowed)):
            raise SettingsError(f"{name}: found {value!r}; allowed: {words}")
    return kind(**values)
