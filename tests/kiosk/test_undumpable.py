"""No crash writes what people typed into a file (I9)."""

from __future__ import annotations

import subprocess
import sys

_DIES = """
import ctypes, resource
from kiosk.undumpable import forbid_dumps
{call}
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def _told(call: str) -> str:
    done = subprocess.run([sys.executable, "-c", _DIES.format(call=call)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_core_dumps_are_off() -> None:
    """By the limit and by the kernel's own mark, which a core pattern that is a pipe heeds too."""
    assert _told("forbid_dumps()") == "0 0"


def test_without_it_the_process_could_be_dumped() -> None:
    assert _told("").endswith(" 1")
