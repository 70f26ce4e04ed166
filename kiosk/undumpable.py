"""No core dump of this process, which holds what people type (I9, K6)."""

from __future__ import annotations

import ctypes
import resource
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def forbid_dumps() -> None:
    """Let no crash write this process's memory anywhere, and nobody but root look into it.

    The limit alone is not enough: a core pattern that is a pipe takes no notice of it (core(5)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
