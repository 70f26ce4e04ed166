"""A working day at this centre for the tests of a counter: who booked, who comes when, and what other counters do.

Everything goes by `batch`, as from other programs; the day is the first one that is offered, whatever today is.
"""

from __future__ import annotations

from itertools import count
from typing import Any, Final

from tests.e2e.hall import CENTRE, next_open_day
from tests.e2e.place import Place
from tests.stations import PERSON

SERVICES: Final = (
    "identity-card-issue", "identity-card-exchange", "passport-issue", "passport-exchange", "birth-registration",
    "notarial-copy", "power-of-attorney", "family-certificate",
)  # fmt: skip
_LOOKED_AT: Final = 16
_NAMES: Final = (
    ("Aygün", "Nümunəyeva"), ("Tural", "Misalzadə"), ("Nigar", "Sınaqlı"), ("Elçin", "Örnəkov"), ("Səbinə", "Maketova"),
)  # fmt: skip


def somebody(number: int) -> dict[str, str]:
    """An invented person; the same number is the same one."""
    given_name, surname = _NAMES[number % len(_NAMES)]
    return {
        **PERSON,
        "given_name": given_name,
        "surname": surname,
        "fin": f"7ZZ{number:04d}",
        "email": f"person{number}@example.az",
    }


class Workday:
    """The next day on which the centre works."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._keys = count(1)
        self._people = count(1)
        self.date = next_open_day(place)

    def _asked(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"key": f"workday-{next(self._keys)}", "centre": CENTRE, **request}

    def now(self, time: str, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """Let it be that time of the day, and answer these requests then; each must succeed."""
        clock = {"do": "clock", "now": f"{self.date}T{time}:00+04:00"}
        answers = self._place.ask(clock, *map(self._asked, requests))
        assert all(answer["ok"] for answer in answers), answers
        return answers[1:]

    def books(self, *hours: str) -> list[str]:
        """People who booked these hours ("10:00") before the day, confirmed; their order codes."""
        free = self._free_hours()
        wanted = []
        for hour in hours:
            service = next(service for service in free if hour in free[service])
            free[service].remove(hour)
            wanted.append((service, hour, somebody(next(self._people))))
        held = self._place.ask(*(
            self._asked({
                "do": "hold", "service": service, "time": f"{self.date}T{hour}:00+04:00", "applicant": person,
            })
            for service, hour, person in wanted
        ))  # fmt: skip
        assert all(answer["ok"] for answer in held), held
        confirmed = self._place.ask(*(
            self._asked({"do": "confirm", "booking": hold["booking"], "code": self._place.code_mailed(person["email"])})
            for hold, (_, _, person) in zip(held, wanted, strict=True)
        ))  # fmt: skip
        assert all(answer["ok"] for answer in confirmed), confirmed
        return [str(answer["order_code"]) for answer in confirmed]

    def _free_hours(self) -> dict[str, set[str]]:
        """By service, those of the other tests first; in those after them nobody of the example has booked."""
        (known,) = self._place.ask({"do": "services"})
        services = list(dict.fromkeys([*SERVICES, *(service["id"] for service in known["services"])]))[:_LOOKED_AT]
        asked = ({"do": "slots", "service": service, "centre": CENTRE, "date": self.date} for service in services)
        return {
            service: {slot["time"][11:16] for slot in answer.get("slots", ()) if slot["state"] == "free"}
            for service, answer in zip(services, self._place.ask(*asked), strict=True)
        }

    def come(self, time: str, *codes: str) -> list[str]:
        """People show their codes at a kiosk; their tickets."""
        arrivals = ({"do": "arrive", "order_code": code, "station": "kiosk-2"} for code in codes)
        return [str(answer["ticket"]) for answer in self.now(time, *arrivals)]

    def walk_in(self, time: str, *services: str) -> list[str]:
        """People without a booking take tickets; their numbers."""
        taken = ({"do": "walk_in", "service": service, "station": "kiosk-2"} for service in services)
        return [str(answer["ticket"]) for answer in self.now(time, *taken)]

    def calls(self, time: str, counter: str) -> str:
        """Another counter calls whoever is next; the ticket."""
        (answer,) = self.now(time, {"do": "call_next", "counter": counter})
        return str(answer["ticket"])

    def queue(self) -> dict[str, Any]:
        """Who waits and who is called, as another program sees it."""
        (answer,) = self._place.ask({"do": "queue", "centre": CENTRE})
        assert answer["ok"], answer
        return answer

    def state(self, ticket: str) -> tuple[str, str | None]:
        """Of somebody who is still in the hall: the state, and the counter where there is one."""
        queue = self.queue()
        found = {
            one["ticket"]: (str(one["state"]), one.get("counter")) for one in (*queue["waiting"], *queue["called"])
        }
        return found[ticket]
