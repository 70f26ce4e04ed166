"""Where a station of a test lives, and how one starts its faces and speaks with its database from outside."""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.architecture.tree import ROOT
from tests.e2e.glass import PATIENCE, Terminal
from tests.e2e.pty_terminal import PtyTerminal

T = TypeVar("T", bound=Terminal)


@dataclass(frozen=True)
class Place:
    """A folder with kiosk.toml, database, mail and log; `environment` is all that its processes get to see."""

    folder: Path
    environment: Mapping[str, str]

    def command(self, *arguments: str, broken: str = "") -> list[str]:
        """The command line of the product with this place's settings.

        Args:
            arguments: the command and what follows it.
            broken: names of `tests.e2e.broken`, joined by "+": what is taken out of the product, or put in.
        """
        settings = ["--config", str(self.folder / "kiosk.toml")]
        program = [str(ROOT / "tests" / "e2e" / "broken.py"), broken] if broken else ["-P", "-m", "kiosk"]
        return [sys.executable, *program, *arguments, *settings]

    def face(
        self,
        face: str = "kiosk",
        *,
        columns: int = 120,
        rows: int = 36,
        broken: str = "",
        **environment: str,
    ) -> PtyTerminal:
        """A face on a pseudo-terminal."""
        return self.face_on(PtyTerminal, face, columns=columns, rows=rows, broken=broken, **environment)

    def face_on(
        self,
        kind: Callable[[Sequence[str], Mapping[str, str], int, int], T],
        face: str = "kiosk",
        *,
        columns: int = 120,
        rows: int = 36,
        broken: str = "",
        **environment: str,
    ) -> T:
        """A face on a terminal of the given kind."""
        return kind(self.command(face, broken=broken), {**self.environment, **environment}, columns, rows)

    def ask(self, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """What `batch` answers to these requests."""
        lines = "".join(json.dumps({"id": number, **request}) + "\n" for number, request in enumerate(requests))
        done = subprocess.run(
            self.command("batch"), input=lines, check=True, capture_output=True, text=True, timeout=PATIENCE,
            env=dict(self.environment),
        )  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()]

    def log(self) -> str:
        """Everything that was logged."""
        path = self.folder / "kiosk.log"
        return path.read_text("utf-8") if path.exists() else ""

    def letters(self, to: str) -> list[str]:
        """The text parts of the letters to an address, oldest first."""
        found = []
        for path in sorted((self.folder / "mail" / "new").glob("*"), key=lambda one: one.stat().st_mtime_ns):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = letter.get_body(("plain",))
            if to in str(letter["to"]) and body is not None:
                found.append(str(body.get_content()))
        return found

    def code_mailed(self, to: str) -> str | None:
        """The confirmation code of the newest letter to an address: six digits alone on a line (issue, "Mail")."""
        for text in reversed(self.letters(to)):
            if found := re.search(r"^\s*(\d{6})\s*$", text, re.MULTILINE):
                return found[1]
        return None
