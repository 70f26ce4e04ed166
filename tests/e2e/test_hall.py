"""Administration of the hall on real terminals, beside the other faces that it changes (C2, C6, issue 5)."""

from __future__ import annotations

import subprocess

import pytest

from kiosk.booking.example import ADMINISTRATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from kiosk.names import Language
from tests.e2e.citizen import SETTLED, Citizen
from tests.e2e.counter_operator import Operator
from tests.e2e.place import Place
from tests.e2e.workday import SERVICES, Workday, somebody

SIZES = ((120, 36), (100, 35), (80, 24))


class Administrator(Operator):
    """Somebody who manages the hall."""

    def opens_the_hall(self) -> None:
        """From the first screen to the list of counters."""
        self.signs_in()
        self.face.press("shift+F10")
        self.sees(self.words("hall.counter.add"))

    def erases(self, signs: int) -> None:
        """The last signs of a row."""
        self.presses(*["BackSpace"] * signs)


@pytest.mark.long
def test_a_counter_is_added_and_one_that_others_made_is_seen(place: Place) -> None:
    """A number that cannot be one is refused in words and stays to be mended; the list follows what others do."""
    day = Workday(place)
    with place.face("counter") as face:
        boss = Administrator(face, name=ADMINISTRATOR_NAME)
        boss.opens_the_hall()
        boss.presses("F7")
        boss.types("a-3")
        face.press("F10")
        boss.sees(boss.words("hall.refused.number"), "a-3")
        boss.presses("BackSpace", "BackSpace", "3", "F10")
        boss.sees("A3", boss.words("hall.counter.open"))
        day.walk_in("10:00", SERVICES[0])
        day.calls("10:01", "77")
        boss.sees("77")


@pytest.mark.long
@pytest.mark.parametrize("language", ["az", "ru", "en"])
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_each_section_at_each_size(place: Place, columns: int, rows: int, language: Language) -> None:
    """Every list, and every form behind it: nothing of ours is cut, and Escape leads back."""
    with place.face("counter", columns=columns, rows=rows) as face:
        boss = Administrator(face, language, ADMINISTRATOR_NAME)
        boss.opens_the_hall()
        for section, forms in (("F2", ("F7", "Return")), ("F3", ("F7",)), ("F4", ()), ("F5", ("F7", "Return", "F9"))):
            boss.presses(section)
            assert "…" not in face.text(), section
            for form in forms:
                boss.presses(form)
                assert "…" not in face.text(), (section, form)
                boss.presses("Escape")
        boss.presses("F6", "Return")
        assert "…" not in face.text()


@pytest.mark.long
def test_who_is_booked_in_closed_hours_is_told_and_moves(place: Place) -> None:
    """C2: two people are booked today; both get a letter, one moves, the other hears that the hours stand."""
    day = Workday(place)
    moves, stays = day.books("15:00", "16:00")
    day.now("10:00")
    first, second = (str(somebody(number)["email"]) for number in (1, 2))
    with place.face("counter") as face:
        boss = Administrator(face, name=ADMINISTRATOR_NAME)
        boss.opens_the_hall()
        boss.presses("F3", "F7")
        boss.erases(10)
        year, month, of_month = day.date.split("-")
        boss.types(f"{of_month}.{month}.{year}")
        boss.presses("Tab")
        boss.types("25:00")
        boss.presses("F10")
        boss.sees(boss.words("hall.closing.bad_time"), "25:00")
        boss.erases(5)
        boss.types("14:00")
        boss.presses("Tab")
        boss.types("18:00")
        boss.presses("F10")
        boss.sees(boss.words("hall.closing.confirm"))
        boss.presses("F10")
        boss.sees("14:00–18:00")
        title = text("az", "letter.closure.title")
        face.until(lambda: all(title in place.letters(told)[-1] for told in (first, second)), "a letter to each")
        with place.face() as kiosk:
            citizen = Citizen(kiosk, place)
            citizen.comes()
            kiosk.press("4")
            citizen.sees(citizen.words("field.label.fin"))
            kiosk.write(moves)
            kiosk.rests(SETTLED)
            kiosk.press("Tab")
            kiosk.write(somebody(1)["fin"])
            kiosk.rests(SETTLED)
            citizen.taps_button(citizen.words("button.find"))
            citizen.sees(citizen.title("mine.way.move"))
            kiosk.press("1")
            citizen.sees_step("date")
            citizen.chooses_date()
            kiosk.until(citizen.free_hours, "a free hour")
            kiosk.tap(citizen.free_hours()[0])
            citizen.sees(citizen.words("button.done"))
        (moved,) = place.ask({"do": "booking", "order_code": moves})
        assert not moved["time"].startswith(f"{day.date}T15")
        boss.presses("F8")
        boss.sees(boss.words("hall.closing.withdraw"))
        boss.presses("F10")
        boss.sees(boss.words("hall.closures.none"))
        again = text("az", "letter.reopened.title")
        face.until(lambda: again in place.letters(second)[-1], "that the booking stands")
        assert again not in place.letters(first)[-1]
    (kept,) = place.ask({"do": "booking", "order_code": stays})
    assert kept["time"].startswith(f"{day.date}T16")
    assert "Traceback" not in place.log()


