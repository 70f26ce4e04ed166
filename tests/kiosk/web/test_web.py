"""`asan-kiosk web` as a process of its own, over TLS, with the kiosk beside it on the same database (W6 to W9, I7)."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from db import phone_sign_ins
from db.water_schema import certificates as certificate_rows
from db.water_schema import subscribers
from kiosk.clock import MINUTE
from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from kiosk.station import Station
from kiosk.water.references import new_reference
from tests.kiosk.web.phones import Web, file, kiosk_of, pdf, png, running
from tests.tls import Certificates, issue

NOTICE_KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The certificate of the server under test."""
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


@pytest.fixture(scope="module")
def web(
    _sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory, secrets_folder: Path, certificates: Certificates
) -> Iterator[Web]:
    """One server for the tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("web")
    secrets = Path(shutil.copytree(secrets_folder, folder / "secrets"))
    key = secrets / "payment-notice-key"
    key.touch(mode=0o600)
    key.write_text(NOTICE_KEY)
    database = shutil.copy(_sqlite_model, folder / "kiosk.db")
    with running(f"sqlite:///{database}", folder, secrets, certificates, documents={"most_mb": 1}) as made:
        yield made


@pytest.fixture(scope="module")
def kiosk(web: Web) -> Iterator[Station]:
    """The kiosk that offers uploads."""
    with kiosk_of(web) as station:
        yield station


def said(answer: httpx.Response) -> str:
    """The words of a page, without the markup."""
    body = answer.text.partition("<main>")[2]
    return re.sub(r"<[^>]*>", "", body.replace("<br>", "\n"))


def alert(answer: httpx.Response) -> str:
    """Why the last file was not taken."""
    found = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None, answer.text
    return found[1].replace("<br>", "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_kiosk_s_language(language: Language, web: Web, kiosk: Station) -> None:
    """W9: whatever the phone's own is; everything in one file, no script, nothing from elsewhere."""
    offer = kiosk.water.uploads.offer("ownership_document", language)
    with web.phone("de") as phone:
        answer = phone.get(offer.url)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert text(language, "web.upload.ownership_document") in answer.text
    assert "<script" not in answer.text
    assert not re.search(r"""(?:src|href|url\()\s*=?\s*["']?https?:""", answer.text)
    assert kiosk.water.uploads.state(offer.token).state == "opened"


def test_every_answer_keeps_to_itself(web: Web, kiosk: Station) -> None:
    """Nothing is stored by the phone or a proxy, framed, sniffed or told to another site."""
    with web.phone() as phone:
        for path in ("/", "/healthz", "/check", kiosk.water.uploads.offer("other", "az").url):
            headers = phone.get(path).headers
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["Server"] == "web"


def test_a_document_comes_once(web: Web, kiosk: Station) -> None:
    """W9: the kiosk has it unchanged, and the address is good for nothing any more."""
    offer = kiosk.water.uploads.offer("ownership_document", "az")
    data = pdf()
    with web.phone() as phone:
        taken = phone.post(offer.url, files=file(data, "çıxarış.PDF"))
        assert (taken.status_code, text("az", "web.upload.done.title") in taken.text) == (200, True)
        again = phone.get(offer.url)
        assert (again.status_code, text("az", "web.upload.used.title") in again.text) == (410, True)
        assert phone.post(offer.url, files=file(png(), "a.png")).status_code == 410
    document = kiosk.water.uploads.state(offer.token).document
    assert document is not None
    assert (document.media_type, kiosk.water.documents.read(document.digest)) == ("application/pdf", data)


@pytest.mark.parametrize(
    ("data", "name", "status", "key"),
    [
        (b"MZ\x90 a program", "statement.pdf", 422, "upload.wrong_type"),
        (b"", "empty.pdf", 422, "upload.unreadable"),
        (b"%PDF-1.7\ncut off", "cut.pdf", 422, "upload.unreadable"),
        (b"", "", 422, "web.upload.no_file"),
    ],
)
def test_a_refused_file_is_told_with_its_reason_and_another_can_be_chosen(
    data: bytes, name: str, status: int, key: str, web: Web, kiosk: Station
) -> None:
    """W9: the same page again with what to do, and then the right file is taken."""
    offer = kiosk.water.uploads.offer("other", "ru")
    with web.phone() as phone:
        refused = phone.post(offer.url, files=file(data, name))
        assert (refused.status_code, alert(refused)) == (status, text("ru", key))
        assert 'type="file"' in refused.text
        assert phone.post(offer.url, files=file(png(), "a.png")).status_code == 200


