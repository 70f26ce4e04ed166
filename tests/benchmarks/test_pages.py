"""Measured tables get to their places in the documents, and nothing else of a page changes."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pages import put

_PAGE = """# Page

<!-- bench: day -->
old
<!-- end -->

Between.

<!-- bench: day-report -->

old too
<!-- end -->
After.
"""


def test_a_table_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    page.write_text(_PAGE, "utf-8")
    other.write_text("nothing measured", "utf-8")
    assert put("day", r"| new \1 |", tmp_path) == [page]
    assert put("day", "| newer |", tmp_path) == [page]
    once = _PAGE.replace("\nold\n", "\n\n| newer |\n\n")
    assert page.read_text("utf-8") == once
    assert other.read_text("utf-8") == "nothing measured"


def test_a_name_that_has_no_place_changes_no_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(_PAGE, "utf-8")
    assert put("da", "x", tmp_path) == put("grid", "x", tmp_path) == []
    assert page.read_text("utf-8") == _PAGE
