"""Trials on a real station with a simulated reader (M3)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import CardKeys, make_card
from kiosk.care.trials import TrialLine, Trials
from kiosk.care.trials.readers import SCENARIOS
from kiosk.clock import to_datetime
from kiosk.errors import Unavailable
from kiosk.identity.card_facts import CardSight
from kiosk.language import LANGUAGES
from kiosk.post.delivery import PostAway, Undeliverable
from kiosk.station import Station
from tests.stations import START, Trial, at, open_station

NOW = to_datetime(at(START))
HOLDER = ("Əsmər", "Nümunəli", "7NUMN24")


@pytest.fixture(scope="module")
def keys() -> CardKeys:
    """One pair of keys for every card: making them costs time."""
    return CardKeys.make("pkcs15")


@pytest.fixture
def station(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Station]:
    """A station with example data, a Maildir and a simulated printer and reader."""
    opened = open_station(
        ready_sqlite_url,
        tmp_path,
        secrets_folder,
        example={"data": True},
        mail={"transport": "maildir"},
        printer={"device": "simulated", "folder": str(tmp_path / "paper")},
    )
    Trial(opened, opened.clock.set).at(START)
    opened.open_cards()
    yield opened
    opened.close()


@pytest.fixture
def trials(station: Station) -> Trials:
    return Trials(station.settings, station)


Insert = Callable[..., VirtualCard]


@pytest.fixture
def insert(station: Station, keys: CardKeys) -> Insert:
    """Puts a card in and waits until the desk has read it."""
    authority = ExampleAuthority.open(station.settings.example_trust_folder, NOW)

    def put(*faults: str, profile: Any = "pkcs15") -> VirtualCard:
        assert station.cards is not None
        assert station.cards.simulated is not None
        read = threading.Event()

        def changed(sight: CardSight) -> None:
            if sight.insertion is not None and sight.state != "reading":
                read.set()

        stop = station.cards.watch(changed)
        card = make_card(profile, authority, faults, now=NOW, keys=keys)
        station.cards.simulated.insert(card)
        assert read.wait(30)
        stop()
        return card

    return put


def _told(lines: list[TrialLine]) -> str:
    return "\n".join(line.words(language) for line in lines for language in LANGUAGES)


def _keys(lines: list[TrialLine]) -> list[str]:
    return [line.key.removeprefix("care.trial.") for line in lines]


def test_a_card_is_read_step_by_step_without_a_name(trials: Trials, insert: Insert) -> None:
    """M3: connection, ATR, driver with its number of commands, certificates, PINs with tries; nobody's name."""
    insert()
    lines = list(trials.read_card())
    keys = _keys(lines)
    for step in ("connected", "atr", "driver", "holder", "certificates", "pins", "pin", "commands"):
        assert step in keys
    assert not [part for part in HOLDER if part in _told(lines) + repr(lines)]
    timed = {line.key for line in lines if line.milliseconds is not None}
    assert timed >= {"care.trial.connected", "care.trial.driver", "care.trial.certificates", "care.trial.pins"}


def test_the_holder_is_shown_where_it_is_asked_for(trials: Trials, insert: Insert) -> None:
    """M3: "show holder" tells the name, in its own line alone."""
    insert()
    shown = [line for line in trials.read_card(show_holder=True) if HOLDER[1] in repr(line)]
    assert [line.key for line in shown] == ["care.trial.holder_shown"]


def test_tries_are_told_and_none_is_used(trials: Trials, insert: Insert) -> None:
    """M3, I9: reading a card costs no try."""
    card = insert("last-try")
    before = repr(card.pins)
    pins = [line for line in trials.read_card() if line.key == "care.trial.pin"]
    assert "warning" in {line.light for line in pins}
    assert repr(card.pins) == before


@pytest.mark.parametrize("trial", ["read_card", "chain"])
def test_an_empty_reader_says_so(trials: Trials, trial: str) -> None:
    """Without a card a trial ends with a line, not with an error."""
    lines = list(getattr(trials, trial)())
    assert lines[-1].key == "care.trial.no_card"


