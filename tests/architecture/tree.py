"""The project's own files, as git knows them (and new ones that git does not ignore)."""

from __future__ import annotations

import ast
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "screens", "hardware", "db", "assets")


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file of the project, without what is made from them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.decode()  # fmt: skip
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def sources(*folders: str) -> tuple[Path, ...]:
    """The Python files under the named top-level folders."""
    return tuple(p for p in files() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders)


def told(path: Path) -> str:
    """A path as it is told to people."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """The modules a Python file imports, wherever in it, by their full names."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
