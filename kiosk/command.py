"""What every command of `asan-kiosk` shares: its settings, how a failure is told, where it logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.settings import Settings, SettingsError, default_file, load

_Command = TypeVar("_Command", bound=Callable[..., Any])
_EXIT_SETTINGS = 2


class Failed(click.ClickException):
    """A job that cannot be done, told in one line."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print it as the other lines are printed."""
        click.echo(f"asan-kiosk: {self.message}", err=True)


class _BadSettings(Failed):
    exit_code = _EXIT_SETTINGS


def configured(command: _Command) -> _Command:
    """Gives a command its `--config`, and turns what can go wrong into one line on stderr."""

    @click.option(
        "--config",
        "config",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Settings to use. Default: the kiosk.toml beside the program, then /etc/asan-kiosk/kiosk.toml.",
    )
    @wraps(command)
    def run(config: Path | None, **given: Any) -> Any:
        try:
            settings = load(config if config is not None else default_file())
        except SettingsError as error:
            raise _BadSettings(str(error)) from None
        return _told(lambda: command(settings, **given))

    return run  # type: ignore[return-value]


def _told(job: Callable[[], Any]) -> Any:
    """Run a job; what is expected to go wrong becomes a line, anything else is a fault and shows its trace."""
    try:
        return job()
    except click.ClickException:
        raise
    except Exception as error:
        words = _words(error)
        if words is None:
            raise
        raise (_BadSettings if type(error).__name__ == "ForbiddenInProduction" else Failed)(words) from None


def _words(error: Exception) -> str | None:
    """What to say of an error that is no fault of the program; None of one that is.

    Imported only now: a face must show its first frame before the database's library is loaded.
    """
    from db.engine import DatabaseAway, NotPermitted
    from db.reference import ReferenceConflict
    from db.roles import RolesMissing
    from kiosk.booking.signing_keys import NoSigningKey
    from kiosk.care.backup import BackupFailed
    from kiosk.errors import BadRequest, NotAllowed, Unavailable
    from kiosk.identity.card_facts import CardError
    from kiosk.place import NotReady
    from kiosk.production import ForbiddenInProduction
    from kiosk.reference_file import BadReference
    from kiosk.secret_files import SecretTooOpen

    if isinstance(error, DatabaseAway):
        return f"the database does not answer: {error}"
    if isinstance(error, NotPermitted):
        return f"the login of this station may not do that: {error}"
    if isinstance(error, NotAllowed):
        return "the login of this station may not do that"
    if isinstance(error, Unavailable):
        return "the database does not answer; `asan-kiosk doctor` may say why"
    if isinstance(error, CardError):
        return _card_words(error)
    if isinstance(error, BadRequest):
        return f"{error.field}: {error.why}"
    told = (
        ForbiddenInProduction,
        NotReady,
        BadReference,
        ReferenceConflict,
        RolesMissing,
        NoSigningKey,
        BackupFailed,
        SecretTooOpen,
        OSError,
    )
    return str(error) if isinstance(error, told) else None


def _card_words(error: Exception) -> str:
    from kiosk.identity.card_facts import CardError, PinFormat, PinWrong

    if isinstance(error, PinWrong):
        return f"the PIN is wrong; tries left: {'not told' if error.left is None else error.left}"
    if isinstance(error, PinFormat):
        return f"the PIN has {error.shortest} to {error.longest} digits; it was not sent, no try was used"
    code = f" ({error.code:X})" if isinstance(error, CardError) and error.code is not None else ""
    return f"the card: {error}{code}"


def say(line: str) -> None:
    """One line on stderr."""
    click.echo(f"asan-kiosk: {line}", err=True)


def log_to(settings: Settings) -> None:
    """Everything that is logged goes to the file; nothing may write on the terminal under a face."""
    file = settings.log_file
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    logging.basicConfig(
        filename=file,
        level=settings.log.level.upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        encoding="utf-8",
        force=True,
    )
    logging.captureWarnings(True)
