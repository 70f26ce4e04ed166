"""What a search of the kiosk's memory still finds of a person who has left: `python -m tests.e2e.memory_search`.

A citizen types who they are and walks away; the visit ends by idle. Then every readable page of the process is searched
for what was typed. Python cannot wipe a text: freed memory keeps its bytes until it is used again, so something may be
found although no object holds it any more (`tests/screens/test_idle.py` shows that none does).
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.e2e.citizen import Citizen, Person
from tests.e2e.pictures import made_place
from tests.e2e.pty_terminal import PtyTerminal

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-32-le")
"""How a text may lie in memory: as sent by the terminal, and as CPython keeps texts by their widest letter."""


def found_in(process: int, texts: tuple[str, ...]) -> dict[str, int]:
    """How often each text lies in the readable memory of a process, in any of the encodings."""
    found = dict.fromkeys(texts, 0)
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match is None:
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            try:
                memory.seek(start)
                page = memory.read(end - start)
            except OSError:
                continue  # the kernel's own pages
            for text in texts:
                found[text] += sum(page.count(text.encode(encoding)) for encoding in ENCODINGS)
    return found


def main() -> None:
    """Walk away from the form, and print what is found before and after the visit's end."""
    person = Person(
        given_name="Ziyafetxan", surname="Qeribesoy", patronymic="Misirxan", fin="7QXWZ3K", phone="507654321"
    )
    with TemporaryDirectory() as folder:
        place = made_place(Path(folder), "idle_seconds = 25\nidle_code_seconds = 25")
        with place.face_on(PtyTerminal) as face:
            citizen = Citizen(face, place, person=person)
            citizen.comes()
            citizen.chooses_service()
            citizen.chooses_centre()
            citizen.chooses_date()
            citizen.chooses_hour()
            citizen.types_who_one_is()
            texts = (
                person.given_name,
                person.surname,
                person.fin,
                person.email,
                place.code_mailed(person.email) or "-",
            )
            before = found_in(face.process.pid, texts)
            face.shows(citizen.title("home.book"), patience=90)
            face.rests(3.0, patience=90)
            after = found_in(face.process.pid, texts)
    for name, text in zip(("given name", "surname", "FİN", "e-mail", "code"), texts, strict=True):
        print(f"{name:<12} during the visit {before[text]:>4}, after it {after[text]:>4}")  # noqa: T201 - its report


if __name__ == "__main__":
    main()
