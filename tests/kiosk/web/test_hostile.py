"""Every hostile file through the phone's door: none is taken, none ends the server, memory stays bounded (W9)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kiosk.water.documents.hostile import FAMILIES, hostile_files
from tests.kiosk.web.phones import file, kiosk_of, pdf, running
from tests.tls import issue

pytestmark = pytest.mark.long

_MOST_KB = 500_000
_NAMES = (
    "../../etc/passwd.pdf",
    "a\x00b.pdf",
    "\u202efdp.exe.pdf",
    "x" * 251 + ".pdf",
    '"; filename="b.exe',
    ".hidden",
    "ə😀.PDF",
)


def test_500_hostile_files_from_a_phone_are_refused(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    """Each with a reason of its kind, each time the page to choose another; and a good file still goes through."""
    certificates = issue(tmp_path / "tls", "127.0.0.1")
    sent = 0
    with running(ready_sqlite_url, tmp_path, secrets_folder, certificates) as web, kiosk_of(web) as kiosk:
        for family in FAMILIES:
            offer = kiosk.water.uploads.offer("other", "en")

            def send(made: tuple[str, bytes], url: str = offer.url) -> tuple[int, bool]:
                name, data = made
                with web.phone() as phone:
                    answer = phone.post(url, files=file(data, name))
                return answer.status_code, 'type="file"' in answer.text

            with ThreadPoolExecutor(4) as phones:
                told = list(phones.map(send, hostile_files(family)))
            sent += len(told)
            assert set(told) <= {(413, True), (422, True)}, family.name
            state = kiosk.water.uploads.state(offer.token)
            assert (state.state, state.document) == ("opened", None), family.name
            assert state.refused in family.whys, family.name
        assert sent >= 500
        assert web.process is not None
        peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{web.process.pid}/status").read_text())
        assert peak is not None
        assert int(peak[1]) < _MOST_KB
        with web.phone() as phone:
            assert phone.post(offer.url, files=file(pdf(), "good.pdf")).status_code == 200


def test_hostile_names_are_only_names(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """A name is looked at for its ending alone: it reaches no file, no page and no log."""
    certificates = issue(tmp_path / "tls", "127.0.0.1")
    with running(ready_sqlite_url, tmp_path, secrets_folder, certificates) as web, kiosk_of(web) as kiosk:
        for name in _NAMES:
            offer = kiosk.water.uploads.offer("other", "en")
            with web.phone() as phone:
                answer = phone.post(offer.url, files=file(b"MZ no document", name))
                assert (answer.status_code, name in answer.text) == (422, False), name
        assert not [name for name in _NAMES if name[:20] in web.log.read_text("utf-8")]