def _second_administrator(place: Place) -> str:
    """Somebody else who may do the same; the user name."""
    name = "yeni"
    command = place.command("staff", "add", name, "--display-name", "Nümunə İkinci", "--role", "administrator")
    subprocess.run(
        command, input=f"{OPERATOR_PASSWORD}\n", text=True, check=True, capture_output=True, env=dict(place.environment)
    )
    return name


def _second_machine(place: Place) -> None:
    """Faces that are started from now on are those of another machine, at counter 2."""
    settings = place.folder / "kiosk.toml"
    text = settings.read_text().replace('name = "e2e"', 'name = "e2e-2"')
    settings.write_text(f"{text}[counter]\nnumber = 2\n")


@pytest.mark.long
def test_whose_access_is_ended_works_no_more(place: Place) -> None:
    """C6: an operator with somebody at the counter; the next step is refused in words, and that person is kept."""
    day = Workday(place)
    day.walk_in("10:00", SERVICES[0], SERVICES[0])
    with place.face("counter") as face:
        leyla = Operator(face)
        leyla.signs_in()
        leyla.presses("F2")
        leyla.sees("A-001", leyla.words("counter.hall.waiting"))
        assert day.state("A-001") == ("called", "1")
        _second_machine(place)
        with place.face("counter") as other:
            boss = Administrator(other, name=ADMINISTRATOR_NAME)
            boss.opens_the_hall()
            boss.presses("F5")
            boss.sees(leyla.name)
            boss.presses("F8")
            boss.sees(boss.words("hall.staff.left"))
            boss.presses("F2")
            boss.sees("–")
        leyla.presses("F4")
        leyla.sees(leyla.words("counter.no.right"))
        assert day.state("A-001") == ("called", "1")
        leyla.locks()
        leyla.types(OPERATOR_PASSWORD, secret=True)
        face.press("Return")
        leyla.sees(leyla.words("counter.lock.wrong"))


@pytest.mark.long
def test_two_administrators_change_the_same(place: Place) -> None:
    """C6: the list of each follows the other; a new name takes no right away that somebody else gave meanwhile."""
    second = _second_administrator(place)
    with place.face("counter", columns=100, rows=35) as face:
        boss = Administrator(face, name=ADMINISTRATOR_NAME)
        boss.opens_the_hall()
        boss.presses("F5", "Return")
        boss.types(" A")
        _second_machine(place)
        with place.face("counter", columns=80, rows=24) as there:
            other = Administrator(there, "ru", second)
            other.opens_the_hall()
            other.presses("F5", "Return")
            other.presses("Tab", "Right", "F10")
            other.sees(other.words("staff.role.supervisor"))
            boss.presses("F10")
            boss.sees("Nümunə Operatoru A", boss.words("staff.role.supervisor"))
            other.sees("Nümunə Operatoru A", other.words("staff.role.supervisor"))
