"""Tables of mounts as the kernel writes them."""

from __future__ import annotations

import os
from pathlib import Path


def line(path: Path | str, number: int = 100, *, options: str = "rw,nosuid", super_options: str = "rw") -> str:
    """One line of /proc/self/mountinfo; the device is the path's own where it is there."""
    device = Path(path).stat().st_dev if Path(path).exists() else os.makedev(8, 17)
    written = "".join(f"\\{ord(sign):03o}" if sign in " \t\n\\" else sign for sign in str(path))
    place = f"{os.major(device)}:{os.minor(device)}"
    return f"{number} 26 {place} / {written} {options},relatime shared:52 master:1 - vfat /dev/sdb1 {super_options}\n"


ROOT = "26 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n"
