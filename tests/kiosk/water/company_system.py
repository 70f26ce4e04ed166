"""The company's own system, as `docs/openapi/registry.json` describes it: a real HTTP server that checks both sides."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from openapi_schema_validator import OAS31Validator

DOCUMENT: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "docs/openapi/registry.json").read_text(encoding="utf-8")
)
TOKEN: Final = "a token of 28 signs in tests"


@dataclass
class CompanySystem:
    """The server's side: accounts as its document has them, each change counted once for its key."""

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Path and body of every change, by its key."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    status: int | None = None
    """Answered in place of everything."""
    raw: bytes | None = None
    """Answered to every question in place of what it is."""
    loses: int = 0
    """How many answers still get lost on their way, after the change was made."""
    problems: list[str] = field(default_factory=list)
    """What in a request or answer was not as the document says; nothing raises in the server's thread."""
    port: int = 0

    def subscriber(self, code: str, debt: str = "0.00", **other: Any) -> None:
        """Know a subscriber."""
        self.accounts[code] = {
            "subscriber": {
                "code": code, "category": "population", "fin": "5AB1C2D", "given_name": "Aygün",
                "surname": "Nümunəyeva", "patronymic": "Misal qızı", "address": "Bakı ş., Nümunə küç. 1", "persons": 3,
                "water": True, "waste_water": True, "meter": "none", "service_state": "active", "closed": False,
                **other,
            },
            "debt": debt, "months": [], "receipts": [],
        }  # fmt: skip

    def of_path(self, path: str) -> list[dict[str, Any]]:
        """The changes made by a path, in their order."""
        return [body for where, body in self.made.values() if where == path]

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes] | None:
        """Status and body to answer; None: the answer is lost."""
        self.requests.append((method, path))
        route = re.sub(r"^/subscribers/.+$", "/subscribers/{code}", path)
        operation = DOCUMENT["paths"].get(route, {}).get(method.lower())
        if operation is None:
            self.problems.append(f"no such operation: {method} {route}")
            return 404, b""
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, b""
        sent = json.loads(body) if body else None
        self._check_request(operation, headers, path, sent)
        if self.status is not None:
            return self.status, b""
        status, answered = self._done(method, route, path, headers, sent)
        if status == 200 and self.raw is not None:
            return 200, self.raw
        content = operation["responses"][str(status)].get("content")
        if content is not None:
            self._check(content["application/json"]["schema"], answered)
        if self.loses:
            self.loses -= 1
            return None
        return status, json.dumps(answered).encode()

    def _done(self, method: str, route: str, path: str, headers: Any, sent: Any) -> tuple[int, Any]:
        if method == "GET":
            found = self.accounts.get(path.rpartition("/")[2])
            return (200, found) if found is not None else (404, None)
        if route == "/searches":
            lines = [self._line(account["subscriber"]) for account in self.accounts.values()]
            return 200, {"subscribers": [line for line in lines if sent["typed"] in line["name"]][: sent["most"]]}
        key = headers["Idempotency-Key"]
        if key in self.made:
            return 200, {}
        self.made[key] = (route, sent)
        return 201, {"code": "7000001"} if route == "/subscribers" else {}

    def _line(self, subscriber: dict[str, Any]) -> dict[str, Any]:
        name = " ".join((subscriber["surname"], subscriber["given_name"], subscriber["patronymic"]))
        return {"name": name, **{key: subscriber[key] for key in ("code", "address", "service_state", "closed")}}

    def _check_request(self, operation: dict[str, Any], headers: Any, path: str, sent: Any) -> None:
        for parameter in operation.get("parameters", []):
            value = headers.get(parameter["name"], "") if parameter["in"] == "header" else path.rpartition("/")[2]
            self._check(parameter["schema"], value)
        body = operation.get("requestBody")
        if body is not None:
            self._check(body["content"]["application/json"]["schema"], sent)
        elif sent is not None:
            self.problems.append("a body that nobody asked for")

    def _check(self, schema: dict[str, Any], value: Any) -> None:
        whole = {**schema, "components": DOCUMENT["components"]}
        self.problems += [error.message for error in OAS31Validator(whole).iter_errors(value)]


class _Quiet(ThreadingHTTPServer):
    """A server whose clients may go away."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: that is what the tests do to it."""


@contextmanager
def serving(system: CompanySystem, tls: Path) -> Iterator[None]:
    """Run it over TLS at a free port of this machine, in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answered = system.answer(method, self.path.removeprefix("/v1"), self.headers, body)
            if answered is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answered[0])
            self.send_header("Content-Length", str(len(answered[1])))
            self.end_headers()
            self.wfile.write(answered[1])

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = _Quiet(("127.0.0.1", system.port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    system.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
