"""No module may take the product down (I3, I4): crashes, hangs, nonsense, and what a module says of PINs."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hardware.cards.card import Card, PinState, Tries
from hardware.cards.vendor import VendorModules
from hardware.cards.vendor.modules import Module
from hardware.cards.vendor.process import Died, ModuleProcess
from hardware.errors import (
    CardError,
    CardFault,
    CardGone,
    EntryCancelled,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinMustChange,
    PinRefused,
    PinWrong,
)
from tests.architecture.tree import ROOT
from tests.hardware.cards.vendor.conftest import DIGEST, Crashing, pin

LOADING = ("C_GetFunctionList", "C_Initialize", "C_GetInfo")


def processes_of(module: Path) -> list[int]:
    """The processes of this machine that have that module."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(module).encode() in command and b"hardware.cards.vendor.worker" in command:
                found.append(int(folder.name))
    return found


def wait_for_end(process: int) -> None:
    """Until that process is no more."""
    try:
        watch = os.pidfd_open(process)
    except ProcessLookupError:
        return
    with os.fdopen(watch):
        poll = select.poll()
        poll.register(watch, select.POLLIN)
        assert poll.poll(60_000), "it lives"


def signing(card: Card, faults: list[type[CardError]]) -> threading.Thread:
    """A thread that signs, and notes what came of it."""

    def sign() -> None:
        try:
            card.answer(DIGEST, "sha256", pin("1234"))
        except CardError as error:
            faults.append(type(error))

    thread = threading.Thread(target=sign)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "call", ["C_GetTokenInfo", "C_OpenSession", "C_Login", "C_SignInit", "C_Sign", "C_FindObjects"]
)
def test_a_crash_is_a_fault_once(crashing: Crashing, modules: VendorModules, card: Card, call: str) -> None:
    """A segfault is one CardFault, told to technicians; the next request finds a fresh process."""
    crashing.order(**{call: "segfault"})
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", pin("1234"))
    (condition,) = modules.condition()
    assert condition.last_fault is not None
    assert "SIGSEGV" in condition.last_fault
    crashing.order()
    assert card.answer(DIGEST, "sha256", pin("1234"))
    assert modules.condition()[0].restarts == 1


def test_a_pin_is_not_sent_again_after_a_crash(crashing: Crashing, card: Card) -> None:
    """The software never sends a PIN twice by itself (I9), also when it does not know what became of the first time."""
    crashing.order(C_Login="segfault")
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls("typed") == ["typed"]


@pytest.mark.parametrize("call", LOADING)
@pytest.mark.parametrize("what", ["segfault", "garbage", "5"])
def test_a_module_that_cannot_be_loaded_is_a_finding(crashing: Crashing, call: str, what: str) -> None:
    """No token, no exception; the condition says what is wrong."""
    if what == "garbage" and call != "C_GetFunctionList":
        what = "5"
    crashing.order(**{call: what})
    modules = crashing.modules()
    assert modules.tokens() == ()
    (condition,) = modules.condition()
    assert condition.is_there
    assert (condition.loads, condition.fails) == (False, True)
    assert condition.last_fault
    modules.close()


def test_a_file_that_is_no_module_is_a_finding(tmp_path: Path) -> None:
    """As a module for another machine, or another file."""
    wrong = tmp_path / "wrong.so"
    wrong.write_text("no module")
    modules = VendorModules((("Wrong", wrong), ("Missing", tmp_path / "missing.so")), 60)
    assert modules.tokens() == ()
    damaged, missing = modules.condition()
    assert (damaged.is_there, damaged.loads) == (True, False)
    assert damaged.last_fault is not None
    assert "cannot be loaded" in damaged.last_fault
    assert (missing.is_there, missing.loads, missing.last_fault) == (False, None, None)
    modules.close()


def test_a_hang_ends_at_the_deadline(crashing: Crashing) -> None:
    """Whoever is late is killed."""
    process = ModuleProcess(crashing.module)
    process.load(60)
    crashing.order(C_GetSlotList="hang")
    with pytest.raises(Died, match="no answer within"):
        process.ask({"do": "tokens"}, 0.2)
    assert not process.is_alive


def test_after_a_hang_the_next_request_finds_a_fresh_process(crashing: Crashing) -> None:
    module = Module("Nümunə", crashing.module, 60)
    assert module.tokens()
    crashing.order(C_GetSlotList="hang")
    with pytest.raises(CardFault):
        module.ask({"do": "tokens"}, extra_seconds=-59.8)
    crashing.order()
    assert module.tokens()
    assert module.condition().restarts == 1
    module.close()


