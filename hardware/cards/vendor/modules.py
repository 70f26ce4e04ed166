"""Vendors' modules as the rest sees them: the tokens they show, a card for each, and how every module stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from hardware.cards.card import Card
from hardware.cards.vendor import codes
from hardware.cards.vendor.process import Died, ModuleProcess, Refused
from hardware.cards.vendor.tokens import Token, tokens_of
from hardware.errors import CardFault, CardGone

_LONGEST_REST: Final = 60.0
"""Seconds for which a module that fails again and again is left alone at most."""
PAD_SECONDS: Final = 90.0
"""How long a person has at the token's own pad."""


@dataclass(frozen=True, slots=True)
class VendorCondition:
    """How a module stands, for technicians.

    `loads` is None as long as nobody asked it anything; `fails` says that the last look for tokens failed, though it
    may load. `last_fault` is in English, without personal data; `last_fault_at` is in milliseconds of UTC. `restarts`
    counts how often its process had to be started again.
    """

    name: str
    path: Path
    is_there: bool
    loads: bool | None = None
    fails: bool = False
    about: str = ""
    version: str = ""
    tokens: int = 0
    restarts: int = 0
    last_fault: str | None = None
    last_fault_at: int | None = None


class Module:
    """One module: its process, and what became of it. Any thread may ask; one at a time is answered.

    Args:
        name: what the settings call it.
        path: its file.
        seconds: how long it may work on one request.
        elapsed: seconds on a monotonic clock.
        now: seconds of UTC.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        seconds: float,
        elapsed: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._path = path
        self._seconds = seconds
        self._elapsed = elapsed
        self._now = now
        self._turn = threading.Lock()
        """Held by whoever asks the module."""
        self._one_look = threading.Lock()
        self._look: threading.Thread | None = None
        self._process: ModuleProcess | None = None
        self._starts = 0
        self._failures = 0
        """In a row, of looking for tokens."""
        self._rests_until = 0.0
        self._tokens: tuple[Token, ...] = ()
        self._known = VendorCondition(name, path, is_there=False)
        self._closed = False

    def condition(self) -> VendorCondition:
        """How it stands; never blocks."""
        return replace(self._known, is_there=self._path.is_file(), fails=self._failures > 0, tokens=len(self._tokens))

    def tokens(self, patience: float | None = None) -> tuple[Token, ...]:
        """What it shows now. Raises nothing.

        While another thread waits for the module, what was last known is told. A module that failed twice and more is
        left alone for a while, so that whoever looks for tokens every second does not start it every second.

        Args:
            patience: seconds after which what was last known is told, while the look goes on; None: the whole look.
        """
        with self._one_look:
            look = self._look
            if look is None or not look.is_alive():
                look = self._look = threading.Thread(target=self._look_anew, name=f"tokens of {self.name}", daemon=True)
                look.start()
        look.join(patience)
        return self._tokens

    def _look_anew(self) -> None:
        if not self._turn.acquire(blocking=False):
            return
        try:
            if self._closed or not self._path.is_file() or self._elapsed() < self._rests_until:
                self._tokens = ()
                return
            try:
                told = self._ask({"do": "tokens"}, self._seconds, ())
                self._tokens = tokens_of(self.name, told["tokens"])
                self._failures = 0
            except CardFault:
                self._fails()
            except (KeyError, TypeError, ValueError):
                self._fault("a list of tokens that is none: killed")
                self._stop()
                self._fails()
        finally:
            self._turn.release()

    def _fails(self) -> None:
        self._tokens = ()
        self._failures += 1
        if self._failures > 1:
            self._rests_until = self._elapsed() + min(2.0**self._failures, _LONGEST_REST)

    def ask(
        self, asked: Mapping[str, Any], pins: Sequence[bytearray] = (), extra_seconds: float = 0.0
    ) -> dict[str, Any]:
        """Ask its process one thing; a process that is not there is started.

        Args:
            asked: `do` and its arguments.
            pins: the caller wipes them.
            extra_seconds: for a person at the token's own pad.

        Raises:
            CardFault: the module crashed, hung, answered nonsense, cannot be loaded, or only a fresh one helps. The
                next request finds a fresh process.
        """
        with self._turn:
            return self._ask(asked, self._seconds + extra_seconds, pins)

    def _ask(self, asked: Mapping[str, Any], seconds: float, pins: Sequence[bytearray]) -> dict[str, Any]:
        if self._closed:
            raise CardFault
        try:
            answer = self._running().ask(asked, seconds, pins)
        except Refused as refused:
            self._process = None
            self._fault(f"the module cannot be loaded: {refused}")
            raise CardFault from None
        except Died as died:
            self._process = None
            self._fault(f"the module crashed at {asked['do']}: {died}")
            raise CardFault from None
        code = answer.get("code")
        if code in codes.NOT_HELPED:
            self._fault(f"the module failed at {asked['do']}: CKR {code:#x}")
            self._stop()
            if asked["do"] == "tokens":
                raise CardFault(code)
        return answer

    def _running(self) -> ModuleProcess:
        if self._process is not None and not self._process.is_alive:
            self._fault("the module's process ended by itself")
            self._stop()
        if self._process is None:
            self._starts += 1
            self._known = replace(self._known, restarts=self._starts - 1)
            self._process = ModuleProcess(self._path, self._elapsed)
            self._known = replace(self._known, loads=False)
            about, version = self._process.load(self._seconds)
            self._known = replace(self._known, loads=True, about=about, version=version)
        return self._process

    def _fault(self, text: str) -> None:
        self._known = replace(self._known, last_fault=text, last_fault_at=int(self._now() * 1000))

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None

    def discard(self, why: str) -> None:
        """End its process, as it gave what no module may give; the next request finds a fresh one."""
        with self._turn:
            self._fault(why)
            self._stop()

    def close(self) -> None:
        """End its process for good, also one that hangs. Raises nothing."""
        self._closed = True
        if not self._turn.acquire(blocking=False):
            # somebody waits for it, and hears at once that it died
            if (process := self._process) is not None:
                process.end()
            self._turn.acquire()
        try:
            self._stop()
        finally:
            self._turn.release()


class VendorModules:
    """The PKCS#11 modules of the settings. Nothing is loaded before the first look for tokens.

    Args:
        modules: what each is called, and its file.
        wait_seconds: how long a module may work on one request before it is killed.
        elapsed: seconds on a monotonic clock.
        now: seconds of UTC.
    """

    def __init__(
        self,
        modules: Sequence[tuple[str, Path]],
        wait_seconds: float,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._modules = {name: Module(name, path, wait_seconds, elapsed, now) for name, path in modules}

    def tokens(self, patience: float | None = None) -> tuple[Token, ...]:
        """Every token that some module shows, in the settings' order. Raises nothing: `condition` tells faults.

        Args:
            patience: seconds after which what was last known of a module is told, while the look goes on; None: wait
                for every look, each of which ends at the module's deadline.
        """
        return tuple(token for module in self._modules.values() for token in module.tokens(patience))

    def open(self, token: Token) -> Card:
        """A card for a token that `tokens` showed; what stands on it is read.

        Raises:
            CardGone: it is not there any more.
            CardFault: its module crashed, or gave nothing that helps.
        """
        from hardware.cards.vendor.card import VendorCard

        if token.module not in self._modules:
            raise CardGone
        return VendorCard(self._modules[token.module], token)

    def condition(self) -> tuple[VendorCondition, ...]:
        """How each module stands, by what was last learnt; never blocks. Look for `tokens` first to learn it anew."""
        return tuple(module.condition() for module in self._modules.values())

    def close(self) -> None:
        """End every module's process. Raises nothing; twice is once."""
        for module in self._modules.values():
            module.close()