def test_a_file_that_is_too_big_is_refused_before_it_is_read(web: Web, kiosk: Station) -> None:
    """Two sizes: one that shows in the length, and one that hides behind the form's own bytes."""
    offer = kiosk.water.uploads.offer("other", "en")
    with web.phone() as phone:
        for size in (3_000_000, 1_000_001):
            refused = phone.post(offer.url, files=file(b"%PDF" + bytes(size - 4), "big.pdf"))
            assert refused.status_code == 413
            assert "At most: 1\N{NO-BREAK SPACE}MB" in alert(refused)
        exact = phone.post(offer.url, files=file(b"%PDF-1.7\n" + bytes(999_991), "exact.pdf"))
        assert alert(exact) == text("en", "upload.unreadable")


def test_forms_that_are_none_are_refused(web: Web, kiosk: Station) -> None:
    """No file, another field, a torn form, no length, a compressed body that would grow: words, and the form again."""
    url = kiosk.water.uploads.offer("other", "az").url
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    bomb = gzip.compress(
        b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.pdf"\r\n\r\n' + bytes(9**8)
    )
    with web.phone() as phone:
        for answer, status, key in (
            (phone.post(url, data={"document": "a"}), 415, "web.upload.no_file"),
            (phone.post(url, files={"other": ("a.png", png())}), 422, "web.upload.no_file"),
            (phone.post(url, content=b"--x\r\nno form", headers=boundary), 400, "web.upload.broken"),
            (phone.post(url, content=b"--y\r\n\r\n--y--", headers=boundary), 400, "web.upload.broken"),
            (phone.post(url, content=iter([b"--x"]), headers=boundary), 411, "web.upload.broken"),
            (phone.post(url, content=bomb, headers={**boundary, "Content-Encoding": "gzip"}), 400, "web.upload.broken"),
        ):
            assert (answer.status_code, alert(answer)) == (status, text("az", key))


def test_other_methods_and_paths_tell_nothing(web: Web, kiosk: Station) -> None:
    """405 with what is allowed, 404 else; no answer says what serves it."""
    token = kiosk.water.uploads.offer("other", "az").token
    with web.phone() as phone:
        for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
            answer = phone.request(method, f"/u/{token}")
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
        for path in ("/", "/u/", "/u", f"/u/{token}/", f"/u/{token}x", "/u/../healthz/..", "/.env", "/admin", "//u"):
            assert phone.get(path).status_code == 404, path
        assert phone.post("/healthz").status_code == 405
        assert phone.get("/payments").status_code == 405
    assert kiosk.water.uploads.state(token).state == "open"
    with web.line() as line:
        line.sendall(b"what is this?\r\n\r\n")
        answered = line.recv(4096)
    assert answered.startswith(b"HTTP/1.0 400 ")
    assert b"aiohttp" not in answered
    assert b"Python" not in answered


def test_guessing_addresses_leads_nowhere(web: Web) -> None:
    """128 bits; and who guesses is told to wait, while another phone is served."""
    with web.phone("en") as phone:
        statuses = [phone.get(f"/u/guess{number:017d}").status_code for number in range(70)]
        assert statuses[:60] == [404] * 60
        assert 429 in statuses[60:]
    with web.phone() as other:
        assert other.get(f"/u/guess{0:017d}").status_code == 404


def test_of_two_phones_at_one_address_one_gives_the_document(web: Web, kiosk: Station) -> None:
    """Both send at once; one is thanked, the other told that a document has come."""
    offer = kiosk.water.uploads.offer("other", "az")
    both = threading.Barrier(2)

    def send(data: bytes) -> tuple[int, bytes]:
        with web.phone() as phone:
            assert phone.get(offer.url).status_code == 200
            both.wait(60)
            return phone.post(offer.url, files=file(data, "a.png")).status_code, data

    with ThreadPoolExecutor(2) as phones:
        told = dict(phones.map(send, [png(), png() + b""[:0]]))
    assert set(told) == {200, 410}
    state = kiosk.water.uploads.state(offer.token)
    assert state.document is not None
    assert state.document.digest == hashlib.sha256(told[200]).hexdigest()


