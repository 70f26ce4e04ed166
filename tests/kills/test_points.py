"""kill -9 between each pair of statements of hold, confirm and arrive, in their commit and before their answer.

A victim counts the statements that reach the driver and kills itself before the one it was told. The act's letter is
carried within it, since it lies in the Maildir before the answer: its statements come after the commit.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.kills.scene import ARRIVES, Act, Scene
from tests.kills.victim import COMMIT, Point, act
from tests.stations import at

ACTS: tuple[Act, ...] = ("hold", "confirm", "arrive")
FIRST_WRITE = ("INSERT", "UPDATE")


@pytest.fixture
def scene(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Scene:
    return Scene(ready_url, tmp_path, secrets_folder)


def _ready(scene: Scene, do: Act) -> None:
    if do == "arrive":
        scene.now = at(ARRIVES)


@pytest.mark.parametrize("do", ["hold", *(pytest.param(do, marks=pytest.mark.long) for do in ("confirm", "arrive"))])
def test_killed_before_each_statement_and_before_the_answer(scene: Scene, do: Act) -> None:
    """K5: before its commit nothing is done, after it all is; the same key then finds or does it, once."""
    unharmed = scene.case(do)
    cases = [scene.case(do) for _ in range(60)]
    _ready(scene, do)
    whole = act(scene.settings, scene.now, unharmed.request, Point())
    assert whole.signal == 0
    scene.check(unharmed, whole.answer)
    committed = whole.statements.index(COMMIT) + 1
    assert sum(statement.startswith(FIRST_WRITE) for statement in whole.statements[:committed]) >= 4
    last = len(whole.statements) + 1
    hit = []
    for number, case in zip(range(1, last + 1), cases, strict=False):
        death = act(scene.settings, scene.now, case.request, Point(number))
        assert death.signal == signal.SIGKILL
        assert scene.is_kept(case) == (number > committed)
        scene.check(case, death.answer)
        hit.append(len(death.statements) if death.answer is None else last)
        assert death.statements == whole.statements[: len(death.statements)], "it was on another way"
    assert hit == list(range(1, last + 1)), "every point was hit"


@pytest.mark.parametrize("do", ACTS)
def test_killed_while_it_commits(scene: Scene, do: Act) -> None:
    """Whichever way the commit went: it was all or nothing."""
    chance = random.Random(do)  # noqa: S311 - when to kill, no secret
    cases = [scene.case(do) for _ in range(6)]
    _ready(scene, do)
    for case in cases:
        spin = chance.uniform(0, 0.002)
        assert act(scene.settings, scene.now, case.request, Point(commit_begins=True), spin).signal == signal.SIGKILL
        scene.check(case, None)


@pytest.mark.parametrize("do", ACTS)
@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_killed_when_its_commit_had_left(scene: Scene, do: Act) -> None:
    """The server does what nobody waits for any more; the same key is told of it."""
    case = scene.case(do)
    _ready(scene, do)
    assert act(scene.settings, scene.now, case.request, Point(commit_sent=True)).signal == signal.SIGKILL
    scene.check(case, None)
