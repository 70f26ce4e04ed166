"""A stick shows what fits and gives its bytes, whatever else lies on it (W9)."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import DocumentRefused
from kiosk.water.documents import sticks
from kiosk.water.documents.example import make_stick
from kiosk.water.documents.jail import Jail
from kiosk.water.documents.sticks import Stick, StickFile, StickGone, Sticks, shown
from kiosk.water.documents.verdict import Bounds
from kiosk.water_settings import DocumentSettings
from tests.hardware.storage.tables import line
from tests.open_files import open_files


class Media:
    """A folder for sticks, with a table of mounts that a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "media"
        self.folder.mkdir()
        self.table = folder / "mountinfo"
        self.table.write_text("")
        settings = replace(DocumentSettings(), most_mb=1, stick_folders=f"{self.folder}, {folder}/none")
        self.sticks = Sticks(settings, folder / "trial", self.table)
        self._number = 100

    def plug(self, name: str = "STICK", files: dict[str, bytes] | None = None) -> Stick:
        stick = self.folder / name
        stick.mkdir(exist_ok=True)
        for path, content in (files or {}).items():
            (stick / path).parent.mkdir(parents=True, exist_ok=True)
            (stick / path).write_bytes(content)
        self._number += 1
        self.table.write_text(self.table.read_text() + line(stick, self._number))
        return next(found for found in self.sticks.sight if found.mount.path == stick)

    def names(self, stick: Stick) -> list[str]:
        return [file.name for file in self.sticks.files(stick)]

    def file(self, stick: Stick, name: str) -> StickFile:
        return next(file for file in self.sticks.files(stick) if file.name == name)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path)


def test_only_fitting_files_are_shown(media: Media) -> None:
    """W9: by their endings, in any case; with size and kind."""
    stick = media.plug(
        files={"a.pdf": b"12", "B.JPG": b"1", "c.Jpeg": b"", "d.png": b"", "e.exe": b"", "f": b"", "g.pdf.lnk": b""}
    )
    assert media.names(stick) == ["a.pdf", "B.JPG", "c.Jpeg", "d.png"]
    assert [(file.size, file.kind) for file in media.sticks.files(stick)][:2] == [
        (2, "application/pdf"),
        (1, "image/jpeg"),
    ]


def test_files_stand_in_azerbaijani_order(media: Media) -> None:
    """W9, K2: and those above stand before those in folders."""
    names = [
        "ə.pdf",
        "z.pdf",
        "x.pdf",
        "İ.pdf",
        "ı.pdf",
        "h.pdf",
        "C.pdf",
        "ç.pdf",
        "e.pdf",
        "q.pdf",
        "k.pdf",
        "A/a.pdf",
    ]
    stick = media.plug(files=dict.fromkeys(names, b""))
    assert media.names(stick) == [
        "C.pdf", "ç.pdf", "e.pdf", "ə.pdf", "h.pdf", "x.pdf", "ı.pdf", "İ.pdf", "k.pdf", "q.pdf", "z.pdf", "A/a.pdf",
    ]  # fmt: skip


def test_hidden_and_system_files_are_left_out(media: Media) -> None:
    """W9: what other systems leave on a stick."""
    hidden = [
        ".a.pdf", "._a.pdf", "~$a.pdf", "$RECYCLE.BIN/a.pdf", "System Volume Information/a.pdf", ".Trashes/a.pdf",
        "LOST+FOUND/a.pdf", "RECYCLER/b.pdf",
    ]  # fmt: skip
    stick = media.plug(files=dict.fromkeys([*hidden, "ok.pdf"], b""))
    assert media.names(stick) == ["ok.pdf"]