def test_a_card_pulled_while_it_is_read_is_a_line(trials: Trials, insert: Insert) -> None:
    """M3: what went wrong after which step; the trial ends."""
    whole = insert().commands  # what reading it takes, as the desk just did
    insert(f"pull@{whole + whole // 2}")
    lines = list(trials.read_card())
    assert "connected" in _keys(lines)
    assert (lines[-1].key, lines[-1].light) == ("care.trial.failed", "fault")


def test_a_technician_who_leaves_keeps_nobody_from_the_card(trials: Trials, station: Station, insert: Insert) -> None:
    """M3: a trial that nobody looks at any more ends by itself, and the card is free for the next."""
    insert()
    left = trials.read_card()
    assert next(left).key == "care.trial.service"
    assert station.cards is not None
    insertion = station.cards.sight.insertion
    assert insertion is not None
    assert station.cards.pins(insertion)
    assert [line.key for line in trials.read_card()][-1] == "care.trial.commands"


def test_what_nobody_foresaw_is_a_line(
    trials: Trials, station: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """M3, K6: a trial never ends with an error on the glass; only the error's kind is told and logged."""

    def stumble() -> None:
        raise RuntimeError("5AB1C2D")

    monkeypatch.setattr(station.cards, "condition", stumble)
    lines = list(trials.read_card())
    assert [(line.key, line.facts) for line in lines] == [("care.stumbled", {"error": "RuntimeError"})]
    assert "5AB1C2D" not in caplog.text


def test_the_chain_is_a_tree_from_the_root_down(trials: Trials, insert: Insert) -> None:
    """M3: root, PCA, ICA, and the person's certificate deepest, with its verdict; no name of a person."""
    insert()
    lines = list(trials.chain())
    authorities = [line for line in lines if line.key == "care.trial.authority"]
    assert [line.depth for line in authorities] == [1, 2, 3, 1, 2, 3]
    assert "Root" in str(authorities[0].facts["name"])
    verdicts = [line for line in lines if line.key == "care.trial.verdict_dated"]
    assert [(line.depth, line.light) for line in verdicts] == [(4, "good"), (4, "good")]
    assert not [part for part in HOLDER if part in _told(lines) + repr(lines)]


def test_an_unknown_issuer_leaves_the_chain_open(trials: Trials, insert: Insert) -> None:
    """E3: a certificate of nobody we trust is told as that."""
    insert("wrong-issuer")
    lines = list(trials.chain())
    assert "chain_open" in _keys(lines)
    assert {line.light for line in lines if line.key.startswith("care.trial.verdict")} == {"fault"}


def test_free_commands_are_answered(trials: Trials, insert: Insert) -> None:
    """M3: what belongs together is sent together, and each answer is told with its status word."""
    insert()
    lines = list(trials.apdu("00A4040C0CA000000063504B43532D3135\n00B0000000"))
    answers = [line.facts["status"] for line in lines if line.key == "care.trial.answer"]
    assert len(answers) == 2
    assert answers[0] == "9000"
    assert [line.facts for line in trials.apdu("00A4020C02EEEE") if line.key == "care.trial.meaning"]


def test_a_refused_command_never_reaches_the_card(trials: Trials, insert: Insert) -> None:
    """M3, I9: not one byte is sent, and no try is used."""
    card = insert()
    before = repr(card.pins)
    lines = list(trials.apdu("00A4040C0CA000000063504B43532D3135\n0020000104FFFFFFFF"))
    assert [line.key for line in lines] == ["care.apdu.carries_pin"]
    assert repr(card.pins) == before


def test_the_trace_is_told_and_holds_no_answer(trials: Trials, insert: Insert) -> None:
    """M3: the last commands with status and time; answers are only counted, so no name is in it."""
    assert [line.key for line in trials.trace()] == ["care.trial.trace_empty"]
    insert()
    lines = list(trials.trace())
    assert len(lines) > 5
    assert {line.facts["status"] for line in lines} >= {"9000"}
    assert not [part for part in HOLDER if part in _told(lines)]


def test_a_test_ticket_is_printed(trials: Trials, tmp_path: Path) -> None:
    """M3: paper comes out, and the printer says so."""
    assert [line.key for line in trials.print_ticket("az")] == ["care.trial.printed"]
    assert len(list((tmp_path / "paper").glob("slip-*.png"))) == 1


def test_a_test_ticket_without_paper_says_so(trials: Trials, tmp_path: Path) -> None:
    """M3: what is wrong with the printer, in its own words."""
    (tmp_path / "paper").mkdir(exist_ok=True)
    (tmp_path / "paper" / "fault").write_text("no_paper", "ascii")
    assert [(line.key, line.light) for line in trials.print_ticket()] == [("care.printer.no_paper", "fault")]


def test_the_scanner_is_compared_with_the_test_code(trials: Trials) -> None:
    """M3: right, cut short, another keyboard language, another code; of another code nothing is told but its length."""
    code = trials.test_code
    for scanned, key in (
        (code, "scanned"),
        (code[:-3], "scanned_length"),
        (code.replace("9", "("), "scanned_no_digits"),
        ("0" * len(code), "scanned_other"),
    ):
        lines = list(trials.scanned(scanned))
        assert _keys(lines) == [key]
        assert scanned[:20] not in _told(lines)


def test_a_test_letter_is_sent(trials: Trials, station: Station) -> None:
    """M3: it lies in the Maildir at once, and the trial tells how long it took."""
    (line,) = trials.mail("technician@example.az", "ru")
    assert (line.key, line.light) == ("care.trial.mail_folder", "good")
    letter = station.last_letter("technician@example.az")
    assert letter is not None
    assert "Тестовое письмо" in letter.subject


@pytest.mark.parametrize("address", ["", "nobody", "a@b\nBcc: c@d", "ü@example.az", "@"])
def test_an_address_that_is_none_is_told(trials: Trials, address: str) -> None:
    """No letter leaves, and no header is smuggled in."""
    assert [line.key for line in trials.mail(address)] == ["care.trial.mail_address"]


def test_a_mail_server_that_is_away_is_told(trials: Trials, station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """M3: the trial tells why, in words without the address."""

    def away(*_: object) -> None:
        raise PostAway("the mail server refuses the connection")

    monkeypatch.setattr(station.delivery, "deliver", away)
    (line,) = trials.mail("technician@example.az")
    assert (line.key, line.light) == ("care.trial.mail_failed", "fault")
    assert "technician" not in _told([line])


def test_a_test_message_is_sent(trials: Trials, station: Station) -> None:
    """M3: it lies in the folder at once, says that it is an example, and the trial tells that no phone gets it."""
    (line,) = trials.sms("050 123 45 67", "ru")
    assert (line.key, line.light) == ("care.trial.sms_folder", "good")
    assert station.sms_folder is not None
    (message,) = station.sms_folder.messages("+994501234567")
    assert message.text.startswith("NÜMUNƏ")
    assert "тестовое SMS" in message.text


@pytest.mark.parametrize("number", ["", "12", "technician@example.az", "+0501234567"])
def test_a_number_that_is_none_is_told(trials: Trials, station: Station, number: str) -> None:
    """M3: nothing leaves."""
    assert [line.key for line in trials.sms(number)] == ["care.trial.sms_number"]
    assert station.sms_folder is not None
    assert station.sms_folder.messages() == ()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Undeliverable("message refused: HTTP 422"), "the message was refused: HTTP 422"),
        (PostAway("the SMS gateway answered HTTP 503"), "503"),
    ],
)
def test_what_the_gateway_answered_is_told(
    trials: Trials, station: Station, monkeypatch: pytest.MonkeyPatch, answer: Exception, words: str
) -> None:
    """M3, K6: in the reader's language, without the number."""

    def refuse(_: object) -> None:
        raise answer

    monkeypatch.setattr(station.sms, "send", refuse)
    (line,) = trials.sms("0501234567")
    assert (line.key, line.light) == ("care.trial.sms_failed", "fault")
    assert words in line.words("en")
    assert "501234567" not in _told([line])


