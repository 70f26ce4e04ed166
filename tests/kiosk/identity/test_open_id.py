"""An OpenID Connect provider's answers: what is believed, and what is not, whatever comes (I7)."""

from __future__ import annotations

import base64
import json
import threading
import warnings
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from kiosk.identity import open_id
from kiosk.identity.open_id import Asked, Client, Provider
from kiosk.identity.refused import AnswerNotGood, ProviderAway, SignInRefused
from kiosk.web_call import Answered, Request, call
from tests.kiosk.identity import providers
from tests.kiosk.identity.providers import CLIENT, FIN, NAMES, PUBLIC, Answer, ScriptedProvider, as_json

NOW = 1_800_000_000
ASKED = Asked("a-state", "a-nonce", "a-verifier-of-more-than-forty-three-characters-as-rfc-7636-has-it")
SECRET = "a secret with: signs & more"


@pytest.fixture
def one() -> Iterator[ScriptedProvider]:
    with providers.scripted_provider(NOW) as found:
        yield found


class Elapsed:
    """Seconds that passed, as a test says."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def provider_at(one: ScriptedProvider, elapsed: Elapsed | None = None, seconds: float = 60.0) -> Provider:
    return Provider(one.issuer, seconds, production=False, now=lambda: NOW, elapsed=elapsed or Elapsed())


def told_by(one: ScriptedProvider, provider: Provider | None = None, secret: str | None = SECRET) -> dict[str, Any]:
    """A whole sign-in: what the provider says of the person."""
    provider = provider or provider_at(one)
    client = Client(one.issuer, CLIENT, f"{PUBLIC}/e-gov", secret)
    one.look_at(provider.address(client, ASKED, "openid profile"))
    return provider.claims(client, ASKED, "a-code", "fin")


def reason(one: ScriptedProvider, provider: Provider | None = None) -> str:
    """Why a sign-in is not believed."""
    with pytest.raises(AnswerNotGood) as found:
        told_by(one, provider)
    return found.value.reason


def test_a_right_answer(one: ScriptedProvider) -> None:
    """The claims of the token; the code goes with the verifier that only this sign-in knows (RFC 7636, 4.5)."""
    told = told_by(one)
    assert told["fin"] == FIN and told.items() >= NAMES.items()
    form = one.seen[1][3]
    assert (form["grant_type"], form["code"]) == ("authorization_code", "a-code")
    assert (form["redirect_uri"], form["code_verifier"]) == (f"{PUBLIC}/e-gov", ASKED.verifier)
    assert one.paths() == ["/.well-known/openid-configuration", "/token", "/keys"]


@pytest.mark.parametrize(
    ("methods", "where"),
    [(None, "header"), (["client_secret_post", "client_secret_basic"], "header"), (["client_secret_post"], "form")],
)
def test_how_the_client_shows_its_secret(one: ScriptedProvider, methods: list[str] | None, where: str) -> None:
    """RFC 6749, 2.3.1: in the header, each part encoded, unless the provider takes it in the form alone."""
    one.discovery["token_endpoint_auth_methods_supported"] = methods
    told_by(one)
    _, _, headers, form = one.seen[1]
    assert (form.get("client_secret"), form.get("client_id")) == ((SECRET, CLIENT) if where == "form" else (None, None))
    if where == "header":
        shown = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        assert shown == f"{CLIENT}:a+secret+with%3A+signs+%26+more"


def test_a_client_without_a_secret(one: ScriptedProvider) -> None:
    """A public client names itself; PKCE is its proof."""
    told_by(one, secret=None)
    _, _, headers, form = one.seen[1]
    assert form["client_id"] == CLIENT and "client_secret" not in form and "Authorization" not in headers


HOSTILE: dict[str, Callable[[ScriptedProvider], object]] = {
    "token_nonce": lambda one: one.claims.update(nonce="another"),
    "token_issuer": lambda one: one.claims.update(iss="https://elsewhere.example.az"),
    "token_audience": lambda one: one.claims.update(aud="another-client"),
    "token_party": lambda one: one.claims.update(aud=[CLIENT, "another-client"]),
    "token_expired": lambda one: one.claims.update(exp=NOW - 60),
    "token_time": lambda one: one.claims.update(iat=NOW - 661),
    "token_not_yet": lambda one: one.claims.update(nbf=NOW + 61),
    "token_exp": lambda one: one.claims.update(exp="soon"),
    "token_iat": lambda one: one.claims.update(iat=True),
    "token_subject": lambda one: one.claims.update(sub=""),
    "token_access_hash": lambda one: one.claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "token_form": lambda one: setattr(one, "make_token", lambda _token: "no.token"),
    "no_id_token": lambda one: one.answers.update({"/token": lambda: as_json({"access_token": "a"})}),
    "token_answer": lambda one: one.answers.update({"/token": lambda: (200, {}, b"[" * 100_000)}),
    "token_answer_refused": lambda one: one.answers.update({"/token": lambda: as_json({"error": "x"}, 400)}),
    "keys_answer": lambda one: one.answers.update({"/keys": lambda: as_json({"keys": 1})}),
}


@pytest.mark.parametrize("expected", HOSTILE)
def test_answers_that_are_not_good(one: ScriptedProvider, expected: str) -> None:
    """Core 1.0, 3.1.3.7: each claim that does not fit ends the sign-in, by the second."""
    HOSTILE[expected](one)
    assert reason(one) == expected


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 59},
        {"iat": NOW - 660},
        {"nbf": NOW + 60},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
        {"at_hash": base64.urlsafe_b64encode(sha256(b"an-access-token").digest()[:16]).rstrip(b"=").decode()},
    ],
)
def test_answers_that_are_good_still(one: ScriptedProvider, claims: dict[str, Any]) -> None:
    """Clocks may differ by a minute; an audience of several needs to name us as its party."""
    one.claims.update(claims)
    assert told_by(one)["fin"] == FIN


@pytest.mark.parametrize("left_out", ["iss", "aud", "exp", "iat", "nonce", "sub"])
def test_what_must_be_there(one: ScriptedProvider, left_out: str) -> None:
    """Core 1.0, 2: a token without one of these is none."""
    one.claims[left_out] = None
    assert reason(one).startswith("token_")


def _unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"first"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def _spoiled(token: str) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def _with_the_public_key(token: str) -> str:
    return providers.forged(token, providers.rsa_key().as_pem(private=False))


def _with_a_published_secret(token: str) -> str:
    return providers.forged(token, b"a shared secret", "shared")


def _twin() -> Any:
    return RSAKey.import_key({**providers.rsa_key("twin").as_dict(private=True), "kid": "first"})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"make_token": _unsigned}, "token_algorithm"),
        ({"make_token": _with_the_public_key}, "token_algorithm"),
        ({"make_token": _with_a_published_secret}, "token_algorithm"),
        ({"make_token": _spoiled}, "token_signature"),
        ({"key": _twin}, "token_signature"),
        ({"key": lambda: providers.rsa_key("unpublished")}, "token_signature"),
    ],
)
def test_tokens_that_the_provider_did_not_sign(one: ScriptedProvider, change: dict[str, Any], expected: str) -> None:
    """RFC 8725, 3.1 and 3.2: the algorithm is one of ours, and the key one of the provider's that fits it."""
    secret = base64.urlsafe_b64encode(b"a shared secret").rstrip(b"=").decode()
    one.secrets.append({"kty": "oct", "kid": "shared", "k": secret})
    for name, value in change.items():
        setattr(one, name, value() if name == "key" else value)
    assert reason(one) == expected


