"""kill -9 of an application: between each pair of statements, in its commit, before its answer (W3, K5).

One application or none, never two; a number told only if kept; letters exactly for what is kept.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.post.sms_folder import SmsFolder
from tests.kills.scene import Scene
from tests.kills.victim import COMMIT, Answer, Death, Point, Request, act
from tests.kiosk.water.applying import Company
from tests.stations import person

_WRITES = ("INSERT", "UPDATE")
_AT_A_TIME = 10


@dataclass(frozen=True)
class Case:
    """One person's application about their own account."""

    request: Request
    person: Mapping[str, str]
    code: str


def _code(number: int) -> str:
    return f"44{number:05d}"


class Applying(Scene):
    """Makes applications, and looks whether everything is as it must be."""

    def __init__(self, url: str, folder: Path, secrets: Path) -> None:
        super().__init__(url, folder, secrets, sms={"transport": "folder", "path": str(folder / "sms")})
        self._sms = SmsFolder(folder / "sms")
        self._made = 0
        self._used = 0

    def application(self) -> Case:
        """The next person's; subscribers are made some at a time."""
        self._used += 1
        if self._used > self._made:
            with self.opened() as opened:
                company = Company(opened.trial)
                for number in range(self._used, self._used + _AT_A_TIME):
                    company.subscriber(_code(number), fin=person(number)["fin"])
            self._made += _AT_A_TIME
        whose, code = person(self._used), _code(self._used)
        fields = {"subscriber": code, "reason": "suspension-other", "phone": whose["phone"], "email": whose["email"]}
        request = {"do": "apply", "key": f"apply-{code}", "kind": "suspension", "fin": whose["fin"], "fields": fields}
        return Case(request, whose, code)

    def look(self, case: Case, told: Answer | None, *, kept: bool | None = None) -> None:
        """Look whether it is there, ask again with the same key, twice, and look at everything.

        Args:
            case: whose application was registered, or was not, or perhaps.
            told: what was told of it, or was about to be.
            kept: whether it has to be there, where that is known.
        """
        with self.opened() as opened:
            query = opened.trial.query
            was_kept = bool(query("SELECT 1 FROM applications WHERE subscriber = :c", c=case.code))
            assert kept is None or was_kept == kept
            answer = opened.ask(case.request)
            assert answer["ok"], answer
            assert told is None or told == answer, "the same key has another answer"
            assert told is None or was_kept, "a number was told that is lost"
            assert opened.ask(case.request) == answer
            (row,) = query("SELECT id, number, state FROM applications WHERE subscriber = :c", c=case.code)
            assert (row["number"], row["state"]) == (answer["number"], "registered")
            steps = query("SELECT state FROM application_steps WHERE application = :id", id=row["id"])
            assert [step["state"] for step in steps] == ["registered"]
            orders = query("SELECT state FROM work_orders WHERE application = :id", id=row["id"])
            assert [order["state"] for order in orders] == ["open"]
            assert len(query("SELECT 1 FROM audit WHERE application = :id", id=row["id"])) == 1
            waiting = query("SELECT 1 FROM outbox WHERE application = :id AND sent_at IS NULL", id=row["id"])
            assert not waiting, "a letter was left"
            numbers = [one["number"] for one in query("SELECT number FROM applications ORDER BY id")]
            assert numbers == [f"2026-{number:06}" for number in range(1, len(numbers) + 1)], "a gap or a double"
        assert self.letters(case.person["email"], answer["number"]) == 1
        assert sum(answer["number"] in message.text for message in self._sms.messages()) == 1

    def kill(self, case: Case, point: Point, spin: float = 0.0) -> Death:
        """Let a victim apply and die."""
        return act(self.settings, self.now, case.request, point, spin)


@pytest.fixture
def scene(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Applying:
    return Applying(ready_url, tmp_path, secrets_folder)


def _points(statements: tuple[str, ...], *, every: bool) -> list[int]:
    """Every statement and the answer; or the first, the first write, the commit, what follows it, and the answer."""
    last, committed = len(statements) + 1, statements.index(COMMIT) + 1
    if every:
        return list(range(1, last + 1))
    first_write = next(place for place, text in enumerate(statements, 1) if text.startswith(_WRITES))
    return [1, first_write, committed, committed + 1, last]


@pytest.mark.parametrize(
    "every", [pytest.param(False, id="some"), pytest.param(True, id="every", marks=pytest.mark.long)]
)
def test_killed_before_a_statement_or_before_the_answer(scene: Applying, every: bool) -> None:
    """W3: before its commit there is none, after it there is one; the same key then finds it or makes it."""
    unharmed = scene.application()
    whole = scene.kill(unharmed, Point())
    assert whole.signal == 0
    scene.look(unharmed, whole.answer)
    committed = whole.statements.index(COMMIT) + 1
    assert sum(text.startswith(_WRITES) for text in whole.statements[:committed]) >= 8
    for number in _points(whole.statements, every=every):
        case = scene.application()
        death = scene.kill(case, Point(number))
        assert death.signal == signal.SIGKILL
        assert death.statements == whole.statements[: len(death.statements)], "it was on another way"
        scene.look(case, death.answer, kept=number > committed)


@pytest.mark.parametrize("times", [pytest.param(2, id="2"), pytest.param(20, id="20", marks=pytest.mark.long)])
def test_killed_while_it_commits(scene: Applying, times: int) -> None:
    """Whichever way the commit went: it was all or nothing."""
    chance = random.Random(times)  # noqa: S311 - when to kill, no secret
    for _ in range(times):
        case = scene.application()
        death = scene.kill(case, Point(commit_begins=True), chance.uniform(0, 0.002))
        assert death.signal == signal.SIGKILL
        scene.look(case, None)


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_killed_when_its_commit_had_left(scene: Applying) -> None:
    """The server does what nobody waits for any more; the same key is told of it."""
    case = scene.application()
    assert scene.kill(case, Point(commit_sent=True)).signal == signal.SIGKILL
    scene.look(case, None)
