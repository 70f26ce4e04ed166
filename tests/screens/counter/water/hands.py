"""What a test does at the company's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screens.counter.water.subscriber import SubscriberScreen
from screens.counter.water.subscribers import SubscribersScreen
from screens.messages import Scanned
from tests.kiosk.water.applying import CODE, Company
from tests.screens.counter.counter_face import CounterFace


async def typed(face: CounterFace, text: str) -> None:
    """Type it, a second after what was before."""
    face.elapsed.pass_by(1.0)
    await face.write(text)
    await face.settle()


async def open_subscriber(face: CounterFace, code: str = CODE) -> SubscriberScreen:
    """Hold a bill to the scanner in the search of subscribers."""
    await face.press("f7")
    assert face.is_on(SubscribersScreen)
    face.screen.post_message(Scanned(code))
    await face.settle()
    face.elapsed.pass_by(1.0)
    screen = face.screen
    assert isinstance(screen, SubscriberScreen)
    return screen


class Away:
    """Stands before a method of the station: refuses the first calls after (or before) doing them."""

    def __init__(self, real: Callable[..., Any], refusal: Exception, times: int = 1, *, does: bool = True) -> None:
        self.real = real
        self.refusal = refusal
        self.times = times
        self.does = does
        self.keys: list[str] = []

    def __call__(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.keys.append(key)
        if self.times:
            self.times -= 1
            if self.does:
                self.real(key, *args, **kwargs)
            raise self.refusal
        return self.real(key, *args, **kwargs)


def states(company: Company) -> list[str]:
    """The states of all work orders, in turn."""
    return [row["state"] for row in company.trial.query("SELECT state FROM work_orders ORDER BY application")]