def test_a_station_without_messages_has_no_trial_of_them(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    """M3: what is not set up is not offered."""
    opened = open_station(ready_sqlite_url, tmp_path, secrets_folder, sms={"transport": "none"})
    trials = Trials(opened.settings, opened)
    assert "sms" not in trials.possible()
    assert [line.key for line in trials.sms("0501234567")] == ["care.sms.off"]
    opened.close()


def test_the_service_begins_anew(trials: Trials, insert: Insert) -> None:
    """M3: without a command of its own only our part starts again, and the reader is found again."""
    insert()
    lines = list(trials.restart_service())
    assert _keys(lines) == ["own_worker", "service_up", "readers"]
    assert {line.light for line in lines} == {"good"}


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (f"{sys.executable} -c pass", "command_done"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no such unit\")'", "command_failed"),
        ("no-such-command-here", "command_failed"),
    ],
)
def test_the_service_is_restarted_by_the_administrators_command(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path, command: str, key: str
) -> None:
    """M3: [maintenance] service_command is run, and what it says is told."""
    opened = open_station(
        ready_sqlite_url,
        tmp_path,
        secrets_folder,
        cards={"reader": "simulated"},
        maintenance={"service_command": command},
    )
    opened.open_cards()
    try:
        assert _keys(list(Trials(opened.settings, opened).restart_service()))[0] == key
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("name", "last"),
    [("good_card", "ready"), ("unknown_card", "unknown"), ("mute_card", "mute"), ("broken_data", "faulty")],
)
def test_a_scenario_is_played_on_the_simulated_reader(trials: Trials, name: str, last: str) -> None:
    """M3: put the simulated reader in: the station answers as to a real card."""
    assert name in trials.scenarios()
    lines = list(trials.scenario(name))
    assert [line.key for line in lines] == [f"care.scenario.{name}", f"care.sight.{last}"]