def test_nothing_is_followed_or_opened_that_is_no_file(media: Media, tmp_path: Path) -> None:
    """W9: links to files and folders, pipes, sockets and folders that are called like documents."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(b"secret")
    stick = media.plug(files={"ok.pdf": b"ok", "folder.pdf/in.pdf": b"in"})
    root = stick.mount.path
    (root / "link.pdf").symlink_to(outside / "secret.pdf")
    (root / "folder").symlink_to(outside)
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "s.pdf"))
        assert media.names(stick) == ["ok.pdf", "folder.pdf/in.pdf"]


@pytest.mark.parametrize("swap", ["link", "pipe", "folder", "folder above"])
def test_what_was_swapped_after_it_was_shown_is_not_followed(media: Media, tmp_path: Path, swap: str) -> None:
    """W9: a stick may be a computer of its own."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/a.pdf").write_bytes(b"secret")
    stick = media.plug(files={"a/a.pdf": b"ok"})
    file = media.file(stick, "a/a.pdf")
    path = stick.mount.path / "a/a.pdf"
    path.unlink()
    if swap == "link":
        path.symlink_to(tmp_path / "a/a.pdf")
    elif swap == "pipe":
        os.mkfifo(path)
    elif swap == "folder":
        path.mkdir()
    else:
        path.parent.rmdir()
        path.parent.symlink_to(tmp_path / "a")
    with pytest.raises((DocumentRefused, StickGone)):
        media.sticks.load(file)


def test_a_file_is_read_whole_and_bounded(media: Media) -> None:
    """W9: so many bytes and no more; the refusal tells both numbers."""
    stick = media.plug(files={"full.pdf": b"x" * 1_000_000, "over.pdf": b"x" * 1_000_001, "empty.pdf": b""})
    assert media.sticks.load(media.file(stick, "full.pdf")) == b"x" * 1_000_000
    assert media.sticks.load(media.file(stick, "empty.pdf")) == b""
    with pytest.raises(DocumentRefused) as refused:
        media.sticks.load(media.file(stick, "over.pdf"))
    assert refused.value.facts == {"why": "too_big", "found": 1_000_001, "limit": 1_000_000}


