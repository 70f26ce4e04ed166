"""What stands on the paper that a person takes away, in three languages, read off the simulated printer's paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipQr
from hardware.printer import open_printer
from kiosk.booking.catalogue import Agency, Centre, Service
from kiosk.booking.facts import Confirmed
from kiosk.hall.facts import Arrival, Verdict
from kiosk.hall.queue_facts import WaitRange, WalkIn
from kiosk.language import text
from kiosk.names import LANGUAGES, Language, Names
from kiosk.post.slips import arrival_ticket, booking_slip, walk_in_ticket
from tests.hardware.printer.paper import DIGITS, WIDTH_58_MM, WIDTH_80_MM, scanned, stands_on

TIME = datetime.fromisoformat("2026-11-23T10:00:00+04:00")
SERVICE = Service(
    "identity-card",
    1,
    Agency("dyn", Names("DYN", "МВД", "MIA")),
    Names("Şəxsiyyət vəsiqəsi", "Удостоверение", "Identity card"),
    "A",
)
CENTRE = Centre(
    "baku-2",
    2,
    Names("2 saylı mərkəz", "Центр № 2", "Centre No. 2"),
    Names("2", "2", "2"),
    Names("8 Noyabr pr. 23", "пр. 8 Ноября, 23", "23, 8 November Ave"),
    "baku",
    {},
)
CONFIRMED = Confirmed(
    booking="K7MPAAAABBBB",
    order_code="K7MP-4XRT",
    qr=DIGITS,
    service=SERVICE.id,
    centre=CENTRE.id,
    time=TIME,
    arrive_from=TIME - timedelta(hours=1),
    arrive_until=TIME + timedelta(minutes=15),
    given_name="Aygün",
    surname="Əliyeva",
    email="aygun@example.az",
    language="az",
)
ARRIVAL = Arrival("on_time", TIME - timedelta(minutes=8), ticket="A-017", time=TIME)


def paper_of(slip: Slip, width: int, folder: Path) -> Path:
    printer = open_printer("simulated", "", width, folder)
    assert printer is not None
    assert printer.print_slip(slip).confirmed
    (paper,) = folder.glob("*.png")
    return paper


@pytest.mark.parametrize("width", [WIDTH_80_MM, WIDTH_58_MM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_of_a_booking(language: Language, width: int, tmp_path: Path) -> None:
    """Q7, Q9: order code, QR, day and hour, latest arrival, service, centre with address, name: all on the paper."""
    path = paper_of(booking_slip(CONFIRMED, SERVICE, CENTRE, language), width, tmp_path)
    assert scanned(path) == DIGITS
    day = {"az": "23 noyabr,", "ru": "23 ноября,", "en": "Monday 23 November"}[language]
    with Image.open(path) as paper:
        for told in (SERVICE.name.of(language), CENTRE.name.of(language), "Aygün Əliyeva", day, "10:00", "10:15"):
            assert stands_on(paper, told, 28, bold=True), told
        for told in (text(language, "letter.order_code"), CENTRE.address.of(language)):
            assert stands_on(paper, told, 24), told
        size = next(size for size in range(120, 28, -2) if stands_on(paper, "K7MP-4XRT", size, bold=True))
    assert size >= 50, "the order code is the largest thing"


@pytest.mark.parametrize("width", [WIDTH_80_MM, WIDTH_58_MM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ticket_of_an_arrival(language: Language, width: int, tmp_path: Path) -> None:
    """C2: the number large, the booked time, the service, the centre, and what to do next."""
    path = paper_of(arrival_ticket(ARRIVAL, SERVICE, CENTRE, language), width, tmp_path)
    with Image.open(path) as paper:
        assert any(stands_on(paper, "A-017", size, bold=True) for size in range(120, 90, -2))
        for told in (SERVICE.name.of(language), "10:00", text(language, "slip.wait").split("\n")[1].split(" ")[-1]):
            assert stands_on(paper, told, 28, bold=True), told
        for told in (text(language, "slip.ticket_number"), CENTRE.name.of(language), "09:52"):
            assert stands_on(paper, told, 24), told


def of_kind(slip: Slip, kind: type) -> list[object]:
    return [part for part in slip.parts if isinstance(part, kind)]


def test_a_reprint_is_the_same_slip_and_says_so() -> None:
    """Printing again is never a new number: the same parts, and one line more."""
    for first, again in (
        (booking_slip(CONFIRMED, SERVICE, CENTRE, "az"), booking_slip(CONFIRMED, SERVICE, CENTRE, "az", again=True)),
        (arrival_ticket(ARRIVAL, SERVICE, CENTRE, "az"), arrival_ticket(ARRIVAL, SERVICE, CENTRE, "az", again=True)),
    ):
        assert again.parts == (SlipNote(text("az", "slip.reprint")), *first.parts)


@pytest.mark.parametrize("verdict", ["on_time", "early", "already_active"])
def test_a_ticket_shown_again_bears_its_first_moment(verdict: Verdict) -> None:
    """C1: already active means the same ticket, issued when it first was."""
    arrival = replace(ARRIVAL, verdict=verdict, at=TIME + timedelta(minutes=5), first_at=ARRIVAL.at)
    assert arrival_ticket(arrival, SERVICE, CENTRE, "az") == arrival_ticket(ARRIVAL, SERVICE, CENTRE, "az")


def test_a_live_ticket_in_a_bookings_place_has_no_booked_time() -> None:
    """C3, C5: printed again by the booking's code it says what the first print said."""
    arrival = replace(ARRIVAL, verdict="already_active", first_at=ARRIVAL.at, walk_in=True)
    parts = arrival_ticket(arrival, SERVICE, CENTRE, "az").parts
    assert SlipNote(text("az", "slip.walk_in")) in parts
    assert text("az", "slip.booked_time") not in [part.label for part in parts if isinstance(part, SlipFact)]


