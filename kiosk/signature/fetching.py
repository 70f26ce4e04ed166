"""Fetching revocation lists, beside everything else: at the start, every so often, and when one is found missing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.signature.certificate import Certificate
from kiosk.signature.condition import FetchCondition
from kiosk.signature.network import NotReached, ask
from kiosk.signature.revocation import ListRefused, ListStore

_MOST_ADDRESSES: Final = 32
_PAUSE: Final = timedelta(seconds=60)
"""An address is asked again no sooner because a list is missing; the schedule heeds no pause."""
_log = logging.getLogger(__name__)


class ListFetcher:
    """Fetches lists from the addresses it knows and hands them to the store.

    Addresses are those of the settings, or else those that certificates of trusted chains name; the latter are
    remembered in a file beside the lists, so that a station that starts anew knows them before it sees a card.

    Args:
        store: keeps what is fetched.
        folder: where the addresses are remembered.
        authorities: who may have issued a list, now.
        urls: the addresses of the settings; empty: those of certificates.
        minutes: how often to fetch.
        seconds: how long one answer may take.
        clock: the station's time (aware).
    """

    def __init__(
        self,
        store: ListStore,
        folder: Path,
        authorities: Callable[[], Iterable[Certificate]],
        urls: tuple[str, ...],
        minutes: int,
        seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._file = folder / "addresses.txt"
        self._authorities = authorities
        self._fixed = bool(urls)
        self._every = minutes * 60.0
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._conditions: dict[str, FetchCondition] = {url: FetchCondition(url) for url in urls}
        self._under_way: dict[str, threading.Event] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        if not self._fixed:
            with suppress(OSError, UnicodeDecodeError):
                self._remember(self._file.read_text(encoding="utf-8").split())

    def start(self) -> None:
        """Fetch now and then every so often, in a thread. Once is enough."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="revocation lists", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; a fetch under way is not waited for."""
        self._stopped.set()

    def condition(self) -> tuple[FetchCondition, ...]:
        """Every address, and how it went there last."""
        with self._lock:
            return tuple(self._conditions.values())

    def learn(self, urls: Iterable[str]) -> None:
        """Remember the addresses in a certificate of a trusted chain."""
        if self._fixed or not self._remember(urls):
            return
        with self._lock:
            known = "\n".join(self._conditions)
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text(f"{known}\n", encoding="utf-8")
        except OSError as error:
            _log.warning("addresses of revocation lists cannot be remembered: %s", error.strerror)

    def _remember(self, urls: Iterable[str]) -> bool:
        with self._lock:
            new = [url for url in urls if url not in self._conditions and url.startswith(("http://", "https://"))]
            for url in new[: _MOST_ADDRESSES - len(self._conditions)]:
                self._conditions[url] = FetchCondition(url)
            return bool(new)

    def fetch_all(self) -> None:
        """Fetch from every address, now; whatever fails is told by `condition`."""
        for each in self.condition():
            if self._stopped.is_set():
                return
            self._fetch(each.url)

    def fetch_soon(self, urls: Iterable[str], *, at_once: bool) -> threading.Thread | None:
        """Fetch from the addresses among these that may be asked now, in a thread that is answered; None for none.

        The thread ends when all of them are fetched, those too that somebody else is fetching already.

        Args:
            urls: the addresses of one certificate; with addresses in the settings those are taken in their place.
            at_once: ask also those that were asked within the last minute.
        """
        now = self._clock()
        with self._lock:
            due = [
                url
                for url in (tuple(self._conditions) if self._fixed else urls)
                if (known := self._conditions.get(url)) is not None
                and (
                    at_once
                    or url in self._under_way
                    or known.tried_at is None
                    or not timedelta(0) <= now - known.tried_at < _PAUSE
                )
            ]
        if not due:
            return None

        def run() -> None:
            for url in due:
                self._fetch(url)

        thread = threading.Thread(target=run, name="revocation list", daemon=True)
        thread.start()
        return thread

    def _fetch(self, url: str) -> None:
        now = self._clock()
        with self._lock:
            others = self._under_way.get(url)
            if others is None:
                done = self._under_way[url] = threading.Event()
                self._conditions[url] = replace(self._conditions[url], tried_at=now)
        if others is not None:
            others.wait(self._seconds)
            return
        fault: str | None = None
        try:
            self._store.keep(ask(url, self._seconds), self._authorities())
        except (NotReached, ListRefused) as error:
            fault = str(error)
        except Exception as error:  # whatever it is, the other addresses are still to be asked
            fault = f"stumbled: {type(error).__name__}"
        with self._lock:
            del self._under_way[url]
            known = self._conditions[url]
            fetched_at = now if fault is None else known.fetched_at
            self._conditions[url] = replace(known, fetched_at=fetched_at, fault=fault)
        done.set()
        if fault is not None:
            _log.warning("no revocation list from %s: %s", url, fault)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.fetch_all()
            except Exception as error:  # the thread must live on
                _log.error("fetching revocation lists stumbled over %s", type(error).__name__)
            self._stopped.wait(self._every)
