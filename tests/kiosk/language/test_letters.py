"""Letters of Azerbaijani in case, search and order (K3, Q1)."""

from __future__ import annotations

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import fold, lower, matches, sort_key, upper
from kiosk.names import LANGUAGES, Language
from tests.architecture.tree import ROOT

AZ_ALPHABET = "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ"


def lit(query: str, text: str) -> list[str] | None:
    """The parts of `text` that a search for `query` lights."""
    spans = matches(query, text)
    return None if spans is None else [text[start:end] for start, end in spans]


@pytest.mark.parametrize(("small", "capital"), [("i", "İ"), ("ı", "I"), ("ə", "Ə"), ("ğ", "Ğ"), ("ş", "Ş"), ("ç", "Ç")])
def test_az_case_pairs(small: str, capital: str) -> None:
    """K3: i pairs with İ, ı with I."""
    assert upper("az", small) == capital
    assert lower("az", capital) == small


def test_az_case_goes_both_ways_over_the_whole_alphabet() -> None:
    """K3: no letter of the alphabet is lost or doubled on the way down and up."""
    assert upper("az", lower("az", AZ_ALPHABET)) == AZ_ALPHABET
    assert len(lower("az", AZ_ALPHABET)) == len(AZ_ALPHABET) == 32


@pytest.mark.parametrize("language", ["ru", "en"])
def test_other_languages_have_no_dotless_i(language: Language) -> None:
    """K3: the pairs are Azerbaijani's alone; even there İ stays one letter."""
    assert upper(language, "pin") == "PIN"
    assert lower(language, "PİN") == "pin"


def test_az_words() -> None:
    """K3: whole words, where Python's own rules go wrong."""
    assert upper("az", "şəxsiyyət vəsiqəsi") == "ŞƏXSİYYƏT VƏSİQƏSİ"
    assert lower("az", "QIZILI İŞ") == "qızılı iş"


def test_case_composes_its_letters() -> None:
    """K3: what comes in as letter and mark goes out as one letter (NFC)."""
    assert lower("az", unicodedata.normalize("NFD", "ŞÖĞ")) == "şöğ"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Şəxsiyyət", "sexsiyyet"),
        ("İŞIQ ışıq", "isiq isiq"),
        ("Göygöl üçün çağırış", "goygol ucun cagiris"),
        ("ЁЛКА, счёт", "елка  счет"),
        ("Façade", "facade"),
        ("e-imza", "e imza"),
        ("«ASAN xidmət» “2”", "asan xidmet 2"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Q1: letters are searched as a foreign keyboard has them; quotes vanish, other signs part words."""
    assert fold(text) == folded


@given(st.text())
def test_fold_is_done_at_once(text: str) -> None:
    """Q1: folding what is folded changes nothing, whatever people type."""
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(AZ_ALPHABET + AZ_ALPHABET.lower()))
def test_a_letter_is_found_by_either_case(letter: str) -> None:
    """Q1, K3: İ, i, I and ı find each other, as do the capitals and small ones of all the rest."""
    assert fold(lower("az", letter)) == fold(upper("az", letter)) == fold(letter)


@pytest.mark.parametrize("query", ["sexsiyyet", "ŞƏXSİYYƏT", "SEXSIYYET", "şəxsiyyət"])
def test_a_search_finds_and_lights_the_real_letters(query: str) -> None:
    """Q1: `sexsiyyet` finds `şəxsiyyət`, and the span is of the text as written."""
    assert lit(query, "Şəxsiyyət vəsiqəsi") == ["Şəxsiyyət"]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("", "Notariat", []),
        ("  ", "Notariat", []),
        ("vesiqe sexsi", "Şəxsiyyət vəsiqəsi", ["Şəxsi", "vəsiqə"]),
        ("e", "Ev, elektrik və e-imza", ["E", "e", "e"]),
        ("imza", "Elektron e-imza", ["imza"]),
        ("siyyet", "Şəxsiyyət", ["siyyət"]),
        ("si", "Şəxsiyyət", None),
        ("sexsi yox", "Şəxsiyyət", None),
        ("asanx", "«ASAN» xidmət", None),
        ("asan xid", "«ASAN» xidmət", ["ASAN", "xid"]),
        ("счет", "Лицевой счёт", ["счёт"]),
        ("e-imza", "Elektron e‑imza", ["E", "e", "imza"]),
    ],
)
def test_what_a_search_lights(query: str, text: str, expected: list[str] | None) -> None:
    """Q1: every word must be there, at the beginning of a word, or inside one from three letters on."""
    assert lit(query, text) == expected


@given(st.text(), st.text())
def test_spans_are_in_order_apart_and_inside(query: str, text: str) -> None:
    """Q1: spans can be drawn as they are, whatever was typed and whatever is searched."""
    end = -1
    for start, stop in matches(query, text) or ():
        assert end < start < stop <= len(text)
        end = stop


def test_az_alphabetical_order() -> None:
    """K3: ç after c, ə after e, ğ after g, x after h, ı before i, q after k, ö, ş, ü after o, s, u; w last."""
    by_code_point = sorted(AZ_ALPHABET + "W")
    assert "".join(sorted(by_code_point, key=lambda letter: sort_key("az", letter))) == AZ_ALPHABET + "W"


def test_az_names_in_order() -> None:
    """K3: order of whole names; capitals and small letters are one letter, and a space comes before all."""
    names = ["Bakı 2", "Bərdə", "Cəlilabad", "Çinar", "Gəncə", "Xətai", "Qəbələ", "qəbələ şəhəri", "Lənkəran", "Şəki"]
    assert sorted(set(names), key=lambda name: sort_key("az", name)) == names


def test_ru_order_has_yo_after_ye() -> None:
    """K3: Ё stands between Е and Ж, not after Я as its code point has it."""
    assert sorted("жёея", key=lambda letter: sort_key("ru", letter)) == list("еёжя")


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_alphabet_follows_the_own_one(language: Language) -> None:
    """K3: a mixed list is parted: digits, own letters, the others' letters."""
    foreign = {"az": "Я", "ru": "Z", "en": "Ə"}[language]
    own = {"az": "Z", "ru": "Я", "en": "Z"}[language]
    assert sorted([foreign, own, "7"], key=lambda letter: sort_key(language, letter)) == ["7", own, foreign]


def test_every_service_is_found_as_a_foreign_keyboard_types_it() -> None:
    """Q1: each name of the reference data is found by its own folded letters, wholly lit but for spaces and signs."""
    with (ROOT / "assets" / "reference" / "services.csv").open(encoding="utf-8", newline="") as file:
        names = [name for row in csv.DictReader(file) for column, name in row.items() if column.startswith("name_")]
    assert names
    for name in names:
        parts = lit(fold(name), name)
        assert parts is not None
        assert set(name) - set("".join(parts)) <= set(" -–—.,()/“”«»")