def test_example_slips_wear_their_mark() -> None:
    """K7: paper made of example data says NÜMUNƏ first, other paper never does."""
    for slip in (
        booking_slip(CONFIRMED, SERVICE, CENTRE, "ru", example=True),
        arrival_ticket(ARRIVAL, SERVICE, CENTRE, "ru", example=True),
    ):
        assert slip.parts[0] == SlipMark("NÜMUNƏ")
    assert not of_kind(booking_slip(CONFIRMED, SERVICE, CENTRE, "az"), SlipMark)


def test_a_refused_arrival_has_no_ticket() -> None:
    """Nothing that looks like a ticket comes out for a verdict that gave none."""
    with pytest.raises(ValueError, match="activated"):
        arrival_ticket(Arrival("too_late", TIME, time=TIME), SERVICE, CENTRE, "az")


def test_a_ticket_bears_nothing_of_the_person() -> None:
    """K6: tickets are dropped in the hall; there is neither name nor order code on them."""
    slip = arrival_ticket(ARRIVAL, SERVICE, CENTRE, "az")
    assert not of_kind(slip, SlipQr)
    assert of_kind(slip, SlipNumber) == [SlipNumber(text("az", "slip.ticket_number"), "A-017")]
    assert "Aygün" not in str(slip.parts)


WALK_IN = WalkIn("A-018", SERVICE.id, 4, WaitRange(10, 20))


@pytest.mark.parametrize("width", [WIDTH_80_MM, WIDTH_58_MM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ticket_of_a_walk_in(language: Language, width: int, tmp_path: Path) -> None:
    """C5: the number large, how many are before and how long that may take, the service, when it was taken."""
    path = paper_of(walk_in_ticket(WALK_IN, SERVICE, CENTRE, ARRIVAL.at, language), width, tmp_path)
    with Image.open(path) as paper:
        assert any(stands_on(paper, "A-018", size, bold=True) for size in range(120, 90, -2))
        minutes = text(language, "walk_in.minutes", minutes="10–20")
        for told in (SERVICE.name.of(language), minutes):
            assert stands_on(paper, told, 28, bold=True), told
        for told in (text(language, "slip.before"), "09:52"):
            assert stands_on(paper, told, 24), told


def test_a_walk_ins_ticket_is_reprinted_as_it_was() -> None:
    """C5, K7: the same parts and one line more; example data wear their mark; one minute is no range."""
    first = walk_in_ticket(WALK_IN, SERVICE, CENTRE, ARRIVAL.at, "az")
    again = walk_in_ticket(WALK_IN, SERVICE, CENTRE, ARRIVAL.at, "az", again=True)
    assert again.parts == (SlipNote(text("az", "slip.reprint")), *first.parts)
    exact = replace(WALK_IN, wait=WaitRange(5, 5))
    slip = walk_in_ticket(exact, SERVICE, CENTRE, ARRIVAL.at, "az", example=True)
    assert slip.parts[0] == SlipMark("NÜMUNƏ")
    minutes = text("az", "walk_in.minutes", minutes="5")
    assert minutes in [part.value for part in slip.parts if isinstance(part, SlipFact)]
