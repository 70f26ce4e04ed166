"""A connection to PostgreSQL that does not wait for ever.

The server's own limit of a statement (15 seconds) is no help when the server itself stands still: its machine frozen,
its disk hanging, a commit that waits for a standby that is away. TCP tells nothing of that, for the kernel behind it
goes on answering.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, Final

import psycopg

SECONDS: Final = 18.0
"""How long one answer is waited for. Longer than the server's own limit, which tells more and leaves the connection
whole."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer does not come; what was asked may have been done or not."""

    patience: float | None = SECONDS
    """None: as long as it takes, for jobs that nobody stands before."""

    def wait(self, gen: Generator[Any, Any, Any], *given: Any, **named: Any) -> Any:
        """As psycopg's, but for so long.

        Raises:
            psycopg.OperationalError: no answer came in time; the connection is closed.
        """
        if self.patience is None:
            return super().wait(gen, *given, **named)
        try:
            return super().wait(_for_so_long(gen, self.patience), *given, **named)
        except _NoAnswer:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from None


class _NoAnswer(Exception):
    """The time is over."""


def _for_so_long(gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The same generator; it is called at least ten times a second, with nothing when nothing came."""
    deadline = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise _NoAnswer
            wanted = gen.send(ready)
    except StopIteration as ended:
        return ended.value
