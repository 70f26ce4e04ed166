"""How a message is looked up: never in another language, always from what is written (K2)."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.language import LANGUAGES, Language, MissingMessage, MissingValue, lines, plural, text, time_left
from kiosk.language.catalogues import compile_all, compiled, digest_of
from kiosk.language.messages import open_catalogue
from tests.architecture.tree import ROOT
from tests.kiosk.language.catalogue_texts import MESSAGES, entries

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def written(message: str, value: str) -> bytes:
    return f'{HEADER}msgid "{message}"\nmsgstr "{value}"\n'.encode()


@pytest.mark.parametrize(
    ("language", "title", "help_line"),
    [
        ("az", "Növbə tut", "Xidməti, mərkəzi və saatı seçin"),
        ("ru", "Записаться", "Выберите услугу, центр и час"),
        ("en", "Book an hour", "Choose the service, the centre and the hour"),
    ],
)
def test_a_message_in_each_language(language: Language, title: str, help_line: str) -> None:
    """K2: one key, three texts; a line break in the glossary is a real one."""
    assert text(language, "home.book") == f"{title}\n{help_line}"
    assert lines(language, "home.book") == (title, help_line)


def test_values_stand_as_given() -> None:
    """A value is never formatted or looked into, not even one that looks like a placeholder."""
    assert text("az", "code.sent_again", email="{n}@mail.az").startswith("Şifrə yenidən göndərildi: {n}@mail.az\n")


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 секунду"), (2, "2 секунды"), (5, "5 секунд"), (11, "11 секунд"), (14, "14 секунд"), (21, "21 секунду"),
     (22, "22 секунды"), (111, "111 секунд")],
)  # fmt: skip
def test_russian_has_three_plural_forms(n: int, words: str) -> None:
    """K2: 21 as 1, 11 to 14 as 5."""
    assert f"Через {words} " in plural("ru", "idle.warning", n).replace("\N{NO-BREAK SPACE}", " ")


def test_the_other_languages_plurals() -> None:
    """K2: in az the noun stays singular after a numeral; English has two forms."""
    assert "1\N{NO-BREAK SPACE}saniyə" in plural("az", "idle.warning", 1)
    assert "20\N{NO-BREAK SPACE}saniyə" in plural("az", "idle.warning", 20)
    assert "in 1\N{NO-BREAK SPACE}second." in plural("en", "idle.warning", 1)
    assert "in 20\N{NO-BREAK SPACE}seconds." in plural("en", "idle.warning", 20)


def test_a_plural_takes_further_values() -> None:
    """{n} comes by itself, the rest is given."""
    assert time_left("az", timedelta(minutes=5)) == plural("az", "time.minutes", 5, unused="x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_message_is_an_error(language: Language) -> None:
    """K2: there is no fallback to another language, to the key or to the plural's key."""
    with pytest.raises(MissingMessage, match=rf"'{language}'.*'no.such'"):
        text(language, "no.such")
    with pytest.raises(MissingMessage, match=rf"'{language}'.*'no.such'"):
        plural(language, "no.such", 2)
    with pytest.raises(MissingMessage):
        plural(language, "home.book", 2)


def test_a_missing_value_is_an_error_that_tells_no_value() -> None:
    """K6: the error names the message and the placeholder, and no other value that was given."""
    with pytest.raises(MissingValue) as caught:
        text("az", "arrival.other_day", date="secret")
    assert "arrival.other_day" in str(caught.value) and "'time'" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_loaded_is_what_is_written(language: Language) -> None:
    """Every message of the `.po`, in every form, comes back from the compiled catalogue."""
    catalogue = open_catalogue(MESSAGES, language)
    for entry in entries(language).values():
        if entry.plural:
            assert {catalogue.ngettext(entry.key, entry.key, n) for n in range(30)} == set(entry.texts)
        else:
            assert catalogue.gettext(entry.key) == entry.texts[0]


def test_a_stale_mo_is_not_believed(tmp_path: Path) -> None:
    """An edited `.po` shows at once, whatever the files' times say; so does one with no `.mo` at all."""
    (tmp_path / "az.po").write_bytes(written("a", "köhnə"))
    assert compile_all(tmp_path) == [tmp_path / "az.mo"]
    assert open_catalogue(tmp_path, "az").gettext("a") == "köhnə"
    (tmp_path / "az.po").write_bytes(written("a", "yeni"))
    assert open_catalogue(tmp_path, "az").gettext("a") == "yeni"
    (tmp_path / "az.mo").unlink()
    assert open_catalogue(tmp_path, "az").gettext("a") == "yeni"


def test_a_fresh_mo_is_taken_as_it_is(tmp_path: Path) -> None:
    """A start does not compile: the `.mo` that names the `.po`'s digest is loaded, and so is one without its `.po`."""
    source = written("a", "mənbə")
    (tmp_path / "az.po").write_bytes(source)
    (tmp_path / "az.mo").write_bytes(compiled(source, "az").replace("mənbə".encode(), "hazır ".encode()))
    assert open_catalogue(tmp_path, "az").gettext("a") == "hazır "
    (tmp_path / "az.po").unlink()
    assert open_catalogue(tmp_path, "az").gettext("a") == "hazır "


def test_no_catalogue_at_all(tmp_path: Path) -> None:
    """A tree without catalogues says so."""
    with pytest.raises(FileNotFoundError, match=r"az\.po"):
        open_catalogue(tmp_path, "az")


def test_compiling_again_does_nothing(tmp_path: Path) -> None:
    """What is fresh is left alone; what is broken or made of something else is made anew."""
    source = written("a", "b")
    (tmp_path / "az.po").write_bytes(source)
    (tmp_path / "ru.po").write_bytes(source)
    assert len(compile_all(tmp_path)) == 2
    assert compile_all(tmp_path) == []
    (tmp_path / "az.mo").write_bytes(b"broken")
    (tmp_path / "ru.mo").write_bytes(compiled(written("a", "c"), "ru"))
    assert compile_all(tmp_path) == [tmp_path / "az.mo", tmp_path / "ru.mo"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["az.mo", "az.po", "ru.mo", "ru.po"]


def test_a_malformed_catalogue_is_refused_with_its_line(tmp_path: Path) -> None:
    """The build stops, and the `.mo` that was there stays."""
    (tmp_path / "az.po").write_bytes(HEADER.encode() + b'msgid "a"\nmsgstr "b\nmsgid "c"\n')
    (tmp_path / "az.mo").write_bytes(b"as it was")
    with pytest.raises(ValueError, match=r"az\.po, line \d+"):
        compile_all(tmp_path)
    assert (tmp_path / "az.mo").read_bytes() == b"as it was"


def test_the_digest_is_of_the_bytes() -> None:
    """Two states of a file are told apart by their content alone."""
    assert digest_of(b"a") != digest_of(b"b")
    assert digest_of(b"a") == digest_of(b"a")


def test_a_first_text_needs_no_library() -> None:
    """A station's start loads neither Babel nor a locale for its texts: they cost more than all of the room."""
    compile_all(MESSAGES)
    program = (
        "import sys; from kiosk.language import text, day_long; from datetime import date;"
        "text('az', 'home.book'); day_long('ru', date(2026, 11, 23));"
        "print(sorted({'babel', 'locale', 'phonenumbers', 'importlib.metadata'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_the_command_is_silent_when_all_is_fresh() -> None:
    """`python -m kiosk.language.compile` says what it made, and nothing when nothing was to do."""
    compile_all(MESSAGES)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "kiosk.language.compile"], cwd=ROOT, check=True, capture_output=True
    )
    assert done.stdout == done.stderr == b""