def test_a_kiosk_that_withdraws_in_the_middle_gets_nothing(web: Web, kiosk: Station) -> None:
    """The citizen left while the file was on its way: it is not taken, and the phone is told."""
    offer = kiosk.water.uploads.offer("other", "en")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.png"\r\n\r\n' + png() + b"\r\n--x--\r\n"
    )
    path = offer.url.removeprefix(web.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: kiosk\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with web.line() as line:
        line.sendall(head.encode() + body[:60])
        while kiosk.water.uploads.state(offer.token).state == "open":
            pass  # until the server has begun with it, which it says in the database
        kiosk.water.uploads.withdraw(offer.token)
        line.sendall(body[60:])
        answered = b""
        while piece := line.recv(4096):
            answered += piece
    assert b"HTTP/1.1 410 " in answered
    assert text("en", "web.upload.ended.title").encode() in answered
    assert kiosk.water.uploads.state(offer.token).state == "ended"


def begin(kiosk: Station, state: str) -> None:
    """A citizen at the kiosk wants to sign in with the phone."""
    address = "https://id.example.az/authorize?client_id=asan&scope=openid"
    kiosk.database.write(
        lambda connection, now: phone_sign_ins.begin(connection, state, "kiosk-1", address, now, now + MINUTE)
    )


def test_a_phone_goes_on_to_e_gov_only_by_its_owner_s_hand(web: Web, kiosk: Station) -> None:
    """I7: the kiosk's QR opens a page with a link; looking at it changes nothing, and nobody waits for another."""
    begin(kiosk, "c-state")
    with web.phone("en") as phone:
        for _ in range(2):
            page = phone.get("/e-gov/c-state")
            assert page.status_code == 200
            assert (
                'href="https://id.example.az/authorize?client_id=asan&amp;scope=openid&amp;state=c-state"' in page.text
            )
        assert phone.get("/e-gov/d-state").status_code == 410
        assert phone.post("/e-gov/c-state").status_code == 405


def test_a_phone_comes_back_from_e_gov_once(web: Web, kiosk: Station) -> None:
    """I7: it is shown the number to type at the kiosk; whoever else comes with the same address is shown none."""
    begin(kiosk, "a-state")
    begin(kiosk, "b-state")
    back = {"state": "a-state", "code": "a-code"}
    with web.phone("en") as phone, web.phone("en") as other:
        first = phone.get("/e-gov", params=back)
        assert first.status_code == 200
        assert number_in(first) is not None
        assert other.get("/e-gov", params=back).status_code == 410
        assert other.get("/e-gov", params=back, headers={b"Cookie": b"__Host-phone=\x80;;=; x"}).status_code == 410
        given_up = phone.get("/e-gov", params={"state": "b-state", "error": "access_denied"})
        assert (given_up.status_code, number_in(given_up)) == (200, None)
        assert "Set-Cookie" not in given_up.headers
        assert phone.get("/e-gov").status_code == 410
    with kiosk.acts.reading() as (connection, _):
        kept = phone_sign_ins.find(connection, "a-state")
    assert kept is not None
    assert kept.code == "a-code"


def number_in(answer: httpx.Response) -> str | None:
    """The four digits of a page, where it shows some."""
    found = re.search(r'class="number">([0-9]{4})<', answer.text)
    return None if found is None else found[1]


def test_the_browser_that_signed_in_may_load_its_number_anew(web: Web, kiosk: Station) -> None:
    """I7: the same digits before and after the kiosk heard of them, for that one sign-in, until it is over."""
    begin(kiosk, "e-state")
    begin(kiosk, "f-state")
    back = {"state": "e-state", "code": "e-code"}
    with web.phone("en") as phone:
        first = phone.get("/e-gov", params=back)
        cookie = first.headers["Set-Cookie"]
        assert cookie.startswith("__Host-phone=")
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=300"} <= set(cookie.split("; "))
        number = number_in(first)
        assert number is not None
        assert number not in cookie
        assert number_in(phone.get("/e-gov", params=back)) == number
        kiosk.database.write(lambda connection, now: phone_sign_ins.take(connection, "e-state", now + MINUTE))
        for _ in range(2):
            assert number_in(phone.get("/e-gov", params=back)) == number
        # the cookie is of that state with that code alone
        assert phone.get("/e-gov", params={**back, "code": "another"}).status_code == 410
        assert phone.get("/e-gov", params={**back, "error": "access_denied"}).status_code == 410
        assert phone.get("/e-gov/e-state").status_code == 410
        kiosk.database.write(lambda connection, _: phone_sign_ins.drop(connection, "e-state"))
        over = phone.get("/e-gov", params=back)
        assert (over.status_code, number_in(over)) == (410, None)
        # and the next sign-in of the same browser is another one
        second = {"state": "f-state", "code": "f-code"}
        shown = number_in(phone.get("/e-gov", params=second))
        assert shown is not None
        assert number_in(phone.get("/e-gov", params=second)) == shown


def test_a_certificate_is_told_from_an_invented_one(web: Web, kiosk: Station) -> None:
    """W8: its facts, without a name; with a wrong code as if there were none."""
    number, code = "A-2026-000009", new_reference()
    row = {
        "number": number, "subscriber": "10000001", "issued_at": kiosk.database.now(), "station": "kiosk-1",
        "first_month": "2025-11", "last_month": "2026-10", "invoiced": 1234, "paid": 1000, "debt": -550,
        "check_code": code,
    }  # fmt: skip
    kiosk.database.write(lambda connection, _: connection.execute(insert(certificate_rows), row))
    with web.phone("en") as phone:
        good = phone.get("/check", params={"n": number, "c": code})
        assert good.status_code == 200
        for shown in ("A-2026-000009", "10000001", "November 2025 – October 2026", "12.34", "10.00", "Credit", "5.50"):
            assert shown in said(good)
        for wrong in ({"n": number, "c": new_reference()}, {"n": "A-1", "c": "x"}, {}, {"n": "ə" * 50, "c": "a"}):
            none = phone.get("/check", params=wrong)
            assert (none.status_code, text("en", "web.check.none.title") in none.text) == (404, True)


def test_a_payment_notice_counts_once(web: Web, kiosk: Station) -> None:
    """W6: repeated by the service until it is answered; a wrong signature changes nothing."""
    subscriber = {
        "code": "10000001", "category": "population", "fin": "7NUMN24", "given_name": "Aygün", "surname": "Nümunəyeva",
        "patronymic": "", "address": "Bakı", "persons": 3, "water": 1, "waste_water": 1, "meter": "none",
        "service_state": "active", "opening_balance": 340, "words": "",
    }  # fmt: skip
    kiosk.database.write(lambda connection, _: connection.execute(insert(subscribers), subscriber))
    notice = {"subscriber": "10000001", "amount": "3.40", "receipt": "R-1", "at": "2026-11-20T10:00:00+04:00"}
    body = json.dumps(notice).encode()
    right = {"X-Signature": hmac.new(NOTICE_KEY.encode(), body, hashlib.sha256).hexdigest()}
    with web.phone() as service:
        assert service.post("/payments", content=body).status_code == 401
        assert service.post("/payments", content=bytes(5000), headers=right).status_code == 413
        for _ in range(20):
            answer = service.post("/payments", content=body, headers=right)
            assert (answer.status_code, answer.json()) == (200, {"receipt": "R-1", "amount": "3.40"})
    assert kiosk.water.payments.debt("10000001") == 0
    document = json.loads((Path(__file__).parents[3] / "docs/openapi/payments.json").read_text("utf-8"))
    described = document["paths"]["/payments"]["post"]["responses"]
    assert {"200", "401", "408", "411", "413", "429", "503"} <= described.keys()


def test_nothing_personal_is_in_the_log(web: Web, kiosk: Station) -> None:
    """K6: neither who came nor the address, which is a key."""
    offer = kiosk.water.uploads.offer("other", "az")
    with web.phone() as phone:
        phone.get(offer.url)
        phone.post(offer.url, files=file(b"", "Nümunəyeva.pdf"))
        phone.get("/e-gov", params={"state": "secret-state", "code": "secret-code"})
    logged = web.log.read_text("utf-8") + "".join(web.said)
    for private in (offer.token, "127.0.", "Nümunəyeva", "secret-", "/u/"):
        assert private not in logged.replace("listening at 127.0.0.1", "")


def test_it_ends_when_it_is_told_to_and_goes_on_after_a_power_cut(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path, certificates: Certificates
) -> None:
    """An upload outlives the server's process: the page is open again under the same address."""
    few = {"requests": 10, "requests_per_second": 1}
    with running(ready_sqlite_url, tmp_path, secrets_folder, certificates, web=few) as web, kiosk_of(web) as kiosk:
        offer = kiosk.water.uploads.offer("other", "az")
        with web.phone() as phone:
            assert phone.get(offer.url).status_code == 200
        with web.phone() as phone:  # [web] requests is what counts
            statuses = [phone.get("/check").status_code for _ in range(40)]
            assert statuses[:10] == [404] * 10
            assert 429 in statuses
        web.kill()
        web.start()
        with web.phone() as phone:
            assert phone.post(offer.url, files=file(png(), "a.png")).status_code == 200
        assert kiosk.water.uploads.state(offer.token).state == "done"
        assert web.stop() == 0
