"""Tells the company's own system what happened here: each once, in order for a subscriber, for as long as it takes."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from db import applications, changes
from db import registry_calls as rows
from db.engine import Database, DatabaseAway
from db.registry_calls import CallRow
from kiosk.clock import MINUTE, Instant
from kiosk.settings import Settings
from kiosk.water.registry_link import Refused, RegistryLink
from kiosk.web_call import NotReached

_PATHS: Final = {"payment": "/payments", "service_state": "/service-states", "new_subscriber": "/subscribers"}
_OWN: Final = frozenset({"qapik", "month"})
"""Facts of a payment for our own sums, which nobody is told."""
_MOST: Final = 50
_FIRST_PAUSE: Final = 5_000
_LONGEST_PAUSE: Final = 15 * MINUTE
_AFTER_REFUSAL: Final = 6 * 60 * MINUTE
"""What the other side refuses is told again a few times a day: somebody has to mend something, and nothing is lost."""
_log = logging.getLogger(__name__)


class RegistryCarrier:
    """Carries `registry_calls`; several stations may, the other side counts a key once.

    Args:
        database: where the calls are.
        settings: the system's address and patience.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._link = RegistryLink(settings)
        self._lease = (settings.registry.timeout_seconds + 60) * 1000
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, every_seconds: float = 5.0) -> None:
        """Carry what is due every so often, in a thread. Once is enough."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(every_seconds,), name="registry calls", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; a call under way is not waited for and is told again by whoever comes next."""
        self._stopped.set()

    def carry_due(self) -> int:
        """Tell what is due; how many were told.

        Raises:
            DatabaseAway: the database is away.
        """
        told = 0
        while not self._stopped.is_set():
            with self._database.reading() as (connection, now):
                found = rows.due(connection, now, _MOST)
            taken = [call for call in found if self._take(call, now)]
            if not taken:
                break
            for call in taken:
                if self._stopped.is_set():
                    break
                told += self._carry(call)
        return told

    def _take(self, call: CallRow, now: Instant) -> bool:
        return self._database.write(lambda connection, _: rows.take(connection, call.id, now, now + self._lease))

    def _carry(self, call: CallRow) -> bool:
        facts = {name: value for name, value in json.loads(call.facts).items() if name not in _OWN}
        if call.kind == "service_state":
            facts["subscriber"] = call.subscriber
        key = hashlib.sha256(call.reference.encode()).hexdigest()
        try:
            code = self._link.tell(_PATHS[call.kind], facts, key)
        except (NotReached, Refused) as error:
            self._put_off(call, error)
            return False
        self._done(call, code)
        return True

    def _done(self, call: CallRow, code: str | None) -> None:
        is_new = call.kind == "new_subscriber"

        def act(connection: Any, now: Instant) -> None:
            rows.done(connection, call.id, now, code if is_new else None, forget=is_new)
            if is_new and code is not None:
                _note_code(connection, json.loads(call.facts)["application"], code)

        self._database.write(act)

    def _put_off(self, call: CallRow, error: Exception) -> None:
        attempt = call.attempts + 1
        pause = (
            _AFTER_REFUSAL if isinstance(error, Refused) else min(_FIRST_PAUSE * 2 ** min(attempt, 12), _LONGEST_PAUSE)
        )
        _log.warning("the registry was not told of call %d after attempt %d: %s", call.id, attempt, error)
        self._database.write(lambda connection, now: rows.put_off(connection, call.id, now + pause, str(error)))

    def _run(self, every_seconds: float) -> None:
        while not self._stopped.is_set():
            self._safely(self.carry_due)
            self._stopped.wait(every_seconds)

    def _safely(self, carry: Callable[[], int]) -> None:
        try:
            carry()
        except DatabaseAway:
            _log.warning("calls to the registry wait: the database is away")
        except Exception as error:  # the thread must live on, and a trace may hold a person's data
            _log.error("telling the registry stumbled over %s", type(error).__name__)


def _note_code(connection: Any, number: str, code: str) -> None:
    """The company's system gave a new consumer's code: their application is about it from now on."""
    application = applications.by_number(connection, number)
    if application is not None:
        applications.set_subscriber(connection, application.id, code)
        changes.announce(connection)