def test_a_file_that_grows_while_it_is_read_ends(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: its size was a lie."""
    stick = media.plug(files={"a.pdf": b"x"})
    monkeypatch.setattr("os.read", lambda _file, size: b"x" * size)
    with pytest.raises(DocumentRefused) as refused:
        media.sticks.load(media.file(stick, "a.pdf"))
    assert refused.value.why == "too_big"


@pytest.mark.parametrize(
    "name",
    ["a\x1b[2J.pdf", "a\u202efdp.pdf", "a\n.pdf", "a\u200b.pdf", "a\udcff.pdf", "a\u0301\u0302\u0303.pdf", "\x7f.pdf"],
)
def test_hostile_names_are_shown_printable(media: Media, name: str) -> None:
    """W9: nothing steers the terminal, hides or turns the ending; the file is read all the same."""
    stick = media.plug(files={name: b"ok"})
    (file,) = media.sticks.files(stick)
    assert file.name.isprintable()
    assert file.name.endswith(".pdf")
    assert "\u202e" not in file.name
    assert media.sticks.load(file) == b"ok"


def test_a_long_name_keeps_folder_and_ending(media: Media) -> None:
    """W9."""
    stick = media.plug(files={f"Sənədlər/{'uzun ' * 40}ad.pdf": b""})
    (name,) = media.names(stick)
    assert len(name) <= 60
    assert name.startswith("Sənədlər/uzun")
    assert name.endswith("ad.pdf")
    assert shown("Çıxarış və arayış.pdf") == "Çıxarış və arayış.pdf"


def test_a_stick_of_folders_without_end_is_bounded(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: in depth, in entries and in files shown."""
    deep = "/".join("abcdefgh")
    stick = media.plug(files={f"{deep}/a.pdf": b"", "a/b/c/d/e/f/ok.pdf": b""})
    assert media.names(stick) == ["a/b/c/d/e/f/ok.pdf"]
    many = media.plug("MANY", {f"{n:04d}.pdf": b"" for n in range(310)})
    assert len(media.names(many)) == 300
    monkeypatch.setattr("kiosk.water.documents.sticks._MOST_LOOKED_AT", 50)
    assert len(media.names(many)) == 50


def test_a_pulled_stick_says_so(media: Media) -> None:
    """W9: while its files are shown, and while one is read; the text names no file."""
    stick = media.plug(files={"Əli.pdf": b"ok"})
    file = media.file(stick, "Əli.pdf")
    (stick.mount.path / "Əli.pdf").unlink()
    with pytest.raises(StickGone) as gone:
        media.sticks.load(file)
    assert "li" not in str(gone.value)
    stick.mount.path.rmdir()
    for ask in (lambda: media.sticks.load(file), lambda: media.sticks.files(stick)):
        with pytest.raises(StickGone):
            ask()


def test_the_folder_under_a_pulled_stick_is_not_the_stick(media: Media) -> None:
    """W9: after it was pulled the same path is a folder of this machine."""
    stick = media.plug(files={"a.pdf": b"ok"})
    elsewhere = replace(stick, mount=replace(stick.mount, device=stick.mount.device + 1))
    with pytest.raises(StickGone):
        media.sticks.files(elsewhere)


def test_what_is_mounted_on_a_stick_is_not_of_it(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: another device below it is left out."""
    stick = media.plug(files={"a.pdf": b"", "b.pdf": b""})
    entries = sticks._entries

    def with_another(root: int, folders: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
        for name, facts in entries(root, folders):
            device = facts.st_dev + (name == "b.pdf")
            yield name, os.stat_result((*facts[:2], device, *facts[3:]))

    monkeypatch.setattr(sticks, "_entries", with_another)
    assert media.names(stick) == ["a.pdf"]


def test_a_trial_has_a_folder_for_a_stick(media: Media, tmp_path: Path) -> None:
    """W9: without hardware; it comes and goes as the folder does."""
    assert not media.sticks.sight
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial/a.pdf").write_bytes(b"ok")
    (stick,) = media.sticks.sight
    assert stick.name == "NÜMUNƏ"
    assert media.sticks.load(media.file(stick, "a.pdf")) == b"ok"


def test_who_watches_is_called_when_a_stick_comes_or_goes(media: Media) -> None:
    """W9: and not any more once it was stopped."""
    changed = threading.Event()
    stop = media.sticks.watch(changed.set, 0.01)
    media.plug()
    assert changed.wait(30)
    assert [stick.name for stick in media.sticks.sight] == ["STICK"]
    changed.clear()
    media.table.write_text("")
    assert changed.wait(30)
    assert not media.sticks.sight
    stop()


def test_nothing_stays_open(media: Media) -> None:
    """K5: neither of what was read nor of what was refused."""
    stick = media.plug(files={"a/b/c.pdf": b"x", "d.pdf": b"x" * 1_000_001})
    before = open_files()
    for file in media.sticks.files(stick):
        try:
            media.sticks.load(file)
        except DocumentRefused:
            continue
    assert not open_files() - before


def test_the_repr_names_nobody(media: Media) -> None:
    """K6."""
    stick = media.plug(files={"Əli Nümunəyev.pdf": b"x"})
    assert "Nümunə" not in repr(media.sticks.files(stick))


def test_the_trials_documents_are_taken(tmp_path: Path) -> None:
    """W9: the stick that `init` invents; each start finds it as people left it."""
    folder = tmp_path / "state/stick"
    assert make_stick(folder)
    found = Sticks(DocumentSettings(), folder, tmp_path / "none")
    (stick,) = found.sight
    files = found.files(stick)
    assert [file.name for file in files] == ["NÜMUNƏ arayış.jpg", "NÜMUNƏ çıxarış.pdf"]
    jail = Jail(Bounds(pages=20, pixels=60_000_000), 60)
    assert [jail.check(file.kind, found.load(file)) for file in files] == [1, 1]
    (folder / files[0].parts[-1]).unlink()
    assert not make_stick(folder)
    assert len(found.files(stick)) == 1
    assert not list(folder.parent.glob(".stick*"))
