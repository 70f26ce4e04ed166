"""Where passwords lie: a file of this user's alone, or a systemd credential; never in `kiosk.toml`."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kiosk.settings import Settings


class SecretTooOpen(Exception):
    """A secret's file can be read by others; the text names the file."""


def secret_file(settings: Settings, written: str, name: str) -> Path | None:
    """The file of a secret, or None when there is none.

    Args:
        settings: names the secrets folder.
        written: a path from `kiosk.toml`; empty to look for `name`.
        name: the secret's name among systemd's credentials ($CREDENTIALS_DIRECTORY) and in the secrets folder.
    """
    if written:
        return settings.path(written, "")
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = [Path(credentials)] if credentials else []
    for folder in (*folders, settings.secrets_folder):
        if (folder / name).is_file():
            return folder / name
    return None


def read_secret(settings: Settings, written: str, name: str) -> str | None:
    """A secret's text without its line end, or None when there is none.

    Raises:
        SecretTooOpen: others than its owner can read the file.
        OSError: the file that `kiosk.toml` names cannot be read.
    """
    path = secret_file(settings, written, name)
    return None if path is None else text_of(path)


def text_of(path: Path) -> str:
    """The text of a secret's file without its line end.

    Raises:
        SecretTooOpen: others than its owner can read it.
        OSError: it cannot be read.
        UnicodeDecodeError: it holds no text.
    """
    if not _is_credential(path) and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretTooOpen(f"{path}: others can read this secret; run: chmod 600 {path}")
    return path.read_text(encoding="utf-8").rstrip("\r\n")


def _is_credential(path: Path) -> bool:
    """Whether systemd laid it there: who may read it is systemd's business."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and path.parent == Path(folder or "")
