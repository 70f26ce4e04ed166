"""Whatever a card answers: only our own errors come out, within known numbers of commands and bytes."""

from __future__ import annotations

import resource

import pytest

from hardware.simulated.authority import ExampleAuthority
from tests.hardware.cards.desk import CASES, Case
from tests.hardware.cards.hostile import record, run

_MILLION = 1_000_000
_PARTS = 2
_MEMORY_KIB = 64 * 1024


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_card_gets_an_error_of_ours(case: Case, authority: ExampleAuthority) -> None:
    run(record(case, authority), 400, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_million_hostile_cards_get_errors_of_ours(case: Case, part: int, authority: ExampleAuthority) -> None:
    recorded = record(case, authority)
    run(recorded, 1_000, seed=part)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(recorded, -(-_MILLION // (_PARTS * len(CASES))), seed=1_000 + part)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _MEMORY_KIB
