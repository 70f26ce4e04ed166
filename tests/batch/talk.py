"""Talks with `batch` as another program does, and holds every answer against docs/batch.schema.json."""

from __future__ import annotations

import io
import json
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from kiosk.batch.loop import Batch
from kiosk.station import Station
from tests.stations import CENTRE, PERSON, SERVICE

SCHEMA = Path(__file__).parents[2] / "docs" / "batch.schema.json"
_keys = count(1)


@cache
def _defined() -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    return definitions


@cache
def validator(name: str) -> Draft202012Validator:
    """The schema of `request_DO`, `answer_DO` or `error_NAME`."""
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": _defined()})


def check(do: str, answer: dict[str, Any]) -> None:
    """The answer has the form the document gives it; to a request that there is not, that of a malformed one."""
    validator(f"answer_{do}" if f"answer_{do}" in _defined() else "answer_malformed").validate(answer)


def key() -> str:
    """A key no request had before."""
    return f"batch-{next(_keys)}"


def hold(wall: str = "2026-11-23T10:00:00+04:00", **changed: Any) -> dict[str, Any]:
    """A request to hold an hour."""
    given = {"do": "hold", "key": key(), "service": SERVICE, "centre": CENTRE, "time": wall, "language": "az"}
    return {**given, "applicant": dict(PERSON), **changed}


class Talk:
    """One `batch` in this process."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self._batch = Batch(station)
        self._ids = count(1)

    def lines(self, *lines: bytes) -> list[bytes]:
        """The answers to raw lines, as bytes without their line ends."""
        answers = io.BytesIO()
        self._batch.run(io.BytesIO(b"".join(lines)), answers)
        assert answers.getvalue().endswith(b"\n") or not lines
        return answers.getvalue().split(b"\n")[:-1]

    def raw(self, request: dict[str, Any]) -> bytes:
        """One request's answer, to the byte."""
        (line,) = self.lines(json.dumps(request).encode() + b"\n")
        check(request["do"], json.loads(line))
        return line

    def ask(self, do: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
        """One request's answer, without its id and its `ok`; the request has the documented form if it succeeds."""
        request = dict(do) if isinstance(do, dict) else {"do": do, **fields}
        request.setdefault("id", next(self._ids))
        answer = json.loads(self.raw(request))
        assert list(answer)[:2] == ["id", "ok"] and answer["id"] == request["id"]
        if answer["ok"]:
            validator(f"request_{request['do']}").validate(request)
        else:
            assert list(answer)[2] == "error"
        return {name: value for name, value in answer.items() if name not in ("id", "ok")}

    def at(self, wall: str) -> None:
        """Set the clock: "2026-11-23T10:00:00"."""
        assert "now" in self.ask("clock", now=f"{wall}+04:00")
