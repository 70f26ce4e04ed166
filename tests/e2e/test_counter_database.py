"""The workplace on PostgreSQL by the login of a counter, with a restart between two steps (K5, C2, C8, issue 5)."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.e2e.counter_operator import Operator
from tests.e2e.hall import CENTRE
from tests.e2e.test_database_away import Centre
from tests.e2e.workday import SERVICES, Workday
from tests.standby import running_node

pytestmark = pytest.mark.long

_BOOKED = """
    SELECT fin, to_timestamp(starts_at / 1000) AT TIME ZONE 'Asia/Baku' FROM bookings
    WHERE centre = %s AND state = 'confirmed' AND (to_timestamp(starts_at / 1000) AT TIME ZONE 'Asia/Baku')::date = %s
    LIMIT 1
"""


def test_every_step_by_a_counters_login_over_a_restart(tmp_path: Path) -> None:
    """A step asked for while the server is down is done once, by itself, when it is back; what was typed is there."""
    with running_node() as node:
        centre = Centre(tmp_path)
        centre.make(node)
        day = Workday(centre.place("postgres", node))
        first, second, _ = day.walk_in("10:00", *SERVICES[:3])
        with psycopg.connect(node.dsn("asan")) as connection:
            booked = connection.execute(_BOOKED, (CENTRE, day.date)).fetchone()
        assert booked is not None
        counter = centre.place("counter", node)
        with counter.face("counter", columns=100, rows=35) as face:
            operator = Operator(face)
            operator.signs_in()
            face.press("F2")
            operator.sees(operator.words("button.start"))
            operator.presses("F3", "F4", "F5")
            operator.types("surat")
            node.stop()
            face.press("Return")
            operator.sees(operator.words("counter.away"), "surat")
            operator.locks()
            node.start()
            operator.unlocks()
            operator.sees(operator.words("counter.connected"), operator.words("button.call_next"), "surat")
            assert day.state(first) == ("parked", None)
            face.press("F2")
            operator.sees(operator.words("counter.person.called"))
            operator.presses("F8", "F9", "shift+F5", "F9", "F6")
            operator.types("pasport")
            face.press("Return")
            operator.sees(operator.words("counter.done.transfer", ticket=second))
            operator.presses("F11", "F4")
            operator.finishes()
            operator.sees(operator.words("counter.done.finish", ticket=first))
            operator.presses("shift+F8", "F2")
            operator.types(str(booked[0]))
            face.press("Return")
            operator.sees(operator.words("desk.found", count=1), booked[1].strftime("%H:%M"))
    assert "Traceback" not in counter.log()
