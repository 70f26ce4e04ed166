"""The last twelve months, and who may see what of them (W8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kiosk.errors import BadRequest, NotPopulation, NotYours, UnknownSubscriber
from kiosk.water.registry import read_code
from kiosk.water.statement import last_months
from tests.kiosk.water.filled import CODE, Filled, holder
from tests.stations import PERSON, MakeTrial, Trial

YEAR = [
    "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08",
    "2026-09", "2026-10",
]  # fmt: skip


@pytest.fixture
def filled(trial: Trial) -> Filled:
    return Filled(trial)


def test_the_twelve_months_end_with_the_one_before_todays() -> None:
    """W8; over a year's end."""
    assert last_months(date(2026, 11, 1)) == YEAR
    assert last_months(date(2027, 1, 31))[0] == "2026-01"
    assert last_months(date(2027, 1, 31))[-1] == "2026-12"
    assert last_months(date(2026, 12, 31), 1) == ["2026-11"]


def test_the_month_is_that_of_baku(filled: Filled) -> None:
    """At midnight in Baku a new month begins, four hours before it does in UTC."""
    filled.subscriber()
    filled.trial.at("2026-11-30 23:59:59.999")
    assert filled.statements.statement(holder(), CODE).report_month == "2026-10"
    filled.trial.at("2026-12-01 00:00")
    statement = filled.statements.statement(holder(), CODE)
    assert statement.report_month == "2026-11"
    assert [line.month for line in statement.months] == [*YEAR[1:], "2026-11"]


def test_a_statement_has_its_sums(filled: Filled) -> None:
    """W8: consumption, invoiced and paid by month; what lies outside the twelve counts in the debt alone."""
    filled.subscriber(opening_balance=1)
    filled.bill({"2025-10": (5_000, 500), "2025-11": (12_345, 1_235), "2026-10": (7, 10), "2026-11": (9_000, 900)})
    filled.pay("2025-10-31", 500)
    filled.pay("2025-11-01", 1_000)
    filled.pay("2025-11-30", 35)
    filled.pay("2026-10-31", 201)
    statement = filled.statements.statement(holder(), CODE)
    assert [line.month for line in statement.months] == YEAR
    first, last = statement.months[0], statement.months[-1]
    assert (first.consumption, first.invoiced, first.paid) == (Decimal("12.345"), Decimal("12.35"), Decimal("10.35"))
    assert (last.consumption, last.invoiced, last.paid) == (Decimal("0.007"), Decimal("0.10"), Decimal("2.01"))
    assert (str(statement.consumption), str(statement.invoiced)) == ("12.352", "12.45")
    assert statement.paid == Decimal("12.36")
    assert statement.debt == Decimal("9.10")
    assert str(statement.debt) == "9.10"


def test_a_month_without_an_invoice_is_none_not_zero(filled: Filled) -> None:
    """W8; what was paid in it stands all the same."""
    filled.subscriber()
    filled.bill({"2026-10": (0, 0)})
    filled.pay("2026-09-15", 300)
    months = {line.month: line for line in filled.statements.statement(holder(), CODE).months}
    assert (months["2026-09"].consumption, months["2026-09"].invoiced) == (None, None)
    assert months["2026-09"].paid == Decimal("3.00")
    assert (months["2026-10"].consumption, months["2026-10"].invoiced) == (Decimal("0.000"), Decimal("0.00"))


def test_no_invoices_at_all(filled: Filled) -> None:
    filled.subscriber()
    statement = filled.statements.statement(holder(), CODE)
    assert [line.invoiced for line in statement.months] == [None] * 12
    assert (statement.debt, statement.paid) == (Decimal("0.00"), Decimal("0.00"))


@pytest.mark.parametrize(("qapik", "debt"), [(1, "0.01"), (-525, "-5.25"), (0, "0.00")])
def test_a_debt_is_exact_and_a_credit_negative(filled: Filled, qapik: int, debt: str) -> None:
    filled.subscriber()
    filled.bill({"2026-09": (1_000, 600 + qapik)})
    filled.pay("2026-10-02", 600)
    assert str(filled.statements.statement(holder(), CODE).debt) == debt


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", "empty"), ("  - ", "empty"), ("123", "format"), ("1" * 16, "format"), ("44OO123", "format"),
     ("٤٤٠٠١٢٣", "format"), ("4400123; DROP", "format")],
)  # fmt: skip
def test_what_no_code_looks_like(typed: str, why: str) -> None:
    """W8: a warning, and no next step."""
    with pytest.raises(BadRequest) as refused:
        read_code(typed, "4-15")
    assert (refused.value.field, refused.value.why) == ("subscriber", why)


def test_what_is_no_code_is_written_nowhere(filled: Filled) -> None:
    """It may be a FİN that was typed into the wrong field (K6)."""
    with pytest.raises(BadRequest):
        filled.statements.statement(holder(), PERSON["fin"])
    assert filled.audited() == []


