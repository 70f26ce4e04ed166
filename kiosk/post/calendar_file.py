"""The calendar file of a confirmed booking (Q7): one event that a later letter moves or takes away.

The event keeps its UID for the booking's whole life and counts `SEQUENCE` up, which is how a calendar knows that a
newer file replaces the older one. Times are in UTC, so that no reader has to know Baku's rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final, Literal

from kiosk.clock import HOUR, Instant, to_datetime

Method = Literal["PUBLISH", "CANCEL"]

ALARM_BEFORE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BookedEvent:
    """What the calendar file says. `booking` is the reference; `sequence` counts the booking's changes."""

    booking: str
    sequence: int
    starts: Instant
    written: Instant
    summary: str
    location: str
    description: str
    organizer_name: str
    organizer_address: str


def uid(booking: str) -> str:
    """The event's permanent name. A digest, since calendars are shared and the reference opens the booking."""
    return f"{sha256(booking.encode()).hexdigest()[:32]}@asan-kiosk"


def calendar_file(event: BookedEvent, method: Method) -> str:
    """The iCalendar text (RFC 5545, lines end in CR LF): PUBLISH puts the event in or moves it, CANCEL takes it out."""
    # Imported at the first use: with what it drags in, it would cost a station's start more than all the post.
    from icalendar import Alarm, Calendar, Event, vCalAddress, vText

    organizer = vCalAddress(f"mailto:{event.organizer_address}")
    organizer.params["CN"] = vText(event.organizer_name)
    entry = Event()
    entry.add("uid", uid(event.booking))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", to_datetime(event.written))
    entry.add("dtstart", to_datetime(event.starts))
    entry.add("dtend", to_datetime(event.starts + HOUR))
    entry.add("summary", event.summary)
    entry.add("location", event.location)
    entry.add("description", event.description)
    entry.add("organizer", organizer)
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if method == "PUBLISH":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.summary)
        alarm.add("trigger", -ALARM_BEFORE)
        entry.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//ASAN kiosk//Onlayn novbe//AZ")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    return bytes(calendar.to_ical()).decode("utf-8")
