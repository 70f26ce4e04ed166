"""Requests to the company's own system, as `docs/openapi/registry.json` describes them, and what its answers say.

An answer is believed only where it has the document's form; else it counts as none. Nothing of an answer or a request
reaches a log or an exception's text (K6).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args

from kiosk.secret_files import SecretTooOpen, read_secret
from kiosk.settings import Settings
from kiosk.water.facts import Category, Meter, ServiceState, Subscriber, SubscriberLine
from kiosk.water.money import to_litres, to_qapik
from kiosk.water.registry import Account, Figures
from kiosk.web_call import NotReached, Request, call, is_allowed

_Read = TypeVar("_Read")
TOKEN: Final = "registry-token"  # noqa: S105 - the secret's name
_MONEY: Final = re.compile(r"-?[0-9]{1,8}\.[0-9]{2}", re.ASCII)
_VOLUME: Final = re.compile(r"[0-9]{1,8}\.[0-9]{3}", re.ASCII)
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_CODE: Final = re.compile(r"[0-9]{1,99}", re.ASCII)
_LONGEST: Final = 500
_REFUSED: Final = frozenset({400, 404, 409, 422})


class Refused(Exception):
    """The company's system will not take it, and would not if it were sent again; the text says its status."""


class RegistryLink:
    """Asks the company's system.

    Args:
        settings: its address, token, certificates and patience. The token is read for each request, so that a new one
            needs no restart.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def account(self, code: str) -> Account | None:
        """A subscriber with what was counted, or None when there is no such code.

        Raises:
            NotReached: no answer, or none that can be used.
        """
        if _CODE.fullmatch(code) is None:
            return None  # nobody's, and no part of an address
        status, values = self._ask("GET", f"/subscribers/{code}", None)
        if status == 404:
            return None
        if status != 200:
            raise NotReached(f"HTTP {status}")
        return _read(lambda: _account(values, code))

    def search(self, typed: str, most: int) -> tuple[SubscriberLine, ...]:
        """Subscribers that fit what was typed.

        Raises:
            NotReached: no answer, or none that can be used.
        """
        status, values = self._ask("POST", "/searches", {"typed": typed, "most": most})
        if status != 200:
            raise NotReached(f"HTTP {status}")
        return _read(lambda: _lines(values))[:most]

    def tell(self, path: str, values: Mapping[str, Any], key: str) -> str | None:
        """Tell something once for its key; the subscriber code in the answer, where there is one.

        Raises:
            NotReached: whether it was heard is not known, or not now: it is to be told again with the same key.
            Refused: it will not be taken.
        """
        status, answered = self._ask("POST", path, values, key)
        if status in _REFUSED:
            raise Refused(f"HTTP {status}")
        if status not in (200, 201):
            raise NotReached(f"HTTP {status}")
        code = answered.get("code") if isinstance(answered, dict) else None
        return code if isinstance(code, str) and _CODE.fullmatch(code) else None

    def _ask(self, method: str, path: str, values: Mapping[str, Any] | None, key: str | None = None) -> tuple[int, Any]:
        told = self._settings.registry
        if not is_allowed(told.url, production=self._settings.station.production):
            raise NotReached("the address in the settings is no https address")
        headers = {"Accept": "application/json"}
        token = self._token()
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        body = None
        if values is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(values, ensure_ascii=False).encode()
        ca_file = self._settings.path(told.ca_file, "") if told.ca_file else None
        request = Request(method, told.url.rstrip("/") + path, headers, body)
        answer = call(request, told.timeout_seconds, ca_file=ca_file)
        try:
            return answer.status, json.loads(answer.body) if answer.body else None
        except (ValueError, RecursionError):
            return answer.status, None

    def _token(self) -> str | None:
        try:
            token = read_secret(self._settings, self._settings.registry.token_file, TOKEN)
        except (SecretTooOpen, OSError, UnicodeDecodeError):
            raise NotReached("the file with the token cannot be read") from None
        if token is not None and not (token.isascii() and token.isprintable()):
            raise NotReached("the file with the token holds no token")
        return token


def _read(read: Callable[[], _Read]) -> _Read:
    """What `read` makes of an answer.

    Raises:
        NotReached: the answer has not the document's form.
    """
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotReached("the answer has not the form of docs/openapi/registry.json") from None


def _account(values: dict[str, Any], code: str) -> Account:
    if _text(values["subscriber"]["code"]) != code:
        raise ValueError
    months = {_fitting(_MONTH, line["month"]): _figures(line) for line in _list(values["months"])}
    receipts = frozenset(_text(receipt) for receipt in _list(values["receipts"]))
    return Account(_subscriber(values["subscriber"]), _money(values["debt"]), months, receipts)


def _subscriber(values: dict[str, Any]) -> Subscriber:
    persons = values["persons"]
    if type(persons) is not int or not 0 <= persons <= 9_999:
        raise ValueError
    return Subscriber(
        code=_fitting(_CODE, values["code"]),
        category=_one_of(Category, values["category"]),
        fin=_text(values["fin"]),
        given_name=_text(values["given_name"]),
        surname=_text(values["surname"]),
        patronymic=_text(values["patronymic"]),
        address=_text(values["address"]),
        persons=persons,
        water=_flag(values["water"]),
        waste_water=_flag(values["waste_water"]),
        meter=_one_of(Meter, values["meter"]),
        service_state=_one_of(ServiceState, values["service_state"]),
        closed=_flag(values["closed"]),
    )


def _lines(values: dict[str, Any]) -> tuple[SubscriberLine, ...]:
    return tuple(
        SubscriberLine(
            _fitting(_CODE, line["code"]),
            _text(line["name"]),
            _text(line["address"]),
            _one_of(ServiceState, line["service_state"]),
            _flag(line["closed"]),
        )
        for line in _list(values["subscribers"])
    )


def _figures(line: dict[str, Any]) -> Figures:
    consumption, invoiced = line["consumption"], line["invoiced"]
    return Figures(
        None if consumption is None else to_litres(Decimal(_fitting(_VOLUME, consumption))),
        None if invoiced is None else _money(invoiced),
        _money(line["paid"]),
    )


def _money(value: Any) -> int:
    return to_qapik(Decimal(_fitting(_MONEY, value)))


def _fitting(shape: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise ValueError
    return value


def _text(value: Any) -> str:
    """A text for a screen: in one line, without what a terminal would obey."""
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise ValueError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _one_of(words: Any, value: Any) -> Any:
    if value not in get_args(words):
        raise ValueError
    return value