def test_who_hangs_does_not_hold_up_the_end(crashing: Crashing, modules: VendorModules, card: Card) -> None:
    """Closing kills a module in the midst of its work; who waited for it hears a fault."""
    crashing.order(C_Sign="hang")
    faults: list[type[CardError]] = []
    thread = signing(card, faults)
    crashing.wait_until_hanging()
    modules.close()
    thread.join()
    assert faults == [CardFault]
    assert processes_of(crashing.module) == []
    assert modules.tokens() == ()


def test_looking_for_tokens_does_not_wait_for_a_signature(
    crashing: Crashing, modules: VendorModules, card: Card
) -> None:
    """Who looks every second is told what was last known, and the condition of the module at any time."""
    known = modules.tokens()
    crashing.order(C_Sign="hang")
    thread = signing(card, [])
    crashing.wait_until_hanging()
    assert modules.tokens() == known
    assert modules.condition()[0].tokens == 1
    modules.close()
    thread.join()


def test_looking_for_tokens_need_not_wait_for_a_module_that_hangs(crashing: Crashing, modules: VendorModules) -> None:
    """Whoever serves the reader too goes on, with what was last known."""
    known = modules.tokens()
    crashing.order(C_GetSlotList="hang")
    assert modules.tokens(0.01) == known
    crashing.wait_until_hanging()
    assert modules.tokens(0.01) == known
    modules.close()
    assert modules.tokens() == ()


def test_a_module_that_fails_again_and_again_is_left_alone(crashing: Crashing) -> None:
    """Whoever looks every second must not hang at it: rests grow from 4 seconds to a minute, and end with a success."""
    now = 0.0
    module = Module("Nümunə", crashing.module, 60, lambda: now)
    crashing.order(C_GetSlotList="segfault")

    def starts() -> int:
        return len(crashing.calls("C_GetFunctionList"))

    module.tokens()
    each = starts()
    module.tokens()
    assert starts() == 2 * each, "the first failure may be an accident"
    module.tokens()
    assert starts() == 2 * each
    for failures in range(2, 9):
        now += min(2.0**failures, 60.0)
        module.tokens()
        assert starts() == (failures + 1) * each
        module.tokens()
        assert starts() == (failures + 1) * each
    crashing.order()
    now += 60.0
    assert module.tokens()
    assert module.tokens()
    module.close()


def test_nonsense_is_a_fault(crashing: Crashing, modules: VendorModules, card: Card) -> None:
    """A signature that is not by the certificate's key is never given back (guide: cards may err silently)."""
    crashing.order(C_Sign="garbage")
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert "signature" in (modules.condition()[0].last_fault or "")
    crashing.order()
    assert card.answer(DIGEST, "sha256", pin("1234"))


def test_a_slot_list_without_end_is_a_fault(crashing: Crashing, modules: VendorModules) -> None:
    crashing.order(C_GetSlotList="garbage")
    assert modules.tokens() == ()
    (condition,) = modules.condition()
    assert (condition.loads, condition.fails) == (True, True)
    assert "makes no sense" in (condition.last_fault or "")
    crashing.order()
    assert modules.tokens()
    assert not modules.condition()[0].fails


def test_objects_without_end_are_cut_off(crashing: Crashing, modules: VendorModules) -> None:
    """What a token says is bounded."""
    crashing.order(C_FindObjects="garbage")
    assert len(modules.open(modules.tokens()[0]).certificates()) == 1


def test_a_certificate_of_nonsense_certifies_nothing(crashing: Crashing, modules: VendorModules) -> None:
    crashing.order(C_GetAttributeValue="garbage")
    card = modules.open(modules.tokens()[0])
    assert [one.purpose for one in card.certificates()] == [None]
    assert card.holder() is None
    with pytest.raises(NotSupported):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls("typed") == []


def test_a_token_of_nonsense_is_shown_harmlessly(crashing: Crashing, modules: VendorModules) -> None:
    """No control characters reach a screen; lengths that cannot be are replaced by what a PIN can have at all."""
    crashing.order(C_GetTokenInfo="garbage")
    (token,) = modules.tokens()
    assert token.label.isprintable()
    assert (token.slots[0].shortest, token.slots[0].longest) == (1, 2)


