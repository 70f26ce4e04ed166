"""The tests of the rules once more, with the rights that a kiosk's and a counter's login have in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db import grants

_ROOT = Path(__file__).parents[2]

_AT_KIOSKS = (
    "tests/kiosk/hall/test_arrival.py",
    "tests/kiosk/hall/test_walk_ins.py",
    "tests/kiosk/booking/test_confirm.py",
    "tests/kiosk/booking/test_grid.py",
    "tests/kiosk/booking/test_holds.py",
    "tests/kiosk/booking/test_orders.py",
    "tests/kiosk/identity/test_sessions.py",
    "tests/kiosk/water/test_payments.py",
    "tests/kiosk/water/test_statement.py",
    "tests/kiosk/water/test_terminal_payments.py",
    "tests/kiosk/water/test_uploads.py",
)
# they put something in the place of the station's database, which is the test's own here
_NOT_HERE = ("money_taken_while_nobody_can_count", "with_the_database_away")
_NOT_AT_KIOSKS = (
    # letters to people whom a kiosk may not know wait there for who may
    "nobodys_way",
    "nothing_is_sent_for_a_hold_that_is_over",
    "a_letter_that_was_left_goes_out",
    # what the desk, an administrator or nobody's station does
    "desk",
    "counts_for_the_service_it_was_given_for",
    "forgotten",
    *_NOT_HERE,
)
_AT_COUNTERS = (*_AT_KIOSKS, "tests/kiosk/hall", "tests/kiosk/water/test_work.py", "tests/kiosk/water/test_held.py")
_NOT_AT_COUNTERS = (*_NOT_HERE, "limits", "import", "forgotten", "purge", "forgets")


@pytest.mark.long
@pytest.mark.parametrize(("role", "files", "others"), [
    (grants.KIOSK, _AT_KIOSKS, _NOT_AT_KIOSKS), (grants.COUNTER, _AT_COUNTERS, _NOT_AT_COUNTERS),
])  # fmt: skip
def test_every_act_of_a_face_works_with_the_rights_of_its_login(
    role: str, files: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """K5, K6: what its login may do is all that a face needs."""
    wanted = " and ".join(("postgresql", *(f"not {name}" for name in others)))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.logins", "--login", role,
         "-k", wanted, *files],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-5000:]
