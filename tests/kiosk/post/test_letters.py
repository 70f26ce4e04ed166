"""What the letters say, and that nothing a person typed can make them say something else."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import UniqueAddressHeader
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from PIL import Image

from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from kiosk.post.facts import KINDS, LetterFacts, LetterKind, UnusableFacts
from kiosk.post.letters import EXAMPLE_MARK, Letter, UnusableAddress, compose, is_outdated
from tests.kiosk.post.conftest import SENDER, at

MESSAGE_ID = "<0123456789abcdef@asan-kiosk>"
WRITTEN = at("2026-11-20 09:00")


def letter(
    facts: LetterFacts, kind: LetterKind = "confirmed", language: Language = "az", recipient: str = "aygun@example.az"
) -> Letter:
    return Letter(kind, language, recipient, facts, MESSAGE_ID, WRITTEN)


def received(message: EmailMessage) -> EmailMessage:
    """The letter as the other side reads it, after its way over the wire."""
    return message_from_bytes(message.as_bytes(policy=SMTP), policy=default)


def part(message: EmailMessage, subtype: str) -> str:
    found = message.get_body((subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_stands_alone_on_a_line_of_the_text_part(facts: LetterFacts, language: Language) -> None:
    """Q6: the confirmation code alone on a line, and no other line that could be taken for it."""
    lines = part(received(compose(letter(facts, "code", language), SENDER)), "plain").splitlines()
    assert [line for line in lines if line.strip().isdigit()] == ["483920"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_of_a_hold_says_until_when_and_how_to_come_back(facts: LetterFacts, language: Language) -> None:
    """Q8, C1: until when the hour is kept, how to confirm later, and the reference that arrival understands."""
    plain = part(received(compose(letter(facts, "code", language), SENDER)), "plain")
    assert text(language, "letter.code.kept", time="10:00") in plain
    assert text(language, "hold.come_back") in plain
    assert "K7MP-4XRT-9ABC" in plain
    assert facts.service.of(language) in plain
    assert facts.centre.of(language) in plain
    assert facts.address.of(language) in plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["plain", "html"])
def test_the_confirmed_letter_tells_everything(facts: LetterFacts, language: Language, form: str) -> None:
    """Q7, Q9: order code, day and hour, service, centre with address, and the latest arrival in words."""
    body = part(received(compose(letter(facts, "confirmed", language), SENDER)), form).replace("<br>", "\n")
    for told in (
        "K7MP-4XRT",
        facts.service.of(language),
        facts.centre.of(language),
        facts.address.of(language),
        text(language, "result.arrive_until", time="10:15"),
        {"az": "23 noyabr 2026, bazar ertəsi", "ru": "23 ноября", "en": "Monday 23 November 2026"}[language],
    ):
        assert told in body


@pytest.mark.parametrize("kind", ["confirmed", "moved"])
def test_the_picture_in_the_letter_reads_as_the_qr(facts: LetterFacts, kind: LetterKind, tmp_path: Path) -> None:
    """Q7: the QR lies in the letter as a PNG that the HTML shows, with a border of 4, and zbar reads its digits."""
    message = received(compose(letter(facts, kind), SENDER))
    (picture,) = [each for each in message.walk() if each.get_content_type() == "image/png"]
    assert f"cid:{picture['Content-ID'].strip('<>')}" in part(message, "html")
    assert picture.get_content_disposition() == "inline"
    content = picture.get_content()
    image = Image.open(io.BytesIO(content))
    assert image.convert("L").crop((0, 0, image.width, 4 * 6)).getextrema() == (255, 255)
    assert image.width == (37 + 2 * 4) * 6, "version 5"
    (tmp_path / "qr.png").write_bytes(content)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "qr.png"], capture_output=True, check=True, text=True)
    assert read.stdout.strip() == facts.qr


@pytest.mark.parametrize("kind", ["code", "cancelled", "hold_ended", "closure", "reopened"])
def test_no_other_letter_shows_a_qr(facts: LetterFacts, kind: LetterKind) -> None:
    """Q7, Q10: what cannot be activated wears no QR."""
    assert "image/png" not in [each.get_content_type() for each in compose(letter(facts, kind), SENDER).walk()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_hold_ended(facts: LetterFacts, language: Language) -> None:
    """Q8, Q10: a hold that ran out and one that five wrong codes ended are told apart."""
    in_time = part(received(compose(letter(facts, "hold_ended", language), SENDER)), "plain")
    wrong = part(received(compose(letter(replace(facts, wrong_codes=5), "hold_ended", language), SENDER)), "plain")
    assert text(language, "letter.hold_ended.not_in_time") in in_time
    assert text(language, "letter.hold_ended.wrong_codes", count=5) in wrong


def test_a_moved_letter_tells_both_hours_and_the_same_code(facts: LetterFacts) -> None:
    """Q10: a moved booking keeps its order code."""
    moved = replace(facts, earlier_time=at("2026-11-22 15:00"))
    plain = part(received(compose(letter(moved, "moved"), SENDER)), "plain")
    assert "22 noyabr 2026" in plain
    assert "23 noyabr 2026" in plain
    assert text("az", "letter.moved.same_code") in plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["plain", "html"])
def test_the_letter_of_a_closed_hour_says_why_and_what_to_do(facts: LetterFacts, language: Language, form: str) -> None:
    """C2: the reason, the hour and the place, and how to move: at a terminal or with staff, by order code and FİN."""
    body = part(received(compose(letter(facts, "closure", language), SENDER)), form).replace("<br>", "\n")
    assert facts.reason is not None
    for told in (
        facts.reason.of(language),
        text(language, "letter.closure.kept"),
        text(language, "letter.closure.move"),
        "K7MP-4XRT",
        facts.service.of(language),
        facts.centre.of(language),
        "10:00",
    ):
        assert told in body
    assert "FİN" in text(language, "letter.closure.move")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_to_who_held_a_closed_hour(facts: LetterFacts, language: Language) -> None:
    """C2, Q8: the hold is over, so there is no code to move it by; another hour can be booked."""
    plain = part(received(compose(letter(replace(facts, order_code=None), "closure", language), SENDER)), "plain")
    assert text(language, "letter.closure.hold_over") in plain
    assert text(language, "letter.closure.move") not in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_that_takes_a_closing_back(facts: LetterFacts, language: Language) -> None:
    """C2: the booking stands, and there is nothing to do."""
    plain = part(received(compose(letter(facts, "reopened", language), SENDER)), "plain")
    assert text(language, "letter.reopened.stands") in plain
    assert facts.centre.of(language) in plain


@pytest.mark.parametrize("kind", ["closure", "reopened"])
def test_a_letter_of_an_hour_that_has_passed_is_not_sent(facts: LetterFacts, kind: LetterKind) -> None:
    """C2: at the hour itself it is too late to tell anything of it."""
    assert is_outdated(letter(facts, kind), facts.time)
    assert not is_outdated(letter(facts, kind), facts.time - 1)


def test_the_headers(facts: LetterFacts) -> None:
    """The Date is the rule's clock, the Message-ID is the row's, and no machine answers a machine."""
    message = received(compose(letter(facts, "code", "ru"), SENDER))
    assert message["From"].addresses[0].addr_spec == "noreply@asan.example"
    assert message["From"].addresses[0].display_name == "ASAN xidmət"
    assert message["To"] == "aygun@example.az"
    assert message["Subject"] == text("ru", "letter.code.subject")
    assert message["Date"] == "Fri, 20 Nov 2026 09:00:00 +0400"
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ru"
    assert message.get_content_type() == "multipart/alternative"
    assert message.as_bytes().isascii()


def test_the_code_is_in_no_header(facts: LetterFacts) -> None:
    """Q8: headers are logged by every mail server on the way, the code and the reference are not for them."""
    head = compose(letter(facts, "code"), SENDER).as_bytes().partition(b"\r\n\r\n")[0]
    assert b"483920" not in head
    assert b"K7MP" not in head


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_letter_twice_is_the_same_bytes(facts: LetterFacts, kind: LetterKind) -> None:
    """A letter that has to be sent again is recognised as the first."""
    first, second = (compose(letter(facts, kind), SENDER).as_bytes() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_example_letters_wear_their_mark(facts: LetterFacts, kind: LetterKind, language: Language) -> None:
    """K7: what is made of example data says so in the subject and in both forms; nothing else does."""
    example = received(compose(letter(facts, kind, language), SENDER, example=True))
    real = received(compose(letter(facts, kind, language), SENDER))
    for told in (example["Subject"], part(example, "plain"), part(example, "html")):
        assert told.count(EXAMPLE_MARK) >= 1
    assert EXAMPLE_MARK not in part(real, "plain") + part(real, "html") + real["Subject"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_the_text_part_fit(facts: LetterFacts, kind: LetterKind, language: Language) -> None:
    """Glossary: every line of ours within 76 columns."""
    lines = part(received(compose(letter(facts, kind, language), SENDER)), "plain").splitlines()
    assert max(map(len, lines)) <= 76


HOSTILE = (
    "Aygün\r\nBcc: everyone@example.az\r\n\r\n111111",
    "<script>alert(1)</script><img src=x>",
    '"><a href="https://evil.example">',
    "\N{RIGHT-TO-LEFT OVERRIDE}nügyA\N{ZERO WIDTH SPACE}",
    "Aygün\u2028222222\u2029333333\x85444444\x0b555555\x0c666666",
    "{given_name} {0} %s",
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_name_is_only_a_name(facts: LetterFacts, kind: LetterKind, name: str) -> None:
    """A name opens no header, no line of its own that reads as a code, no tag, and turns no text around."""
    hostile, tame = (received(compose(letter(replace(facts, given_name=given), kind), SENDER)) for given in (name, "A"))
    assert hostile.keys() == tame.keys()
    plain, html = part(hostile, "plain"), part(hostile, "html")
    assert len(plain.splitlines()) == len(part(tame, "plain").splitlines())
    assert html.count("<") == part(tame, "html").count("<")
    assert not set(plain + html) & set("\u202e\u200b\u2028\u2029\x85\x0b\x0c")


def test_a_hostile_service_name_opens_no_calendar_line(facts: LetterFacts) -> None:
    """Names of the reference data come from files of others: they stay values in the calendar file too."""
    bad = "Xidmət\r\nATTENDEE:mailto:everyone@example.az;,"
    message = compose(letter(replace(facts, service=facts.service._replace(az=bad))), SENDER)
    (calendar,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert not [line for line in calendar.get_content().splitlines() if line.startswith("ATTENDEE")]


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a@b.az\r\nBcc: c@d.az", "a@b.az, c@d.az", "a@b.az\nX: y", "Aygün <a@b.az>", "ə@b.az", "@b.az"],
)
def test_an_address_that_is_none_is_refused_without_naming_it(facts: LetterFacts, recipient: str) -> None:
    """K6: no header is injected, and the error's text holds nothing of the address."""
    with pytest.raises(UnusableAddress) as refused:
        compose(letter(facts, recipient=recipient), SENDER)
    assert str(refused.value) == "the recipient's address is not one"
    assert refused.value.__cause__ is None


