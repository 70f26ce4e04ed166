"""What an OpenID Connect provider answers, and whether it can be believed (Core 1.0, 3.1; Discovery 1.0, 4).

Everything that comes is taken as hostile until it is proved: addresses, sizes, algorithms, keys and claims.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from kiosk.identity.refused import AnswerNotGood, ProviderAway
from kiosk.web_call import Answered, NotReached, Request, call, is_allowed

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key pair alone: neither "none" nor any with a shared secret."""
_KEPT_SECONDS: Final = 3600.0
"""How long a provider's addresses and keys are remembered."""
_FRESH_SECONDS: Final = 60.0
"""Keys younger than that are not fetched anew for a key id that nobody knows."""
_SKEW: Final = 60
"""By how many seconds the clocks of the provider and of this machine may differ."""
_OLDEST: Final = 600
"""How many seconds ago an ID token may have been made."""
_MOST_KEYS: Final = 32
_SMALLEST_RSA: Final = 2048
"""In bits (NIST SP 800-131A)."""
_LARGEST_TOKEN: Final = 65536
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider."""

    issuer: str
    client_id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sign-in asked with. All of it stays in this process; none of it in a repr."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    posts_secret: bool
    """Whether the secret goes into the form: only where the provider does not take it in the header."""
    at: float


@dataclass(slots=True)
class _Keys:
    found: list[Mapping[str, Any]]
    at: float


class Provider:
    """One provider, as its discovery document describes it.

    Args:
        issuer: its address, to the letter.
        seconds: how long to wait for one answer.
        production: plain http is never allowed.
        now: seconds since 1970 in UTC.
        elapsed: seconds that passed, from any beginning.
    """

    def __init__(
        self,
        issuer: str,
        seconds: float,
        *,
        production: bool,
        now: Callable[[], float],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._seconds = seconds
        self._production = production
        self._now = now
        self._elapsed = elapsed
        self._metadata: _Metadata | None = None
        self._keys: _Keys | None = None

    def address(self, client: Client, asked: Asked, scope: str) -> str:
        """Where the phone signs in, without the state: authorization code flow with PKCE S256 (RFC 7636).

        Raises:
            ProviderAway: the provider did not answer.
            AnswerNotGood: it did, with something that cannot be used.
        """
        found = self._described().authorization
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": scope,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{found}{'&' if urlsplit(found).query else '?'}{urlencode(query)}"

    def claims(self, client: Client, asked: Asked, code: str, wanted: str) -> dict[str, Any]:
        """Redeem a code, once, and give what the provider says of the person, checked.

        Args:
            client: who we are.
            asked: what the sign-in asked with.
            code: what the phone brought.
            wanted: the claim that must be there; when the ID token has none, the provider is asked for it.

        Raises:
            ProviderAway: the provider did not answer; whether the code was used is not known.
            AnswerNotGood: it did, with something that cannot be believed.
        """
        metadata = self._described()
        tokens = _json(self._redeem(metadata, client, asked, code), "token_answer")
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or len(id_token) > _LARGEST_TOKEN:
            raise AnswerNotGood("no_id_token")
        algorithm, claims = self._verified(metadata, id_token)
        _check(claims, client, asked, int(self._now()))
        if not isinstance(access_token, str):
            access_token = None
        _check_hash(claims.get("at_hash"), access_token, algorithm)
        if wanted in claims or metadata.userinfo is None or access_token is None:
            return claims
        more = self._ask(Request("GET", metadata.userinfo, {"Authorization": f"Bearer {access_token}"}))
        told = _json(more, "userinfo_answer")
        if told.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, 5.3.2: it may be somebody else's
            raise AnswerNotGood("userinfo_of_another")
        return {**told, **claims}

    def _redeem(self, metadata: _Metadata, client: Client, asked: Asked, code: str) -> Answered:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "code_verifier": asked.verifier,
        }
        headers = {"Content-Type": _FORM, "Accept": "application/json"}
        if client.secret is None:
            form["client_id"] = client.client_id
        elif metadata.posts_secret:
            form |= {"client_id": client.client_id, "client_secret": client.secret}
        else:  # RFC 6749, 2.3.1: each of the two is encoded as in a form
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return self._ask(Request("POST", metadata.token, headers, urlencode(form).encode()))

    def _verified(self, metadata: _Metadata, id_token: str) -> tuple[str, dict[str, Any]]:
        """The algorithm and the claims of a token that one of the provider's keys signed."""
        from joserfc import jws, jwt

        try:
            header = dict(jws.extract_compact(id_token.encode()).headers())
        except _unreadable():
            raise AnswerNotGood("token_form") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise AnswerNotGood("token_algorithm")
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        for key in self._fitting(metadata, algorithm, kid):
            try:
                return algorithm, jwt.decode(id_token, key, registry=registry).claims
            except _unreadable():
                continue
        raise AnswerNotGood("token_signature")

    def _fitting(self, metadata: _Metadata, algorithm: str, kid: Any) -> list[RSAKey | ECKey]:
        """The provider's keys that may have signed; fetched anew where a key id is unknown."""
        keys = self._keys
        known = keys is not None and self._elapsed() - keys.at < _KEPT_SECONDS
        if keys is not None and known:
            found = _usable(keys.found, algorithm, kid)
            if found or self._elapsed() - keys.at < _FRESH_SECONDS:
                return found
        told = _json(self._ask(Request("GET", metadata.keys)), "keys_answer").get("keys")
        if not isinstance(told, list):
            raise AnswerNotGood("keys_answer")
        self._keys = _Keys([key for key in told[:_MOST_KEYS] if isinstance(key, dict)], self._elapsed())
        return _usable(self._keys.found, algorithm, kid)

    def _described(self) -> _Metadata:
        known = self._metadata
        if known is not None and self._elapsed() - known.at < _KEPT_SECONDS:
            return known
        if not is_allowed(self._issuer, production=self._production):
            raise AnswerNotGood("issuer_address")
        where = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        told = _json(self._ask(Request("GET", where)), "discovery_answer")
        if told.get("issuer") != self._issuer:  # Discovery 1.0, 4.3: to the letter
            raise AnswerNotGood("issuer")
        methods = told.get("token_endpoint_auth_methods_supported")
        self._metadata = _Metadata(
            authorization=self._endpoint(told, "authorization_endpoint"),
            token=self._endpoint(told, "token_endpoint"),
            keys=self._endpoint(told, "jwks_uri"),
            userinfo=self._endpoint(told, "userinfo_endpoint") if "userinfo_endpoint" in told else None,
            posts_secret=isinstance(methods, list)
            and "client_secret_basic" not in methods
            and "client_secret_post" in methods,
            at=self._elapsed(),
        )
        return self._metadata

    def _endpoint(self, told: Mapping[str, Any], name: str) -> str:
        url = told.get(name)
        if not isinstance(url, str) or "#" in url or not is_allowed(url, production=self._production):
            raise AnswerNotGood(name)
        return url

    def _ask(self, request: Request) -> Answered:
        try:
            answered = call(request, self._seconds)
        except NotReached:
            raise ProviderAway from None
        if answered.status >= 500:
            raise ProviderAway
        return answered


