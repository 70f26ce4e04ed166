"""What stands in this process's memory."""

from __future__ import annotations

from pathlib import Path


def holding(digits: list[int]) -> bytearray:
    """A command with these bytes at its end. It is long: the first bytes of freed memory are overwritten by chance."""
    command = bytearray(400)
    for place, digit in enumerate(digits, len(command) - len(digits)):
        command[place] = digit
    return command


def remains(digits: list[int]) -> int:
    """How often these digits stand in this process's memory. Only their first half is ever searched as bytes."""
    half, found = bytes(digits[:4]), 0
    with Path("/proc/self/maps").open() as maps, Path("/proc/self/mem").open("rb", 0) as memory:
        for area in (line.split() for line in maps):
            if not area[1].startswith("rw"):
                continue
            first, last = (int(end, 16) for end in area[0].split("-"))
            memory.seek(first)
            held = memory.read(last - first) or b""
            place = held.find(half)
            while place >= 0:
                found += list(held[place + 4 : place + 8]) == digits[4:]
                place = held.find(half, place + 1)
    return found
