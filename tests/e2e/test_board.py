"""The hall board on a real terminal, beside another process that calls (C4, issue 5)."""

from __future__ import annotations

import signal
from functools import partial

import pytest

from kiosk.language import LANGUAGES, text
from kiosk.names import Names
from tests.e2e.hall import Hall, is_large
from tests.e2e.place import Place

RIGHT = Names("sağ tərəf", "направо", "on the right")


@pytest.mark.long
def test_the_board_follows_the_hall(place: Place) -> None:
    """A call made elsewhere stands on the glass with the way to its counter; words change; nothing can be pressed."""
    settings = place.folder / "kiosk.toml"
    settings.write_text(f"{settings.read_text()}[board]\nlanguage_seconds = 2\n")
    hall = Hall(place)
    hall.people_come(2)
    hall.calls("7")
    hall.stands_at("7", RIGHT)
    with place.face("board", columns=120, rows=36) as board:
        for language in LANGUAGES:
            board.shows(text(language, "board.head"), text(language, "board.counter"))
            board.until(partial(is_large, board, RIGHT.of(language)), "the way in large letters")
        board.press("ctrl+c", "ctrl+q", "Escape", "F9", "F9", "F9", "F9", "F9")
        hall.calls("12")
        hall.stands_at("12", Names(*("yeni pəncərə",) * 3))
        board.until(lambda: is_large(board, "yeni pəncərə"), "the way to the new counter")
        board.process.send_signal(signal.SIGTERM)
        assert board.exit_status() == 0
    assert "Traceback" not in place.log()