def test_one_recipient_only(facts: LetterFacts) -> None:
    """A letter goes to one person."""
    to = compose(letter(facts), SENDER)["To"]
    assert isinstance(to, UniqueAddressHeader)
    assert len(to.addresses) == 1


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("code", "confirmation_code"),
        ("code", "held_until"),
        ("confirmed", "order_code"),
        ("confirmed", "qr"),
        ("confirmed", "arrive_until"),
        ("moved", "qr"),
        ("cancelled", "order_code"),
    ],
)
def test_a_letter_is_not_written_without_what_it_must_tell(facts: LetterFacts, kind: LetterKind, missing: str) -> None:
    """The kind and the missing fact are named, no value is."""
    with pytest.raises(UnusableFacts, match=missing):
        compose(letter(LetterFacts.from_json(json.dumps(json.loads(facts.to_json()) | {missing: None})), kind), SENDER)


def test_facts_survive_their_row(facts: LetterFacts) -> None:
    """What is written into the outbox is what is read from it."""
    assert LetterFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"booking":"secret"}', "null", '{"service":3}'])
def test_a_damaged_row_is_told_without_its_values(damaged: str) -> None:
    """K6: the error's text holds nothing of the row."""
    with pytest.raises(UnusableFacts) as refused:
        LetterFacts.from_json(damaged)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_code_is_outdated_at_the_very_end_of_its_hold(facts: LetterFacts) -> None:
    """Q8: at `held_until` exactly the hold has ended; what else is told stays true."""
    end = facts.held_until
    assert end is not None
    assert not is_outdated(letter(facts, "code"), end - 1)
    assert is_outdated(letter(facts, "code"), end)
    assert not is_outdated(letter(facts, "confirmed"), end)
