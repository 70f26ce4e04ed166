"""Nothing happens at import time (house.md): no engine, no file, no locale, no thread, no process, no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, sources

# Runs in a Python of its own, which imports the modules given as arguments and tells what they did meanwhile. An act is
# a module's own when its frame comes before the import machinery's, seen from the act.
_WATCH = """
import gc, importlib, json, locale, logging, os, signal, sys, threading
root, *names = sys.argv[1:]
sys.path.insert(0, root)
acts, watched = [], {"open", "os.mkdir", "os.putenv", "os.chdir", "sqlite3.connect", "socket.__new__", "signal.signal",
                     "subprocess.Popen", "os.fork", "thread", "os.listdir", "os.scandir"}
def watch(event, arguments):
    if event not in watched:
        return
    frame = sys._getframe(1)
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        file = frame.f_code.co_filename
        if file.startswith(root + os.sep) and "site-packages" not in file:
            acts.append([os.path.relpath(file, root), frame.f_lineno, event, repr(arguments[0])[:80]])
            return
        frame = frame.f_back
sys.addaudithook(watch)
start = threading.Thread.start
threading.Thread.start = lambda thread: (sys.audit("thread", thread), start(thread))
before = locale.setlocale(locale.LC_ALL), dict(os.environ)
for name in names:
    importlib.import_module(name)
if (locale.setlocale(locale.LC_ALL), dict(os.environ)) != before:
    acts.append(["?", 0, "locale or environment", ""])
if threading.active_count() != 1:
    acts.append(["?", 0, "threads", repr(threading.enumerate())])
if logging.getLogger().handlers:
    acts.append(["?", 0, "logging", ""])
ENGINE = ("sqlalchemy.engine.base", "Engine")
if any((type(made).__module__, type(made).__name__) == ENGINE for made in gc.get_objects()):
    acts.append(["?", 0, "engine", ""])
print(json.dumps({"acts": acts, "modules": sorted({m.split(".")[0] for m in sys.modules})}))
"""


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _modules(*packages: str) -> list[str]:
    return [_module(path) for path in sources(*packages) if path.name not in ("__main__.py", "env.py")]


def _import(names: list[str], root: Path = ROOT) -> tuple[list[list[object]], list[str]]:
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", _WATCH, str(root), *names],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return answer["acts"], answer["modules"]


def test_importing_every_module_does_nothing() -> None:
    acts, _ = _import(_modules(*PACKAGES))
    assert not acts


@pytest.mark.parametrize(
    "deed",
    [
        "open(__file__).close()",
        "import threading; threading.Thread(target=int, daemon=True).start()",
        "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "import sqlite3; sqlite3.connect(':memory:').close()",
        "import sqlalchemy; engine = sqlalchemy.create_engine('sqlite://')",
        "import os; os.environ['X_DEED'] = '1'",
    ],
)
def test_the_watch_sees_a_deed(tmp_path: Path, deed: str) -> None:
    (tmp_path / "guilty.py").write_text(f"{deed}\n")
    acts, _ = _import(["guilty"], tmp_path)
    assert acts


@pytest.mark.parametrize(
    ("packages", "unwanted"),
    [
        (("db",), {"textual", "rich", "kiosk", "screens", "hardware"}),
        (("hardware",), {"textual", "rich", "sqlalchemy", "kiosk", "screens", "db"}),
        (("kiosk",), {"textual", "screens"}),
    ],
)
def test_a_floor_brings_nothing_from_above(packages: tuple[str, ...], unwanted: set[str]) -> None:
    """Also at run time, where the import contracts only read the text."""
    _, brought = _import(_modules(*packages))
    assert not unwanted & set(brought)


def test_a_package_root_brings_nothing_of_ours() -> None:
    """So that one can import a small part of the product without starting the rest."""
    for package in PACKAGES:
        _, brought = _import([package])
        assert not (set(PACKAGES) - {package}) & set(brought)
        assert not {"sqlalchemy", "textual", "escpos"} & set(brought)
