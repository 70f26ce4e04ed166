"""Whatever other rooms say in English of lists, answers, letters and cards is told in the reader's language (M2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from hardware.cards import status_words
from hardware.errors import CardError
from kiosk.care.facts import Fact, Message
from kiosk.care.words import ERRORS, card_error, said, status_word
from kiosk.language import LANGUAGES
from tests.architecture.tree import sources, told
from tests.kiosk.language.catalogue_texts import entries

REFUSALS = {"NotReached", "ListRefused", "OcspRefused", "PostAway", "TryLater", "Undeliverable"}
"""What is raised with a sentence that a technician comes to read."""
FILES = {
    "kiosk/signature/network.py",
    "kiosk/signature/revocation.py",
    "kiosk/signature/ocsp.py",
    "kiosk/post/smtp.py",
    "kiosk/post/maildir.py",
    "kiosk/post/sms_folder.py",
    "kiosk/post/sms_http.py",
    "kiosk/post/sms_smpp.py",
}
CODES = {"SMTP 421"}
"""What is the same in every language."""
FORGOTTEN = "a sentence that nobody knows"


def _sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of a refusal with its place; a value in it stands as 503, as dates and codes do."""
    for path in sources("kiosk"):
        if told(path) not in FILES:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_refusal = isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS
            said_here = node.args[0] if is_refusal and isinstance(node, ast.Call) and node.args else None
            match said_here:
                case ast.Constant(value=str(words)) if words not in CODES:
                    yield told(path), words
                case ast.JoinedStr(values=parts):
                    yield (
                        told(path),
                        "".join(str(part.value) if isinstance(part, ast.Constant) else "503" for part in parts),
                    )


def _keys(fact: Fact) -> set[str]:
    if not isinstance(fact, Message):
        return set()
    return {fact.key}.union(*(_keys(value) for value in fact.facts.values()))


@pytest.mark.parametrize(("place", "english"), sorted(set(_sentences())))
def test_a_refusal_is_told_in_the_readers_language(place: str, english: str) -> None:
    """No sentence of ours reaches a technician in English only because it was forgotten here."""
    told_here = said(english)
    assert isinstance(told_here, Message), place
    words = {told_here.words(language) for language in LANGUAGES}
    assert len(words) == len(LANGUAGES)


def test_the_search_sees_refusals() -> None:
    """So that an empty search is not taken for a good one."""
    assert {place for place, _ in _sentences()} == FILES
    assert said(FORGOTTEN) == FORGOTTEN


@pytest.mark.parametrize(
    ("english", "keys"),
    [
        ("not reached: Connection refused", {"care.why.not_reached", "care.why.refused"}),
        ("not reached: SSLError", {"care.why.not_reached"}),
        (
            "there is no revocation list; OCSP: the server answered 503",
            {"care.why.both", "care.why.no_list", "care.why.ocsp", "care.why.answered"},
        ),
        (
            '[mail] transport = "maildir"; the database holds example data',
            {"care.why.both", "care.why.example_data"},
        ),
        ("the worker process ended (-9): killed", {"care.why.worker_ended"}),
        ("the module crashed at tokens: -11", {"care.why.module_crashed"}),
        ("", {"care.why.untold"}),
    ],
)
def test_what_a_sentence_holds_is_told_too(english: str, keys: set[str]) -> None:
    """A reason within a reason, and two that are told together; a setting or a system's own words stay as they are."""
    assert _keys(said(english)) == keys


def test_every_error_of_a_card_has_words() -> None:
    """A technician reads what happened, not its code."""

    def kinds(kind: type[CardError]) -> Iterator[type[CardError]]:
        for below in kind.__subclasses__():
            yield below
            yield from kinds(below)

    named = {kind.error for kind in kinds(CardError) if kind.__module__ == "hardware.errors"}
    assert named == ERRORS
    assert all(f"care.error.{error}" in entries("az") for error in ERRORS)
    assert card_error("another") == "another"


def test_every_status_word_has_words() -> None:
    """The meaning of a status word, in each language; none for one that nobody expected."""
    for row in status_words.TABLE:
        number = int(row.pattern.replace("x", "5"), 16)
        meant = status_word(number)
        assert meant is not None
        assert meant.key in entries("az")
    assert status_word(0x1234) is None