def test_what_a_module_prints_is_not_seen(
    crashing: Crashing, modules: VendorModules, capfd: pytest.CaptureFixture[str]
) -> None:
    """A word on the terminal would tear the face."""
    assert modules.tokens()
    assert tuple(capfd.readouterr()) == ("", "")


def test_its_process_is_hardened(crashing: Crashing, modules: VendorModules) -> None:
    """No core dump with a PIN in it; no terminal of ours."""
    assert modules.tokens()
    (process,) = processes_of(crashing.module)
    limits = Path(f"/proc/{process}/limits").read_text()
    assert next(line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")) == ["0", "0"]
    assert os.getsid(process) == process
    assert {str(Path(f"/proc/{process}/fd/{fd}").readlink()) for fd in range(3)} == {"/dev/null"}


@pytest.mark.parametrize("order", ["nothing=hang", "C_GetSlotList=hang", "C_GetFunctionList=hang"])
def test_its_process_ends_with_its_parent(crashing: Crashing, tmp_path: Path, order: str) -> None:
    """Also when the parent is killed and the module hangs, with the interpreter's lock or without."""
    crashing.order(**dict([order.split("=")]))
    script = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from hardware.cards.vendor import VendorModules\n"
        "VendorModules((('Nümunə', Path(sys.argv[1])),), 3600).tokens()\n"
        "print('looked', flush=True)\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, crashing.module], stdout=subprocess.PIPE, cwd=ROOT)
    with parent:
        assert parent.stdout is not None
        if order.startswith("nothing"):
            assert parent.stdout.readline() == b"looked\n"
        else:
            crashing.wait_until_hanging()
        (child,) = processes_of(crashing.module)
        parent.send_signal(signal.SIGKILL)
        wait_for_end(child)


@pytest.mark.parametrize(
    ("code", "flags", "expected"),
    [
        ("A0", "0", PinWrong),
        ("A2", "0", PinFormat),
        ("A3", "0", PinMustChange),
        ("A4", "0", PinBlocked),
        ("6", "0", CardFault),
        ("30", "0", CardFault),
        ("80000001", "0", CardFault),
        ("32", "0", CardGone),
        ("E0", "0", CardGone),
        ("50", "0", EntryCancelled),
        ("54", "0", NotSupported),
    ],
)
def test_what_a_refusal_means(crashing: Crashing, card: Card, code: str, flags: str, expected: type[CardError]) -> None:
    """Only CKR_PIN_INCORRECT is a wrong PIN; CKR_FUNCTION_FAILED was once taken for one, and good PINs were blocked."""
    crashing.order(C_Login=code, flags=flags)
    with pytest.raises(CardError) as refused:
        card.answer(DIGEST, "sha256", pin("1234"))
    assert type(refused.value) is expected
    assert expected is PinFormat or refused.value.code == int(code, 16)
    assert crashing.calls("typed") == ["typed"]


@pytest.mark.parametrize(
    ("flags", "tries"),
    [
        ("0", Tries()),
        ("10000", Tries(few=True)),
        ("30000", Tries(few=True, last=True)),
        ("40000", Tries(locked=True)),
    ],
)
def test_tries_are_told_by_flags_alone(crashing: Crashing, card: Card, flags: str, tries: Tries) -> None:
    """I9: a number only where the card tells one; PKCS#11 never does."""
    crashing.order(flags=flags)
    assert card.pins() == (PinState("user_pin", 4, 8, tries),)
    assert card.pins()[0].tries.left is None


def test_a_wrong_pin_tells_that_few_are_left(crashing: Crashing, card: Card) -> None:
    crashing.order(C_Login="A0", flags_after="30000")
    with pytest.raises(PinWrong) as refused:
        card.answer(DIGEST, "sha256", pin("1234"))
    assert (refused.value.left, refused.value.few) == (None, True)


def test_the_wrong_pin_that_blocks_is_told_as_blocked(crashing: Crashing, card: Card) -> None:
    """The module calls it wrong, and its flags say that it was the last try."""
    crashing.order(C_Login="A0", flags_after="40000")
    with pytest.raises(PinBlocked):
        card.answer(DIGEST, "sha256", pin("1234"))


def test_a_blocked_pin_is_not_sent(crashing: Crashing, card: Card) -> None:
    crashing.order(flags="40000")
    with pytest.raises(PinBlocked):
        card.answer(DIGEST, "sha256", pin("1234"))
    with pytest.raises(PinBlocked):
        card.change("user_pin", pin("1234"), pin("4321"))
    assert crashing.calls("typed", "C_SetPIN") == []


def test_a_transport_pin_has_to_be_changed_first(crashing: Crashing, card: Card) -> None:
    crashing.order(flags="80000")
    assert card.pins()[0].must_change
    with pytest.raises(PinMustChange):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls("typed") == []
    card.change("user_pin", pin("1234"), pin("4321"))


def test_a_pin_of_the_wrong_length_is_not_sent(crashing: Crashing, card: Card) -> None:
    """E4, I9: it costs no try; the lengths are the token's own."""
    for digits in ("", "123", "123456789"):
        typed = pin(digits)
        with pytest.raises(PinFormat) as refused:
            card.answer(DIGEST, "sha256", typed)
        assert (refused.value.shortest, refused.value.longest, len(typed)) == (4, 8, 0)
    with pytest.raises(PinFormat):
        card.change("user_pin", pin("1234"), pin("123"))
    assert crashing.calls("typed", "C_SetPIN") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [("A0", PinWrong), ("A1", PinRefused), ("A2", PinRefused), ("1B8", PinRefused), ("E2", NotSupported)],
)
def test_a_change_that_is_refused(crashing: Crashing, card: Card, code: str, expected: type[CardError]) -> None:
    """Which of the two PINs was the wrong one."""
    crashing.order(C_SetPIN=code)
    old, new = pin("1234"), pin("4321")
    with pytest.raises(expected):
        card.change("user_pin", old, new)
    assert (len(old), len(new), crashing.calls("C_SetPIN")) == (0, 0, ["C_SetPIN"])


