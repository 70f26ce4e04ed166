"""The water company on a trial's database."""

from __future__ import annotations

import pytest

from tests.kiosk.water.applying import Company
from tests.stations import Trial


@pytest.fixture
def company(trial: Trial) -> Company:
    """With nobody in its registry."""
    return Company(trial)
