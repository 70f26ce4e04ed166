"""kill -9 of the real `asan-kiosk batch` at random moments, while it holds, confirms and activates without a pause."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.batch.answer import moment
from kiosk.clock import to_datetime
from tests.kills.scene import ARRIVES, Case, Scene
from tests.kills.victim import Answer
from tests.races.fights import doubles, gaps
from tests.stations import at

LATER = "2026-11-23 10:00"
_OF_EACH = 2
_LONGEST_SPIN = 0.01


def _batch(scene: Scene) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "batch", "--config", scene.config],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _killed(process: subprocess.Popen[bytes], scene: Scene, cases: list[Case], chance: random.Random) -> list[Answer]:
    """Ask everything at once, read some answers, kill it a little later; whatever it told."""
    assert process.stdin is not None
    assert process.stdout is not None
    clock = {"do": "clock", "now": moment(to_datetime(scene.now))}
    process.stdin.write(json.dumps(clock).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["ok"]
    process.stdin.write(b"".join(json.dumps(case.request).encode() + b"\n" for case in cases))
    process.stdin.flush()
    told = [process.stdout.readline() for _ in range(chance.randrange(len(cases)))]
    until = time.perf_counter() + chance.uniform(0, _LONGEST_SPIN)
    while time.perf_counter() < until:
        pass
    process.kill()
    told += process.stdout.readlines()
    assert process.wait() == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()
    return [json.loads(line) for line in told if line.endswith(b"\n")]


@pytest.mark.parametrize("kills", [pytest.param(3, id="3"), pytest.param(100, id="100", marks=pytest.mark.long)])
def test_killed_at_random_moments(ready_url: str, tmp_path: Path, secrets_folder: Path, kills: int) -> None:
    """K5: nothing lost that was told, nothing double; 6 kills in the first tier, 200 in the second."""
    chance = random.Random(kills)  # noqa: S311 - when to kill, no secret
    scene = Scene(ready_url, tmp_path, secrets_folder)
    arrivals = [scene.case("arrive") for _ in range(_OF_EACH * kills)]
    scene.now = at(ARRIVES)
    told_of = set()
    following = _batch(scene)
    try:
        for _ in range(kills):
            process = following
            cases = [case for _ in range(_OF_EACH) for case in _one_of_each(scene, arrivals.pop())]
            following = _batch(scene)  # it starts while this one is killed and looked at
            answers = _killed(process, scene, cases, chance)
            told_of.add(len(answers))
            for number, case in enumerate(cases):
                scene.check(case, answers[number] if number < len(answers) else None)
    finally:
        following.kill()
        following.communicate()
    # three may be alike by the machine's chance, a hundred are not
    assert kills < 100 or len(told_of) > 1, "the moments were all alike"
    with scene.opened() as opened:
        assert not doubles(opened.trial)
        assert not gaps(opened.trial)


def _one_of_each(scene: Scene, arrival: Case) -> tuple[Case, Case, Case]:
    return scene.case("hold", LATER), scene.case("confirm", LATER), arrival