def _json(answered: Answered, reason: str) -> dict[str, Any]:
    """The JSON object of a good answer."""
    if answered.status != 200:
        raise AnswerNotGood(f"{reason}_refused")
    try:
        found = json.loads(answered.body)
    except (ValueError, RecursionError):
        raise AnswerNotGood(reason) from None
    if not isinstance(found, dict):
        raise AnswerNotGood(reason)
    return found


def _unreadable() -> tuple[type[Exception], ...]:
    """What the library raises where something is not as its standard has it; not all of it is an error of its own."""
    from joserfc.errors import JoseError

    return JoseError, ValueError, TypeError, KeyError, AttributeError


def _usable(keys: list[Mapping[str, Any]], algorithm: str, kid: Any) -> list[RSAKey | ECKey]:
    """Public keys of the algorithm's type and of that key id; without one in the token, all of the type."""
    from joserfc.jwk import ECKey, RSAKey

    kind: type[ECKey] | type[RSAKey] = ECKey if algorithm.startswith("ES") else RSAKey
    found: list[RSAKey | ECKey] = []
    for told in keys:
        if told.get("kty") != kind.key_type or told.get("use", "sig") != "sig":
            continue
        if told.get("alg", algorithm) != algorithm or (kid is not None and told.get("kid") != kid):
            continue
        if kind is RSAKey and len(str(told.get("n", ""))) * 6 < _SMALLEST_RSA:  # base64url: six bits a sign
            continue
        try:
            key = kind.import_key({name: told[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in told})
        except _unreadable():
            continue
        found.append(key)
    return found


def _check(claims: Mapping[str, Any], client: Client, asked: Asked, now: int) -> None:
    """OpenID Connect Core 1.0, 3.1.3.7: whether a signed token is the answer to this very question."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    parties = claims.get("azp")
    reasons = (
        (claims.get("iss") == client.issuer, "token_issuer"),
        (isinstance(audiences, list) and client.client_id in audiences, "token_audience"),
        (parties == client.client_id if parties is not None else audiences == [client.client_id], "token_party"),
        (_seconds(claims, "exp", 0) > now - _SKEW, "token_expired"),
        (now - _OLDEST - _SKEW <= _seconds(claims, "iat", 0) <= now + _SKEW, "token_time"),
        (_seconds(claims, "nbf", now) <= now + _SKEW, "token_not_yet"),
        (claims.get("nonce") == asked.nonce, "token_nonce"),
        (isinstance(claims.get("sub"), str) and bool(claims["sub"]), "token_subject"),
    )
    for good, reason in reasons:
        if not good:
            raise AnswerNotGood(reason)


def _seconds(claims: Mapping[str, Any], name: str, absent: float) -> float:
    value = claims.get(name, absent)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerNotGood(f"token_{name}")
    return value


def _check_hash(told: Any, access_token: str | None, algorithm: str) -> None:
    """OpenID Connect Core 1.0, 3.1.3.8: a hash of the access token, where there is one, is this token's."""
    if told is None or access_token is None:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode(errors="surrogatepass")).digest()
    if told != base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode():
        raise AnswerNotGood("token_access_hash")
