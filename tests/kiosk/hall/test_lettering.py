"""Letters of few pixels: each is told from the others, all are drawn, and nothing fails where the font is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hardware.printer import drawing
from kiosk.hall import lettering
from kiosk.hall.lettering import SMALLEST, lettered, line_height

AZ = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
RU = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    "az": AZ + AZ.upper().replace("I", "") + "Iİ0123456789",
    "ru": RU + RU.upper() + "0123456789",
    "en": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
}
SIZES = (SMALLEST, 10, 11, 12, 15)


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without DejaVu."""
    caches = (lettering._font, lettering.line_height, lettering.lettered)

    def missing() -> drawing.SlipFonts:
        raise drawing.FontMissing

    monkeypatch.setattr(drawing, "find_fonts", missing)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def inked(words: str, size: int) -> tuple[str, ...]:
    """The rows from the top of capitals down."""
    found = lettered(words, size)
    assert found is not None
    assert {len(row) for row in found.rows} == {found.columns}
    return found.rows[found.above :]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ALPHABETS)
def test_every_letter_is_told_from_every_other(language: str, size: int) -> None:
    """C4: ə is not a, и not н, ı not l, at the smallest size too: what differs in one language differs in pixels."""
    drawn: dict[tuple[int, tuple[str, ...]], str] = {}
    for letter in ALPHABETS[language]:
        found = lettered(letter, size)
        assert found is not None, letter
        same = drawn.setdefault((found.above, found.rows), letter)
        assert {same, letter} in ({letter}, {"l", "I"}, {"З", "3"}, {"О", "0"}, {"O", "0"}), (same, letter)


@pytest.mark.parametrize("size", SIZES)
def test_a_line_has_one_height_whatever_stands_in_it(size: int) -> None:
    """C4: lines stand on one base in every language: from the top of capitals down all have the same rows."""
    high = line_height(size)
    for words in ("sağda", "ооо", "İşığı", "Щёголь, подъезд", "Floor 2"):
        found = lettered(words, size)
        assert found is not None
        assert len(found.rows) - found.above == high
    assert len(inked("H", size)) == high


def test_capitals_are_seven_pixels_high_at_the_smallest_size() -> None:
    """Issue 5, 10 m: the board's pixels are half a row high, so this is what the height in docs/board.md rests on."""
    for size in (SMALLEST, 10):
        rows = inked("H", size)
        assert ["#" in row for row in rows] == [True] * 7 + [False] * (len(rows) - 7)


@pytest.mark.parametrize("words", ["日本", "g\u0303", "\u202eabc", "a\tb", "→", "😀"])
def test_what_the_font_may_lack_is_not_drawn(words: str) -> None:
    """C4: an empty box says nothing: such words are left to the terminal, which has other fonts."""
    assert lettered(words, SMALLEST) is None


def test_a_letter_of_two_signs_is_the_letter() -> None:
    """K2: ğ typed as g and a breve is ğ."""
    assert lettered("sag\u0306", 9) == lettered("sağ", 9)


@pytest.mark.usefixtures("no_font")
def test_without_the_font_nothing_is_drawn() -> None:
    """K6: a board on a machine that lacks the font shows the way in small letters, and runs on."""
    assert lettered("sağda", 9) is None
    assert line_height(9) == 0
