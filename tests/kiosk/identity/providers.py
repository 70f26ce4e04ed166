"""Providers of e-gov identity for tests: a real one in a process of its own, and one that answers whatever a test says.

Both speak plain HTTP on 127.0.0.1, which is allowed in trials alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from tests.ports import free_port

CLIENT = "asan-kiosk-test"
PUBLIC = "https://kiosk.example.az"
FIN = "5AB1C2D"
NAMES = {"given_name": "Aygün", "family_name": "Nümunəyeva", "middle_name": "Misal qızı"}


@contextmanager
def running_provider(fin: str = FIN) -> Iterator[str]:
    """A real OpenID Connect provider; its issuer. It knows "holder" (with this FİN) and "stranger" (without)."""
    port = free_port()
    users = ({"sub": "holder", "fin": fin, **NAMES}, {"sub": "other", "fin": "7ZZ0001"}, {"sub": "stranger"})
    told = [part for user in users for part in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *told]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stderr is not None
        try:
            said = next((line for line in process.stderr if b"running on" in line), None)
            assert said is not None, "the provider does not start"
            # what it says of each request is read away, or it would stop with a full pipe
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def sign_in_on_phone(address: str, sub: str | None) -> dict[str, str]:
    """Open the provider's page and sign in as `sub`, or decline (None); what our public address is opened with."""
    with httpx.Client(timeout=30.0, trust_env=False, follow_redirects=False) as phone:
        assert phone.get(address).status_code == 200
        form = {"sub": sub} if sub is not None else {"action": "deny"}
        came = phone.post(address, data=form)
    assert came.status_code == 302
    target = urlsplit(came.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{PUBLIC}/e-gov"
    found = {name: values[0] for name, values in parse_qs(target.query).items()}
    if sub is None:  # this provider forgets the state when somebody declines
        found.setdefault("state", parse_qs(urlsplit(address).query)["state"][0])
    return found


@cache
def rsa_key(name: str = "first") -> RSAKey:
    """One of the provider's keys."""
    return RSAKey.generate_key(2048, {"kid": name})


@cache
def ec_key() -> ECKey:
    """Its key of the other type."""
    return ECKey.generate_key("P-256", {"kid": "curve"})


Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body."""


def as_json(content: Any, status: int = 200) -> Answer:
    """An answer with that content."""
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


@dataclass
class ScriptedProvider:
    """Right in everything, until a test changes something. It signs for the instant `now` (seconds of UTC)."""

    issuer: str
    now: int
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over the right claims; None leaves one out."""
    algorithm: str = "RS256"
    key: Any = None
    with_kid: bool = True
    """Whether tokens name their key."""
    published: list[Any] = field(default_factory=lambda: [rsa_key(), ec_key()])
    secrets: list[dict[str, str]] = field(default_factory=list)
    """Keys that nobody should publish."""
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    """What a path answers, in place of the right thing."""
    discovery: dict[str, Any] = field(default_factory=dict)
    make_token: Callable[[str], str] = str
    """Changes the signed token."""
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "holder", "fin": FIN, **NAMES})
    nonce: str = ""
    challenge: str = ""
    seen: list[tuple[str, str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Every request: method, path, headers, form."""
    going_on: threading.Event = field(default_factory=threading.Event)
    """What a slow answer waits for."""

    def look_at(self, address: str) -> None:
        """Read the address that the phone is sent to, as the provider would."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.challenge = query["nonce"], query["code_challenge"]
        assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [path for _, path, _, _ in self.seen]

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        if path in self.answers:
            return self.answers[path]()
        match path:
            case "/.well-known/openid-configuration":
                return as_json(self._described())
            case "/keys":
                return as_json({"keys": [*(key.as_dict(private=False) for key in self.published), *self.secrets]})
            case "/token":
                made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
                if made.rstrip(b"=").decode() != self.challenge:
                    return as_json({"error": "invalid_grant"}, 400)
                return as_json({"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.token()})
            case "/userinfo":
                return as_json(self.userinfo)
        return as_json({}, 404)

    def _described(self) -> dict[str, Any]:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        return {name: value for name, value in {**told, **self.discovery}.items() if value is not None}

    def token(self) -> str:
        """The ID token of a sign-in."""
        right: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "holder",
            "aud": CLIENT,
            "exp": self.now + 300,
            "iat": self.now,
            "nonce": self.nonce,
            "fin": FIN,
            **NAMES,
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        key = self.key or rsa_key()
        header = {"alg": self.algorithm, **({"kid": key.kid} if self.with_kid else {})}
        payload = json.dumps(claims).encode()
        return self.make_token(jws.serialize_compact(header, payload, key, algorithms=[self.algorithm]))


def forged(token: str, secret: bytes, kid: str = "first") -> str:
    """The token's claims under HS256 with that secret: what a forger makes who knows the public key."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": kid}).encode()).rstrip(b"=").decode()
    told = f"{header}.{token.split('.')[1]}"
    signature = hmac.new(secret, told.encode(), hashlib.sha256).digest()
    return f"{told}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@contextmanager
def scripted_provider(now: int) -> Iterator[ScriptedProvider]:
    """A `ScriptedProvider` behind a real HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            path = urlsplit(self.path).path
            provider.seen.append((self.command, path, dict(self.headers), form))
            status, headers, body = provider.answer(path, form)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):  # who asked has heard enough
                self.wfile.write(body)

        do_GET = do_POST = _serve  # noqa: N815 - the library's names

        def log_message(self, *_told: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = ScriptedProvider(f"http://127.0.0.1:{server.server_address[1]}", now)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.going_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