def test_a_short_key_proves_nothing(one: ScriptedProvider) -> None:
    """NIST SP 800-131A: RSA of less than 2048 bits is left alone, even where the provider publishes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library says so too
        short = RSAKey.generate_key(1024, {"kid": "short"})
    one.published.append(short)
    one.key = short
    assert reason(one) == "token_signature"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys", "/userinfo"])
@pytest.mark.parametrize("kind", ["huge", "redirect", "broken", "slow"])
def test_a_provider_that_misbehaves(
    one: ScriptedProvider, path: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded in size and time, led nowhere, asked once."""
    asked = threading.Event()

    def slow() -> Answer:
        asked.set()
        one.going_on.wait(60)
        return as_json({})

    def patient(request: Request, seconds: float) -> Answered:
        """What is answered may take as long as this machine needs."""
        return call(request, seconds if urlsplit(request.url).path == path else 60.0)

    answers: dict[str, Callable[[], Answer]] = {
        "huge": lambda: (200, {}, b" " * (1 << 20) + b"{}"),
        "redirect": lambda: (302, {"Location": f"{one.issuer}/elsewhere"}, b""),
        "broken": lambda: (500, {}, b"{}"),
        "slow": slow,
    }
    one.claims["fin"] = None  # so that userinfo is asked for
    one.answers[path] = answers[kind]
    monkeypatch.setattr(open_id, "call", patient)
    provider = provider_at(one, seconds=0.3 if kind == "slow" else 60.0)
    with pytest.raises(AnswerNotGood if kind == "redirect" else ProviderAway):
        told_by(one, provider)
    assert kind != "slow" or asked.wait(60)
    assert "/elsewhere" not in one.paths() and one.paths().count(path) == 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"issuer": "http://127.0.0.1:1"}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": "http://e-gov.example.az/token"}, "token_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
        ({"userinfo_endpoint": "https://user:secret@e-gov.example.az/"}, "userinfo_endpoint"),
    ],
)
def test_a_discovery_document_of_somebody_else(one: ScriptedProvider, told: dict[str, Any], expected: str) -> None:
    """Discovery 1.0, 4.3: the issuer to the letter; addresses that secrets may go to, or none."""
    one.discovery.update(told)
    assert reason(one) == expected


