"""Stops another process so that it really stands still.

`kill` returns when the signal is on its way: a thread of the other process that runs on another core may still answer
somebody. Seen with pcscd: one command in some thousand was answered after the signal had been sent.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

_PATIENCE = 60.0
_STILL = frozenset("TtZX")
"""States of proc(5): stopped, stopped by a tracer, and the two of a thread that is over."""


def freeze(pid: int) -> None:
    """Stop a process, and return when none of its threads runs any more; SIGCONT lets it go on."""
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + _PATIENCE
    while not _stands_still(pid):
        assert time.monotonic() < until, f"process {pid} does not stop"
        os.sched_yield()


def _stands_still(pid: int) -> bool:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            fields = (thread / "stat").read_text("utf-8", "replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields.rpartition(") ")[2][0] not in _STILL:
            return False
    return True
