"""A pcscd of the test's own and services on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hardware.pcsc.plugged import Desk
from tests.pcscd import Pcscd, private_pcscd


@pytest.fixture
def pcscd() -> Iterator[Pcscd]:
    """A running pcscd with one reader of two slots."""
    with private_pcscd() as service:
        yield service


@pytest.fixture
def desk(pcscd: Pcscd) -> Iterator[Desk]:
    """A service that has found both slots."""
    with Desk(pcscd) as found:
        found.settle()
        yield found