def test_every_scenario_has_words(trials: Trials) -> None:
    """A button for each, in every language."""
    assert trials.scenarios() == tuple(SCENARIOS)
    for name in trials.scenarios():
        assert all(TrialLine("good", f"care.scenario.{name}").words(language) for language in LANGUAGES)


def test_a_reader_is_unplugged_and_plugged_in(trials: Trials, insert: Insert) -> None:
    """M3: the station follows."""
    insert()
    assert [line.key for line in trials.scenario("take_out")][-1] == "care.sight.waiting"
    assert [line.key for line in trials.scenario("unplug_reader")][-1] == "care.sight.no_reader"
    assert [line.key for line in trials.scenario("plug_reader")][-1] == "care.sight.waiting"


def test_what_is_possible_follows_the_devices(station: Station, trials: Trials) -> None:
    """M3: no button for what is not there."""
    assert trials.possible() == {
        "card", "chain", "trace", "apdu", "ticket", "scanner", "mail", "sms", "service", "simulated", "screen",
    }  # fmt: skip


def test_a_station_without_readers_tries_none(trial: Trial) -> None:
    """A counter that never opened its readers says so."""
    trials = Trials(trial.station.settings, trial.station)
    assert trials.possible() == {"scanner", "mail", "screen"}
    assert trials.scenarios() == ()
    for lines in (
        trials.read_card(),
        trials.chain(),
        trials.trace(),
        trials.apdu("00B00000"),
        trials.restart_service(),
    ):
        assert [line.key for line in lines] == ["care.trial.no_reader"]


def test_a_ticket_is_printed_with_the_database_away(
    trials: Trials, station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M3: a technician is needed most then; the trial says that the audit missed it."""

    def away(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(station.acts, "perform", away)
    assert [line.key for line in trials.print_ticket()] == ["care.trial.not_audited"]
    assert len(list((tmp_path / "paper").glob("slip-*.png"))) == 1
