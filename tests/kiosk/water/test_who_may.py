"""Who works at the company's desk is asked of the database in each act, whatever a screen still shows (C6, K6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kiosk.errors import NotAllowed
from tests.kiosk.hall.invented_staff import enrolled
from tests.kiosk.water.applying import CODE, NEW, Company
from tests.stations import PERSON, new_key


@pytest.mark.parametrize("which", ["left", "technician"])
def test_who_serves_nobody_sees_and_does_nothing_at_the_companys_desk(company: Company, which: str) -> None:
    """C6, W7: who left or is a technician takes no money, works off no order, and sees nobody's papers."""
    company.subscriber()
    number, water = company.registered("new_consumer"), company.trial.station.water
    digest = company.trial.query("SELECT digest FROM application_documents")[0]["digest"]
    staff = enrolled(company.trial, "operator" if which == "left" else which)
    if which == "left":
        company.trial.change("UPDATE staff SET active = 0 WHERE id = :id", id=staff)
    acts: list[Callable[[], Any]] = [
        lambda: company.work.act(new_key(), staff, number, "take"),
        lambda: company.work.application(staff, number),
        lambda: company.work.applications_of(staff, PERSON["fin"]),
        lambda: company.work.document(staff, number, digest),
        lambda: water.payments.record(new_key(), CODE, Decimal("1.00"), "", "cash", staff=staff),
        lambda: water.statements.at_desk(staff, CODE),
        lambda: company.applications.apply(
            new_key(), "new_consumer", NEW, (), source="counter", language="az", staff=staff
        ),
    ]
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.right == "serve"
    audited = company.trial.query("SELECT act FROM audit WHERE outcome = 'not_allowed' AND staff = :id", id=staff)
    assert len(audited) == len(acts)
    assert not company.trial.query("SELECT 1 FROM payments")
    assert company.trial.query("SELECT state FROM work_orders") == [{"state": "open"}]