def test_a_code_is_read_with_spaces_and_hyphens(filled: Filled) -> None:
    filled.subscriber()
    assert filled.statements.statement(holder(), " 440-01 23 ").subscriber.code == CODE


def test_how_many_digits_a_code_has_is_a_setting(make_trial: MakeTrial) -> None:
    filled = Filled(make_trial(water={"code_digits": "9-9"}))
    with pytest.raises(BadRequest):
        filled.statements.statement(holder(), CODE)
    with pytest.raises(UnknownSubscriber):
        filled.statements.statement(holder(), "123456789")


def test_an_unknown_code(filled: Filled) -> None:
    """W8; the look is audited, with the code."""
    with pytest.raises(UnknownSubscriber):
        filled.statements.statement(holder(), CODE)
    assert filled.audited() == [("statement", "unknown_subscriber", CODE)]


def test_the_service_is_for_the_population(filled: Filled) -> None:
    """W8; a company has no FİN, and its people are told the reason all the same; so is the desk."""
    filled.subscriber(category="non_population", fin="")
    with pytest.raises(NotPopulation):
        filled.statements.statement(holder(), CODE)
    with pytest.raises(NotPopulation):
        filled.statements.at_desk(None, CODE)


def test_a_closed_account_still_has_its_statement(filled: Filled) -> None:
    filled.subscriber(closed=1)
    assert filled.statements.statement(holder(), CODE).subscriber.closed


def test_a_holder_who_proved_it_sees_all(filled: Filled) -> None:
    filled.subscriber()
    for way in ("card", "e_gov", "password", "sima_token"):
        statement = filled.statements.statement(holder(way), CODE)
        assert statement.shown == "all"
        assert statement.subscriber.name == "Nümunəyeva Aygün Misal qızı"
    assert filled.audited() == [("statement", "done", CODE)] * 4


def test_a_fin_alone_shows_nothing_that_identifies(filled: Filled) -> None:
    """The default: names, address and FİN are blank in the answer itself."""
    filled.subscriber()
    statement = filled.statements.statement(holder("fin"), CODE)
    subscriber = statement.subscriber
    assert statement.shown == "figures"
    assert (subscriber.name, subscriber.address, subscriber.fin) == ("", "", "")
    assert (subscriber.persons, subscriber.meter) == (3, "none")


def test_other_peoples_codes_are_not_shown(filled: Filled) -> None:
    filled.subscriber()
    for who in (holder("card", "1AAAAAA"), holder("fin", "1AAAAAA"), holder("password", None)):
        with pytest.raises(NotYours):
            filled.statements.statement(who, CODE)
    assert filled.audited() == [("statement", "not_yours", CODE)] * 3


def test_nobody_holds_a_subscriber_without_a_fin(filled: Filled) -> None:
    """An empty FİN on both sides makes no holder."""
    filled.subscriber(fin="")
    with pytest.raises(NotYours):
        filled.statements.statement(holder("password", ""), CODE)


@pytest.mark.parametrize(
    ("fin_only", "others", "holders_fin", "others_card", "others_fin"),
    [
        ("all", "nothing", "all", None, None),
        ("figures", "all", "figures", "all", "figures"),
        ("nothing", "figures", None, "figures", None),
        ("all", "figures", "all", "figures", "figures"),
    ],
)
def test_what_may_be_seen_is_a_setting(
    make_trial: MakeTrial,
    fin_only: str,
    others: str,
    holders_fin: str | None,
    others_card: str | None,
    others_fin: str | None,
) -> None:
    """Somebody else who only typed a FİN never sees more than the holder who did so."""
    filled = Filled(make_trial(water={"fin_only_sees": fin_only, "others_see": others}))
    filled.subscriber()

    def shown(way: str, fin: str) -> str | None:
        try:
            return filled.statements.statement(holder(way, fin), CODE).shown
        except NotYours:
            return None

    assert shown("fin", "5AB1C2D") == holders_fin
    assert shown("card", "1AAAAAA") == others_card
    assert shown("fin", "1AAAAAA") == others_fin


def test_the_desk_sees_all_and_is_audited(filled: Filled) -> None:
    filled.subscriber()
    staff = filled.trial.station.staff.add("reyhan", "Reyhan N.", "operator", frozenset(), "a long password")
    statement = filled.statements.at_desk(staff, CODE)
    assert (statement.shown, statement.subscriber.fin) == ("all", "5AB1C2D")
    rows = filled.trial.query("SELECT act, staff, detail FROM audit WHERE act = 'statement_at_desk'")
    assert rows == [{"act": "statement_at_desk", "staff": staff, "detail": CODE}]


def test_no_repr_shows_a_person(filled: Filled) -> None:
    filled.subscriber()
    written = repr(filled.statements.statement(holder(), CODE))
    assert CODE in written
    assert not [one for one in ("Aygün", "Nümunə", "5AB1C2D") if one in written]
