"""Pages that people mail to themselves: so many an hour, and no more."""

from __future__ import annotations

import pytest

from kiosk.clock import HOUR, to_instant
from kiosk.errors import BadRequest, SlowDown
from kiosk.post.maildir import Maildir
from kiosk.post.mailed_pages import MailedPages
from kiosk.post.page import PageFacts
from tests.stations import MakeTrial, Trial

PAGE = PageFacts("E-imzanı yoxla", ("Hər şey qaydasındadır.",), (("PIN1", "3"),))


def _pages(trial: Trial) -> MailedPages:
    return MailedPages(trial.station.acts, trial.station.settings)


def test_a_page_is_mailed(make_trial: MakeTrial) -> None:
    """E3: as it was read on the screen, in the person's language."""
    trial = make_trial(mail={"transport": "maildir"})
    _pages(trial).mail("readiness", "numune@example.az", PAGE, "az")
    letter = Maildir(trial.station.settings.mail_folder).last_letter("numune@example.az")
    assert letter is not None
    assert "PIN1: 3" in letter.text


@pytest.mark.parametrize("transport", ["maildir", "smtp"], ids=["sent", "waiting"])
def test_an_address_gets_three_an_hour(make_trial: MakeTrial, transport: str) -> None:
    """The fourth is told when; exactly an hour after the first it goes. Another address is another."""
    trial = make_trial(mail={"transport": transport})
    pages, first = _pages(trial), to_instant(trial.station.now())
    for _ in range(3):
        pages.mail("readiness", "numune@example.az", PAGE, "az")
    with pytest.raises(SlowDown) as caught:
        _pages(trial).mail("readiness", "Numune@example.az", PAGE, "az")
    assert to_instant(caught.value.retry_at) == first + HOUR
    pages.mail("readiness", "basqa@example.az", PAGE, "az")
    trial.station.clock.set(first + HOUR - 1)
    with pytest.raises(SlowDown):
        pages.mail("readiness", "numune@example.az", PAGE, "az")
    trial.station.clock.set(first + HOUR)
    pages.mail("readiness", "numune@example.az", PAGE, "az")


def test_a_station_mails_thirty_an_hour(make_trial: MakeTrial) -> None:
    trial = make_trial()
    pages, first = _pages(trial), to_instant(trial.station.now())
    for number in range(30):
        pages.mail("readiness", f"numune{number}@example.az", PAGE, "az")
    with pytest.raises(SlowDown) as caught:
        pages.mail("readiness", "numune30@example.az", PAGE, "az")
    assert to_instant(caught.value.retry_at) == first + HOUR
    trial.station.clock.set(first + HOUR)
    pages.mail("readiness", "numune30@example.az", PAGE, "az")


def test_what_is_no_address_is_refused(make_trial: MakeTrial) -> None:
    with pytest.raises(BadRequest):
        _pages(make_trial()).mail("readiness", "numune@", PAGE, "az")
