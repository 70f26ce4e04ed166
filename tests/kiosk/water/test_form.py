"""The forms: what each field may hold (W1, W5). Typed texts are hostile."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import BadRequest
from kiosk.water import form
from kiosk.water.facts import Kind
from kiosk.water.form import Filled
from kiosk.water.places import Known
from tests.kiosk.water.applying import CODE, NEW, RESTORATION, SUSPENSION
from tests.stations import PERSON, Trial

DIGITS = "4-15"
pytestmark = pytest.mark.parametrize("ready_url", ["sqlite"], indirect=True)
"""The lists are read alike on both: tests/kiosk/water/test_places.py."""


@pytest.fixture
def known(trial: Trial) -> Iterator[Known]:
    """The packaged lists."""
    with trial.station.acts.reading() as (connection, _):
        yield Known(connection)


def wrong(known: Known, kind: Kind = "new_consumer", **typed: str) -> dict[str, str]:
    good = {"new_consumer": NEW, "suspension": SUSPENSION, "restoration": RESTORATION}[kind]
    return form.problems(kind, {**good, **typed}, known, DIGITS)


def filled(known: Known, kind: Kind = "new_consumer", **typed: str) -> Filled:
    good = {"new_consumer": NEW, "suspension": SUSPENSION, "restoration": RESTORATION}[kind]
    return form.filled(kind, {**good, **typed}, known, DIGITS)


def test_an_empty_form_tells_every_field_that_is_needed_in_its_order(known: Known) -> None:
    """W1, W5."""
    assert form.problems("new_consumer", {}, known, DIGITS) == {
        "consumer_fin": "field.empty",
        "district": "field.choose",
        "house_type": "field.choose",
        "house_number": "field.empty",
        "flat_number": "field.empty",
        "given_name": "field.empty",
        "surname": "field.empty",
        "fin": "field.empty",
        "phone": "field.empty",
        "email": "field.empty",
    }
    assert list(form.problems("new_consumer", {"district": "xetai"}, known, DIGITS))[1] == "place"
    assert form.problems("suspension", {}, known, DIGITS) == {
        "subscriber": "field.empty",
        "reason": "field.choose",
        "fin": "field.empty",
        "phone": "field.empty",
        "email": "field.empty",
    }


def test_a_flat_number_is_not_asked_for_a_yard_house(known: Known) -> None:
    """W1 (ours): what was typed before the house type changed is left out."""
    assert wrong(known, flat_number="") == {"flat_number": "field.empty"}
    yard = filled(known, house_type="yard_house", flat_number="?")
    assert "flat_number" not in yard.values
    assert yard.address == "Bakı, Xətai r., Nümunə küçəsi, ev 12A"


def test_a_place_is_from_the_list_or_typed(known: Known) -> None:
    """W1: by its id or its name, of its district alone; the typed one goes before it."""
    listed = filled(known, place_text="", place="  ehmedli ")
    assert listed.address == "Bakı, Xətai r., Əhmədli, ev 12A, mənzil 5"
    assert filled(known, place_text="", place=listed.values["place"]).place == listed.place
    assert wrong(known, place_text="", place="Qala") == {"place": "field.choose"}
    assert wrong(known, place_text="", place="") == {"place": "field.choose"}
    typed = filled(known, place=listed.values["place"], place_text="Yeni küçə")
    assert typed.place is None
    assert "place" not in typed.values
    assert wrong(known, place_text="---") == {"place_text": "field.empty"}
    assert wrong(known, place_text="k" * 121) == {"place_text": "field.too_long"}


@pytest.mark.parametrize(
    ("district", "address"),
    [
        ("gence", "Gəncə, Nümunə küçəsi, ev 1"),
        ("quba", "Quba r., Nümunə küçəsi, ev 1"),
        ("Şəki", "Şəki, Nümunə küçəsi, ev 1"),
    ],
)
def test_an_address_in_one_line(known: Known, district: str, address: str) -> None:
    """W1: of a city, of a rayon; a district is known by its id or its name."""
    assert filled(known, district=district, house_type="yard_house", house_number="1").address == address


@pytest.mark.parametrize("number", ["1", "12A", "12/3", "12-a", "7 b", "1Ə", "12.1"])
def test_house_numbers(known: Known, number: str) -> None:
    """W1: figures, letters, a stroke, a hyphen, a point."""
    assert filled(known, house_number=number).values["house_number"] == number


@pytest.mark.parametrize("number", ["-", "12;DROP", "<b>1", "1\u202e2'", "=1+1", "/"])
def test_what_is_no_house_number(known: Known, number: str) -> None:
    """W1: hostile texts."""
    assert wrong(known, house_number=number) == {"house_number": "field.house"}


def test_free_texts_are_bounded_and_hold_nothing_unseen(known: Known) -> None:
    """W1, W5: line breaks stay; control and format signs, half surrogates and long runs of blank lines do not."""
    notes = filled(known, notes="  bir\x00iki\u202e \u200büç\r\n\r\n\r\n\r\ndörd\x1b[31m \ud800 ").values["notes"]
    assert notes == "bir iki üç\n\ndörd [31m"
    assert wrong(known, notes="ə" * 1000) == {}
    assert wrong(known, notes="ə" * 1001) == {"notes": "field.too_long"}
    assert wrong(known, notes="\n".join("a" * 21)) == {"notes": "field.too_long"}
    assert wrong(known, "suspension", explanation="x" * 1001) == {"explanation": "field.too_long"}
    assert "notes" not in filled(known, notes=" \u200b\n ").values


def test_names_of_a_subscriber_may_be_missing_but_not_wrong(known: Known) -> None:
    """W5: the registry has them."""
    assert wrong(known, "suspension") == {}
    assert wrong(known, "suspension", surname="1") == {"surname": "field.name"}


def test_a_subscriber_code_is_digits_of_the_settings_length(known: Known) -> None:
    """W5, W8."""
    assert filled(known, "suspension", subscriber=" 44 00-123 ").subscriber == CODE
    assert wrong(known, "suspension", subscriber="123") == {"subscriber": "field.subscriber"}
    assert wrong(known, "suspension", subscriber="12345x") == {"subscriber": "field.subscriber"}


def test_a_reason_belongs_to_its_kind(known: Known) -> None:
    """W5."""
    assert wrong(known, "restoration") == {}
    assert wrong(known, "restoration", reason="suspension-other") == {"reason": "field.choose"}


def test_the_fin_is_mended_as_everywhere(known: Known) -> None:
    """Lower case and the letters that a FİN never holds."""
    assert filled(known, consumer_fin="5ab ic2d").values["consumer_fin"] == "5AB1C2D"
    assert wrong(known, consumer_fin="5AB") == {"consumer_fin": "field.fin"}


def test_the_refusal_names_field_and_reason_and_no_text(known: Known) -> None:
    """K6: nothing that was typed stands in it."""
    with pytest.raises(BadRequest) as bad:
        filled(known, email="gizli", surname="")
    assert (bad.value.field, bad.value.why, str(bad.value)) == ("surname", "empty", "bad_request")
    assert PERSON["surname"] not in repr(filled(known))


_HOSTILE = st.text(st.characters(exclude_categories=()), max_size=60)
_SOME = st.one_of(_HOSTILE, st.text(string.printable, max_size=60), st.sampled_from([*NEW.values(), "", "\ud800"]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.parametrize("kind", ["new_consumer", "suspension"])
def test_any_text_is_taken_or_told(known: Known, kind: Kind, data: st.DataObject) -> None:
    """Nothing crashes; what is taken is NFC, printable, writable as UTF-8, and stays as it is when typed again."""
    good = NEW if kind == "new_consumer" else SUSPENSION
    changed = data.draw(st.dictionaries(st.sampled_from(form.FIELDS[kind]), _SOME, max_size=4))
    typed = {**good, **changed}
    problems = form.problems(kind, typed, known, DIGITS)
    assert set(problems) <= set(form.FIELDS[kind])
    if problems:
        return
    values = form.filled(kind, typed, known, DIGITS).values
    for text in values.values():
        text.encode()
        assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert form.filled(kind, {**values}, known, DIGITS).values == values