def test_a_claim_that_the_token_does_not_tell(one: ScriptedProvider) -> None:
    """It is asked for with the access token, and believed for the same subject alone (Core 1.0, 5.3.2)."""
    one.claims["fin"] = None
    assert told_by(one)["fin"] == FIN
    assert one.seen[-1][2]["Authorization"] == "Bearer an-access-token"
    one.userinfo["sub"] = "somebody else"
    assert reason(one) == "userinfo_of_another"


def test_the_token_goes_before_userinfo(one: ScriptedProvider) -> None:
    """What was signed is not changed by what was not."""
    one.claims["fin"] = None
    one.userinfo |= {"given_name": "Başqa", "iss": "https://elsewhere.example.az"}
    assert told_by(one)["given_name"] == NAMES["given_name"]


def test_keys_that_change(one: ScriptedProvider) -> None:
    """Keys and addresses are remembered for an hour; for an unknown key id keys are asked for once a minute at most."""
    elapsed = Elapsed()
    provider = provider_at(one, elapsed)
    for algorithm, key in (
        ("RS256", providers.rsa_key()),
        ("PS384", providers.rsa_key()),
        ("ES256", providers.ec_key()),
    ):
        one.algorithm, one.key = algorithm, key
        assert told_by(one, provider)["fin"] == FIN
    one.algorithm, one.key, one.published = "RS256", providers.rsa_key("new"), [providers.rsa_key("new")]
    assert reason(one, provider) == "token_signature"
    assert (one.paths().count("/keys"), one.paths().count("/.well-known/openid-configuration")) == (1, 1)
    elapsed.seconds = 60.0
    assert told_by(one, provider)["fin"] == FIN
    assert (one.paths().count("/keys"), one.paths().count("/.well-known/openid-configuration")) == (2, 1)
    elapsed.seconds = 3660.0
    assert told_by(one, provider)["fin"] == FIN
    assert (one.paths().count("/keys"), one.paths().count("/.well-known/openid-configuration")) == (3, 2)


def test_a_token_without_a_key_id(one: ScriptedProvider) -> None:
    """Each key that fits the algorithm is tried."""
    one.published.insert(0, providers.rsa_key("before"))
    one.with_kid = False
    assert told_by(one)["fin"] == FIN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.dictionaries(
        st.sampled_from(["iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub", "at_hash"]), JSON
    ),
    header=st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64", "jwk", "x5c"]), JSON, max_size=3),
    keys=st.lists(st.dictionaries(st.sampled_from(["kty", "n", "e", "crv", "x", "y", "use", "alg"]), JSON), max_size=2),
)
def test_whatever_comes(
    one: ScriptedProvider, claims: dict[str, Any], header: dict[str, Any], keys: list[dict[str, Any]]
) -> None:
    """Anything at all ends as one of our refusals, or, where nothing was spoiled, as the right answer."""

    def spoil(token: str) -> str:
        head, payload, signature = token.split(".")
        made = json.loads(base64.urlsafe_b64decode(head + "==")) | header
        head = base64.urlsafe_b64encode(json.dumps(made).encode()).rstrip(b"=").decode() if header else head
        return f"{head}.{payload}.{signature}"

    one.claims, one.make_token, one.secrets = claims, spoil, keys
    one.seen.clear()
    try:
        told = told_by(one)
    except SignInRefused as refused:
        assert isinstance(refused, AnswerNotGood)
    else:
        assert told["nonce"] == ASKED.nonce and told["iss"] == one.issuer and not header
