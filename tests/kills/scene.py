"""A database in which many of the same act can be done, each for somebody else, and what must hold after each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, Literal

from kiosk.batch.loop import Batch
from kiosk.booking.order_code import read
from kiosk.settings import Settings, parse
from kiosk.station import Station
from tests.kills.victim import Answer, Request
from tests.stations import CENTRE, SERVICE, START, Trial, at, person, written_settings

Act = Literal["hold", "confirm", "arrive"]
HOUR = "2026-11-21 10:00"
ARRIVES = "2026-11-21 09:55"


@dataclass(frozen=True)
class Case:
    """One act for one person."""

    do: Act
    request: Request
    person: Mapping[str, str]
    booking: str | None
    """The reference of what was held or confirmed before, for an act on it."""


class Scene:
    """Makes cases, reopens the database after a kill, and looks whether everything is as it must be.

    Args:
        url: a ready database.
        folder: for the station's files.
        secrets: the signing keys.
        more: further sections of kiosk.toml.
    """

    def __init__(self, url: str, folder: Path, secrets: Path, **more: dict[str, Any]) -> None:
        sections: dict[str, dict[str, Any]] = {"mail": {"transport": "maildir"}, "limits": {"holds_per_station": 0}}
        written = written_settings(url, folder, secrets, **sections, **more)
        self.config = folder / "kiosk.toml"
        self.config.write_text(_as_toml(written), encoding="utf-8")
        self.settings: Settings = parse(written, self.config)
        self._mail = folder / "mail"
        self.now = at(START)
        self._people = 0
        with self.opened() as opened:
            opened.trial.give_seats(1000)

    def opened(self) -> Opened:
        """The database as a station that starts now finds it."""
        return Opened(self)

    def letters(self, address: str, word: str) -> int:
        """How many letters that hold a word lie in the Maildir for an address."""
        found = 0
        for path in (self._mail / "new").glob("*"):
            written = path.read_bytes()
            if address.encode() not in written:
                continue
            message = message_from_bytes(written, policy=default)
            body = message.get_body(("plain",))
            if str(message["To"]).strip("<>") == address and body is not None:
                found += word in body.get_content()
        return found

    def case(self, do: Act, hour: str = HOUR) -> Case:
        """The next person's; what has to be there before is done at once."""
        self._people += 1
        whose = person(self._people)
        key = f"{do}-{self._people}"
        if do == "hold":
            time = f"{hour.replace(' ', 'T')}:00+04:00"
            request = {"do": do, "key": key, "service": SERVICE, "centre": CENTRE, "time": time, "applicant": whose}
            return Case(do, request, whose, None)
        with self.opened() as opened:
            held = opened.trial.hold(hour, whose, key=f"before-{key}")
            code = opened.trial.code(held.booking)
            if do == "confirm":
                request = {"do": do, "key": key, "booking": held.booking, "code": code}
                return Case(do, request, whose, held.booking)
            confirmed = opened.trial.confirm(held)
        request = {"do": do, "key": key, "order_code": confirmed.order_code, "centre": CENTRE}
        return Case(do, request, whose, held.booking)

    def is_kept(self, case: Case) -> bool:
        """Whether the act has been done, as the database has it."""
        with self.opened() as opened:
            rows = opened.of(case)
        wanted = {"hold": "held", "confirm": "confirmed", "arrive": "active"}[case.do]
        return [row["state"] for row in rows] == [wanted]

    def check(self, case: Case, told: Answer | None) -> Answer:
        """Ask again with the same key, twice, and look at everything; the answer.

        Args:
            case: whose act was done, or was not, or perhaps.
            told: what was told of it, or was about to be.
        """
        was_kept = self.is_kept(case)
        with self.opened() as opened:
            answer = opened.ask(case.request)
            assert answer["ok"], answer
            assert told is None or told == answer, "the same key has another answer"
            assert told is None or was_kept, "what was told is lost"
            assert opened.ask(case.request) == answer
            (row,) = opened.of(case)
            audited = opened.trial.query(
                "SELECT outcome FROM audit WHERE act = :act AND booking = :id", act=case.do, id=row["id"]
            )
            assert len(audited) == 1, audited
            getattr(self, f"_check_{case.do}")(opened, case, row, answer)
            waiting = opened.trial.query("SELECT 1 FROM outbox WHERE booking = :id AND sent_at IS NULL", id=row["id"])
            assert not waiting, "a letter was left"
        return answer

    def _check_hold(self, opened: Opened, case: Case, row: Mapping[str, Any], answer: Answer) -> None:
        assert row["state"] == "held"
        assert row["reference"] == read(answer["booking"])
        assert self.letters(case.person["email"], row["code"]) == 1

    def _check_confirm(self, opened: Opened, case: Case, row: Mapping[str, Any], answer: Answer) -> None:
        assert row["state"] == "confirmed"
        assert row["order_code"] == read(answer["order_code"])
        assert self.letters(case.person["email"], answer["order_code"]) == 1

    def _check_arrive(self, opened: Opened, case: Case, row: Mapping[str, Any], answer: Answer) -> None:
        assert row["state"] == "active"
        assert answer["verdict"] == "early"
        (ticket,) = opened.trial.query("SELECT letter, number FROM tickets WHERE booking = :id", id=row["id"])
        assert answer["ticket"] == f"{ticket['letter']}-{ticket['number']:03d}"
        numbers = [found["number"] for found in opened.trial.query("SELECT number FROM tickets ORDER BY number")]
        assert numbers == list(range(1, len(numbers) + 1)), "the numbers have a gap or a double"


class Opened:
    """A context with a station that was started just now."""

    def __init__(self, scene: Scene) -> None:
        self._station = Station(scene.settings)
        self._batch = Batch(self._station)
        self.trial = Trial(self._station, self._station.clock.set)
        self._station.clock.set(scene.now)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self._station.close()

    def ask(self, request: Request) -> Answer:
        """What `batch` answers."""
        return self._batch.answer(json.dumps(request).encode())

    def of(self, case: Case) -> list[dict[str, Any]]:
        """The bookings of a case's person."""
        return self.trial.query("SELECT * FROM bookings WHERE fin = :fin", fin=case.person["fin"])


def _as_toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for section, values in sections.items():
        lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    return "\n".join(lines)
