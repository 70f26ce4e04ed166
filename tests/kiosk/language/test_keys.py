"""Every key that the source names is in the catalogues, and every key of the catalogues is named by the source (K2)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.tree import sources, told
from tests.kiosk.language.catalogue_texts import entries, placeholders

pytestmark = pytest.mark.xdist_group("source")
"""One process reads the whole source, once."""

KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
ASKING = {"text", "lines", "plural", "tell"}
BETWEEN = "[a-z0-9_.]+"
NO_KEYS = {"confirm.contact", "mine.fin", "mine.order_code", "sign_in.fin", "sign_in.user_name"}
"""What looks like a key and is the name under which the session keeps a typed text."""


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Every node of the product's source, with its place."""
    return tuple(
        (f"{told(path)}:{getattr(node, 'lineno', 0)}", node)
        for path in sources("screens", "kiosk", "hardware")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )


def literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def strings() -> Iterator[tuple[str, str]]:
    """Every string literal, with its place."""
    for place, node in nodes():
        if (value := literal(node)) is not None:
            yield place, value


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of text, lines and plural, and of a screen's tell, that names its key: place, key and call."""
    for place, node in nodes():
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ASKING:
                yield from ((place, key, node) for key in map(literal, node.args) if key and KEY.fullmatch(key))


@cache
def built() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every key that is put together, f"arrival.{verdict}" or "arrival." + verdict, as a pattern with its place."""
    heads = tuple({key.partition(".")[0] + "." for key in entries("az") if "." in key})
    found = []
    for place, node in nodes():
        parts: list[ast.AST] = []
        if isinstance(node, ast.JoinedStr):
            parts = list(node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [node.left, node.right]
        values = [literal(part) for part in parts]
        if values and values[0] and values[0].startswith(heads) and None in values:
            found.append((place, re.compile("".join(BETWEEN if v is None else re.escape(v) for v in values))))
    return tuple(found)


def test_every_key_that_is_asked_for_exists() -> None:
    """No screen can come to a text that is not there."""
    assert not [(place, key) for place, key, _ in calls() if key not in entries("az")]


def test_every_message_gets_its_values() -> None:
    """A call that names its key hands in a value for each placeholder; {n} of a plural comes by itself."""
    for place, key, call in calls():
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:
            message = entries("az")[key]
            assert placeholders(message.texts[0]) - ({"n"} if message.plural else set()) <= given, (place, key)


def test_plurals_are_asked_for_as_such() -> None:
    """A message with plural forms needs its count, one without has none."""
    for place, key, call in calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name != "tell":
            assert entries("az")[key].plural == (name == "plural"), (place, key)


def test_what_looks_like_a_key_is_one() -> None:
    """Keys in tables and in refusals too: a string that begins as some key does is a key."""
    known = set(entries("az"))
    # "kiosk." begins our modules' names as well.
    heads = {key.partition(".")[0] for key in known if "." in key} - {"kiosk"}
    assert not [
        (place, value)
        for place, value in strings()
        if KEY.fullmatch(value) and value.partition(".")[0] in heads and value not in known | NO_KEYS
    ]


def test_every_built_key_can_exist() -> None:
    """A key that is put together has some message that it can mean."""
    assert not [(place, key.pattern) for place, key in built() if not any(map(key.fullmatch, entries("az")))]


def test_every_message_is_used() -> None:
    """A message that nobody shows is not kept: it would be translated and read for nothing."""
    named = {value for _, value in strings()}
    patterns = [pattern for _, pattern in built()]
    unused = [key for key in entries("az") if key not in named and not any(p.fullmatch(key) for p in patterns)]
    assert not unused


def test_the_search_sees_keys() -> None:
    """The letters' keys are found both ways, so that an empty search is not taken for a good one."""
    assert "letter.greeting" in {key for _, key, _ in calls()}
    assert any(pattern.fullmatch("letter.confirmed.subject") for _, pattern in built())
