"""The tables of the reference data: their columns, and how a row of each is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from db.reference import AgencyRow, CentreRow, ClosureRow, HolidayNameRow, HoursRow, OfferRow, ServiceRow
from kiosk.booking.calendar import ClosureKind
from kiosk.reference_file import Row


def _in_three(*columns: str) -> tuple[str, ...]:
    return tuple(f"{column}_{language}" for column in columns for language in ("az", "ru", "en"))


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "agencies.csv": ("id", *_in_three("name")),
    "services.csv": ("id", "number", "agency", "letter", *_in_three("name", "fee")),
    "centres.csv": ("id", "number", "region", *_in_three("name", "short", "address")),
    "offers.csv": ("service", "centre", "capacity"),
    "hours.csv": ("centre", "weekday", "opens", "closes", "default"),
    "closures.csv": ("centre", "date", "kind", "opens", "closes", *_in_three("name")),
    "holidays_names.csv": ("key", "library_name", *_in_three("name")),
    "calendar.csv": ("confirmed_until",),
}
"""The files and what their first row must name."""
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {"offers.csv": ("walk_in",)}
"""What the first row of a file may name beside that."""

REGIONS: Final = ("baku", "regions")
_LETTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HIGHEST_NUMBER: Final = 65_535
MOST_SEATS: Final = 1000
MOST_WALK_INS: Final = 100_000
_NAMED_KINDS: Final = ("public_holiday", "moved_day_off", "closure")


def agency(row: Row) -> AgencyRow:
    """A row of `agencies.csv`."""
    return AgencyRow(row.slug("id"), *_required(row, "name"))


def service(row: Row) -> ServiceRow:
    """A row of `services.csv`; its three fees may be missing together."""
    return ServiceRow(
        row.slug("id"),
        row.number("number", 1, _HIGHEST_NUMBER),
        row.slug("agency"),
        row.one_of("letter", _LETTERS),
        *_required(row, "name"),
        *row.texts("fee", may_be_missing=True),
    )


def centre(row: Row) -> CentreRow:
    """A row of `centres.csv`."""
    return CentreRow(
        row.slug("id"),
        row.number("number", 1, _HIGHEST_NUMBER),
        row.one_of("region", REGIONS),
        *_required(row, "name"),
        *_required(row, "short"),
        *_required(row, "address"),
    )


def offer(row: Row) -> OfferRow:
    """A row of `offers.csv`: an empty capacity is one seat, 0 takes a centre out of `*`; walk_in may be empty."""
    return OfferRow(
        row.slug("service"),
        row.slug("centre", or_every=True),
        row.number("capacity", 0, MOST_SEATS, default=1),
        None if row.is_empty("walk_in") else row.number("walk_in", 0, MOST_WALK_INS),
    )


def hours(row: Row) -> HoursRow:
    """A row of `hours.csv`."""
    opens, closes = row.time("opens"), row.time("closes")
    if row.is_empty("opens") or row.is_empty("closes"):
        row.refuse("opens or closes is empty; a weekly day off has no row")
    _check_order(row, opens, closes)
    return HoursRow(
        row.slug("centre", or_every=True),
        row.number("weekday", 1, 7),
        opens or "",
        closes or "",
        row.one_of("default", ("yes", "no")) == "yes",
    )


def closure(row: Row) -> ClosureRow:
    """A row of `closures.csv`; only days that are worked have hours, and what closes a centre has a name."""
    kind = row.one_of("kind", get_args(ClosureKind))
    opens, closes = row.time("opens"), row.time("closes")
    _check_order(row, opens, closes)
    is_named = kind in _NAMED_KINDS
    if is_named and not (row.is_empty("opens") and row.is_empty("closes")):
        row.refuse(f"opens and closes do not go with {kind}")
    if kind == "extra_day" and row.is_empty("opens") != row.is_empty("closes"):
        row.refuse("extra_day has opens and closes, or neither")
    names = row.texts("name", may_be_missing=not is_named)
    return ClosureRow(row.slug("centre", or_every=True), row.date("date"), kind, opens, closes, *names)


def holiday_name(row: Row) -> HolidayNameRow:
    """A row of `holidays_names.csv`; a phrase has no library_name."""
    library_name = None if row.is_empty("library_name") else row.text("library_name")
    return HolidayNameRow(row.text("key"), library_name, *_required(row, "name"))


def confirmed_until(row: Row) -> int:
    """The one row of `calendar.csv`: a year."""
    return row.number("confirmed_until", 2000, 2200)


def _check_order(row: Row, opens: str | None, closes: str | None) -> None:
    if opens is not None and closes is not None and closes <= opens:
        row.refuse(f"closes ({closes}) is not after opens ({opens})")


def _required(row: Row, column: str) -> tuple[str, str, str]:
    az, ru, en = row.texts(column)
    return az or "", ru or "", en or ""