def test_a_puk_leads_elsewhere(crashing: Crashing, card: Card) -> None:
    """PKCS#11 knows no PUK: nothing is sent, and the person is led to the call centre (I9)."""
    puk, new = pin("12345678"), pin("4321")
    with pytest.raises(NotSupported):
        card.unblock("user_pin", puk, new)
    with pytest.raises(NotSupported):
        card.change("puk", pin("12345678"), pin("87654321"))
    assert (len(puk), len(new)) == (0, 0)
    assert not any(state.name == "puk" or state.can_unblock for state in card.pins())


def test_another_token_in_the_same_slot_is_not_used(crashing: Crashing, card: Card) -> None:
    """A PIN must not go to a token that was put in the place of the one it was typed for."""
    crashing.order(serial="0002")
    with pytest.raises(CardGone):
        card.answer(DIGEST, "sha256", pin("1234"))
    with pytest.raises(CardGone):
        card.pins()
    assert crashing.calls("typed") == []


def test_a_swapped_token_is_another_token(crashing: Crashing, modules: VendorModules) -> None:
    """… and one whose tries changed is the same."""
    before = modules.tokens()
    crashing.order(flags="10000")
    assert modules.tokens() == before
    crashing.order(serial="0002")
    assert modules.tokens() != before


def test_a_token_at_its_own_pad(crashing: Crashing, modules: VendorModules, card: Card) -> None:
    """CKF_PROTECTED_AUTHENTICATION_PATH: the PIN is typed there and never comes here; without it a PIN is needed."""
    with pytest.raises(NotSupported):
        card.answer(DIGEST, "sha256", None)
    crashing.order(flags="100")
    assert modules.open(modules.tokens()[0]).answer(DIGEST, "sha256", None)
    assert crashing.calls("typed", "own pad") == ["own pad"]


def test_each_operation_ends_logged_out(crashing: Crashing, card: Card) -> None:
    """Also one that fails: nobody who comes after may find it logged in."""
    steps = ("C_Login", "C_CloseAllSessions")
    before = len(crashing.calls(*steps))
    card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls(*steps)[before:] == ["C_Login", "C_CloseAllSessions"]
    crashing.order(C_Sign="6")
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls(*steps)[before + 2 :] == ["C_Login", "C_CloseAllSessions"]


def test_a_key_that_asks_each_time_is_asked_each_time(crashing: Crashing, card: Card) -> None:
    """CKA_ALWAYS_AUTHENTICATE: the PIN once more between C_SignInit and C_Sign, as PKCS#11 wants it."""
    crashing.order(always="1")
    card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls("typed", "C_SignInit", "again", "C_Sign") == ["typed", "C_SignInit", "again", "C_Sign"]


def test_a_card_that_was_let_go_is_gone(crashing: Crashing, card: Card) -> None:
    card.close()
    card.close()
    with pytest.raises(CardGone):
        card.answer(DIGEST, "sha256", pin("1234"))
    assert crashing.calls("typed") == []
