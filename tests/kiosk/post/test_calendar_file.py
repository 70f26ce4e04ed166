"""The calendar file of a booking through its life: put in, moved, taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from kiosk.post.facts import LetterFacts, LetterKind
from kiosk.post.letters import Letter, compose
from tests.kiosk.post.conftest import SENDER, at


def event_of(facts: LetterFacts, kind: LetterKind) -> tuple[str, Event]:
    """The method and the one event of a letter's calendar file."""
    message = compose(Letter(kind, "az", "a@example.az", facts, "<x@asan-kiosk>", at("2026-11-20 09:00")), SENDER)
    (attachment,) = list(message.iter_attachments())
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_filename() == "asan-xidmet.ics"
    content = attachment.get_content()
    assert content.count("\r\n") == content.count("\n"), "RFC 5545: lines end in CR LF"
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    method = str(calendar["METHOD"])
    assert attachment["Content-Type"].params["method"] == method
    return method, event


def test_a_confirmed_booking_is_put_into_the_calendar(facts: LetterFacts) -> None:
    """Q7: the hour in UTC, service, centre with address, order code and latest arrival, and an alarm an hour before."""
    method, event = event_of(facts, "confirmed")
    assert method == "PUBLISH"
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTART") == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert facts.service.az in str(event["SUMMARY"])
    assert facts.centre.az in str(event["LOCATION"])
    assert facts.address.az in str(event["LOCATION"])
    assert "K7MP-4XRT" in str(event["DESCRIPTION"])
    assert "10:15-dək" in str(event["DESCRIPTION"])
    assert "ORGANIZER" in event, "RFC 5546 wants one in PUBLISH and CANCEL"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(hours=-1)


def test_moving_and_cancelling_are_the_same_event(facts: LetterFacts) -> None:
    """Q10: the UID stays, SEQUENCE counts, CANCEL takes the event out and rings no more."""
    _, first = event_of(facts, "confirmed")
    _, moved = event_of(replace(facts, sequence=2, time=at("2026-11-24 11:00")), "moved")
    method, cancelled = event_of(replace(facts, sequence=3), "cancelled")
    assert first["UID"] == moved["UID"] == cancelled["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"], cancelled["SEQUENCE"]) == (1, 2, 3)
    assert method == "CANCEL"
    assert cancelled["STATUS"] == "CANCELLED"
    assert not cancelled.walk("VALARM")


def test_the_uid_tells_nothing(facts: LetterFacts) -> None:
    """A calendar is shared with others, and the reference opens the booking: it is not in the file."""
    _, event = event_of(facts, "confirmed")
    assert facts.booking not in event.to_ical().decode()
    assert event["UID"] != event_of(replace(facts, booking="K7MP-4XRT-9ABD"), "confirmed")[1]["UID"]
