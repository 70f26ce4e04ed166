"""A citizen at the water company's services: does with hands what S2, S3 and S4 say, and reads what comes."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.language import phone
from kiosk.names import Language
from kiosk.post.sms_folder import SmsFolder
from kiosk.settings import Settings
from kiosk.water.documents.example import make_stick
from tests.e2e.card_place import CardHolder, state_of
from tests.e2e.citizen import SETTLED, Person
from tests.e2e.glass import Terminal
from tests.e2e.place import Place

NEW_CONSUMER: Final = ("consumer", "district", "place", "house", "documents", "contact", "check")
SUSPENSION: Final = ("subscriber", "reason", "details")
HOLDER: Final = "7NUMN24"
"""The FİN of the example card, whose holder has most of the example's subscriber codes (docs/registry.md)."""
_PAGE: Final = re.compile(r"\b(\d) / (\d)\b")
NUMBER: Final = re.compile(r"\b20\d\d-\d{6}\b")
RENOVATION: Final[dict[Language, str]] = {
    "az": "Evdə təmir işləri aparılır",
    "ru": "В доме идёт ремонт",
    "en": "The home is being renovated",
}
"""A reason to suspend, as assets/reference/application_reasons.csv has it."""
DOCUMENTS: Final = ("çıxarış.pdf", "arayış.jpg")
"""The files of the trial's stick, in the order in which they are asked for."""
_KEYS_APART: Final = 0.1
"""A person's Tab or Enter is no end of a scan."""


@dataclass(frozen=True)
class Wanted:
    """Whose house is to be registered, and where. All invented."""

    district: str = "Xətai"
    place: str = "Əhmədli"
    searched: str = "ehmed"
    house: str = "12"
    flat: str = "34"
    unlisted: str = ""
    """A street in one's own words, which is in no list."""


def plug_in_stick(place: Place) -> None:
    """The trial's stick with its two invented documents, in the place's state folder."""
    make_stick(state_of(place) / "stick")


def short_messages(place: Place, phone_number: str) -> list[str]:
    """The texts of the SMS to a number (without 994), oldest first."""
    return [message.text for message in SmsFolder(state_of(place) / "sms").messages(f"+994{phone_number}")]


def attachments(place: Place, to: str) -> list[bytes]:
    """The PDF files of the letters to an address."""
    found = []
    for path in sorted((place.folder / "mail" / "new").glob("*")):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if to in str(letter["to"]):
            found += [
                part.get_content() for part in letter.iter_attachments() if part.get_content_type() == "application/pdf"
            ]
    return found


class WaterCitizen(CardHolder):
    """One person's visit to the water company's services."""

    def __init__(self, face: Terminal, place: Place, language: Language = "az", person: Person | None = None) -> None:
        super().__init__(face, place, language, person)
        self.door = "site"
        """At which of the manual's doors a new application is sent: "site" or "e_su"."""
        self.keep: Callable[[str], None] = lambda name: None
        """Called on every screen of the way with its name; pictures are taken by it."""

    def shows_words(self, key: str, **values: object) -> None:
        """All words of a text stand there in their order, however it is wrapped and whatever stands beside it."""
        wanted = self.words(key, **values).split()

        def stand() -> bool:
            found = iter(self.face.text().split())
            return all(word in found for word in wanted)

        self.face.until(stand, " ".join(wanted))
        self.face.rests(SETTLED)

    def taps_tile(self, key: str) -> None:
        """A tile by its name; in large type that has two lines."""
        words = self.title(key).split()
        self.face.shows(words[0])
        parts = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        self.face.tap(next(part for part in parts if self.face.find(part)))

    def sees_one_of(self, steps: tuple[str, ...], step: str) -> None:
        """Look until a step of an application is there: by its question, in large type by its place among the steps."""
        number = f"{steps.index(step) + 1} / {len(steps)}"
        if not self.roomy:
            self.face.until(lambda: any(line.strip().startswith(number) for line in self.face.lines()), number)
        elif step in ("contact", "details"):
            self.face.shows(self.words("field.label.notes" if step == "contact" else "field.label.more_notes"))
        else:
            self.face.shows(self.title(f"apply.{step}"))
        self.face.rests(SETTLED)

    def types(self, text: str, shown: str | None = None) -> None:
        """Type into the field that has the caret, and look until it stands there."""
        self.face.write(text)
        wanted = (shown or text).casefold()
        self.face.until(lambda: wanted in self.face.text().casefold(), f"{wanted!r} in a field")
        self.face.rests(_KEYS_APART)

    def goes_on(self) -> None:
        """Enter, as the main button."""
        self.face.press("Return")

    def opens_water(self) -> None:
        """From the first screen to the three services under the company's name."""
        self.comes()
        self.taps_tile("home.water")
        self.sees(Settings().water.operator, self.words("water.service.new_consumer").split()[0])
        self.keep("menu")

    def chooses(self, digit: str) -> None:
        """A service by its digit; `signs_in_…` comes next."""
        self.face.press(digit)
        self.face.hides(Settings().water.operator)
        self.face.rests(SETTLED)

    def signs_in_by_fin(self, fin: str) -> None:
        """The FİN, then “Davam et” (S2, S3)."""
        self.sees(self.words("field.label.fin"))
        self.types(fin)
        self.keep("fin")
        self.goes_on()
        self.shows_words("water.do.create")
        self.shows_words("water.do.status")
        self.keep("create-or-status")

    def opens_new_consumer(self, fin: str) -> None:
        """“Yeni istehlakçının qeydiyyata alınması müraciəti”, signed in by FİN, “Yeni müraciət yarat”."""
        self.opens_water()
        self.chooses("1")
        self.sees(self.words("ways.name.fin"))
        self.keep("ways")
        self.face.press("1")
        self.signs_in_by_fin(fin)
        self.taps_tile("water.do.create")
        self.sees_one_of(NEW_CONSUMER, "consumer")
        self.keep("consumer")

    def fills_address(self, wanted: Wanted) -> None:
        """From the consumer's FİN to the documents, by search with plain letters."""
        self.goes_on()
        self.sees_one_of(NEW_CONSUMER, "district")
        self.keep("district")
        self.face.tap(wanted.district)
        self.sees_one_of(NEW_CONSUMER, "place")
        if wanted.unlisted:
            self.face.tap(self.words("apply.not_in_list"))
            self.sees(self.words("field.label.place_text"))
            self.types(wanted.unlisted)
            self.keep("place-unlisted")
            self.goes_on()
        else:
            self.face.write(wanted.searched)
            self.sees(wanted.place)
            self.keep("place")
            self.face.tap(wanted.place)
        self.sees(self.title("house.apartment_block"), self.title("house.yard_house"))
        self.keep("house-type")
        self.face.tap(self.title("house.apartment_block"))
        self.sees(self.words("field.label.house_number"))
        self.types(wanted.house)
        self.face.press("Tab")
        self.sees(self.words("field.label.flat_number"))
        self.types(wanted.flat)
        self.keep("house-numbers")
        self.goes_on()
        self.sees_one_of(NEW_CONSUMER, "documents")

    def adds_documents(self) -> None:
        """Both from the stick: chosen, looked at, taken (W9)."""
        self.keep("documents-none")
        for digit, file in enumerate(DOCUMENTS, 1):
            self.face.press(str(digit))
            self.sees(self.words("document.from_stick"))
            self.keep(f"source-{digit}")
            self.face.tap(self.words("document.from_stick"))
            self.sees(file)
            self.keep(f"stick-{digit}")
            self.face.tap(file)
            self.sees(self.words("document.take"))
            self.keep(f"preview-{digit}")
            self.taps_button(self.words("document.take"))
            self.sees_one_of(NEW_CONSUMER, "documents")
        self.keep("documents")
        self.goes_on()
        self.sees_one_of(NEW_CONSUMER, "contact")

    def fills_contact(self, *, names: bool = True) -> None:
        """Names, phone, e-mail and notes, by keyboard with Tab between."""
        person = self.person
        asked = [person.given_name, person.surname, person.patronymic] if names else []
        for typed in asked:
            self.types(typed)
            self.face.press("Tab")
            self.face.rests(_KEYS_APART)
        self.types(person.phone, person.phone[-4:])
        self.face.press("Tab")
        self.face.rests(_KEYS_APART)
        self.types(person.email)
        self.face.press("Tab")
        self.face.rests(_KEYS_APART)
        self.types("2-ci blok")
        self.keep("contact")

    def opens_suspension(self, fin: str) -> None:
        """“… müvəqqəti dayandırılması və bərpası müraciəti”, by FİN, “Yeni müraciət yarat” (S3)."""
        self.opens_water()
        self.chooses("2")
        self.signs_in_by_fin(fin)
        self.taps_tile("water.do.create")
        self.sees_one_of(SUSPENSION, "subscriber")

    def types_subscriber(self, code: str) -> None:
        """The code, “Davam et”; the reasons are there."""
        self.types(code)
        self.keep("subscriber")
        self.goes_on()
        self.sees_one_of(SUSPENSION, "reason")
        self.sees(RENOVATION[self.language])
        self.keep("reason")

    def gives_reason(self) -> None:
        """One of the list: what stops the application is told now."""
        self.face.tap(RENOVATION[self.language])

    def fills_details(self) -> None:
        """Phone, e-mail, explanation and notes, then “Davam et” (S3)."""
        self.sees_one_of(SUSPENSION, "details")
        for typed in (self.person.phone, self.person.email, "Ev boşdur"):
            self.types(typed, typed[-4:])
            self.face.press("Tab")
            self.face.rests(_KEYS_APART)
        self.types("Açar qonşudadır")
        self.keep("details")
        self.goes_on()

    def pays_at_terminal(self) -> None:
        """“Borcu ödə”, the bank card, and the simulated terminal takes it."""
        self.taps_tile("subscriber.pay")
        self.sees(self.title("water.pay.terminal"))
        self.keep("pay-how")
        self.face.tap(self.title("water.pay.terminal"))
        self.sees(self.words("water.paid"))
        self.keep("paid")
        self.taps_button(self.words("button.proceed"))

    def opens_statement_by_card(self) -> None:
        """The card is in: the service, “elektron imza kartı”, PIN1 (S4)."""
        self.opens_water()
        self.chooses("3")
        self.sees(self.words("ways.title"))
        self.keep("statement-ways")
        self.face.press("1")
        self.sees(self.words("button.sign_in"))
        self.types_digits("1234")
        self.face.rests(SETTLED)
        self.keep("pin")
        self.goes_on()
        self.sees(self.title("water.code.title"))
        self.keep("code")

    def is_warned_of_codes(self) -> None:
        """Nothing typed, then a code that nobody has: a warning each, and no next step (S4)."""
        self.goes_on()
        self.shows_words("subscriber.empty")
        self.keep("code-empty")
        self.types("99999999")
        self.goes_on()
        self.shows_words("subscriber.unknown")
        self.keep("code-unknown")
        self.face.press(*["BackSpace"] * 8)
        self.face.hides("99999999")

    def asks_for(self, code: str) -> None:
        """A subscriber code and “Davam et”: the statement."""
        self.types(code)
        self.goes_on()
        self.sees(self.words("water.statement.title"), self.words("button.certificate"))
        self.keep("statement")

    def has_certificate_mailed(self) -> None:
        """“Arayış (PDF)”, seen, then mailed to one's address."""
        self.taps_button(self.words("button.certificate"))
        self.sees(self.title("water.certificate.title"), self.words("button.mail"))
        self.face.shows("▀▀▀▀▀▀▀▀")
        self.keep("certificate")
        self.taps_button(self.words("button.mail"))
        self.sees(self.words("field.label.email"))
        self.types(self.person.email)
        self.keep("certificate-mail")
        self.goes_on()
        self.shows_words("water.certificate.mailed", email=self.person.email)
        self.keep("certificate-mailed")

    def turns_pages(self) -> str:
        """What stands on all pages of the statement: one in the roomy layout, several in large type."""
        seen = [self.face.text()]
        last = 1 if self.roomy else self._page()[1]
        for page in range(2, last + 1):
            self.face.press("Next")
            self.face.until(partial(self._is_on_page, page, last), f"page {page}")
            self.face.rests(SETTLED)
            seen.append(self.face.text())
            self.keep(f"statement-{len(seen)}")
        return "\n".join(seen)

    def _page(self) -> tuple[int, int]:
        """Which page of how many the column between ▲ and ▼ tells."""
        found = _PAGE.search(self.face.text())
        assert found is not None
        return int(found[1]), int(found[2])

    def _is_on_page(self, page: int, last: int) -> bool:
        return f"{page} / {last}" in self.face.text()

    def sees_summary(self) -> None:
        """Everything that was typed, on one or more pages, and what sends it (S2)."""
        sends = "button.approve" if self.door == "site" else "button.submit_form"
        self.sees(self.words(sends))
        self.keep("check")

    def applies(self) -> None:
        """From the contact to the application sent, at the door that is set."""
        if self.door == "site":
            self.taps_button(self.words("button.submit"))
            self.sees_summary()
            self.taps_button(self.words("button.approve"))
        else:
            self.taps_button(self.words("button.proceed"))
            self.sees_summary()
            self.face.tap(self.words("apply.declaration"))
            self.sees("[✓]")
            self.keep("check-ticked")
            self.taps_button(self.words("button.submit_form"))

    def is_registered(self) -> str:
        """The manual's text with the number, on the glass, in a letter and in a short message; the number."""
        self.sees(self.words("application.registered", number="").split("\n")[0])
        self.keep("registered")
        told = NUMBER.search(self.face.text())
        assert told is not None
        number = told[0]
        self.shows_words("application.registered", number=number)
        self.face.until(lambda: number in "".join(self.place.letters(self.person.email)), "a letter with the number")
        self.face.until(
            lambda: number in "".join(short_messages(self.place, self.person.phone)), "an SMS with the number"
        )
        if self.roomy:
            self.face.shows(self.person.email, phone(f"+994{self.person.phone}"))
        return number

    def looks_at_status(self, *numbers: str) -> None:
        """“Müraciətin statusunu yoxla”: these applications, and the first of them opened (S2, S3)."""
        self.taps_tile("water.do.status")
        self.sees(self.title("application.status"), *numbers)
        self.keep("status")
        self.face.tap(numbers[0])
        self.sees(self.words("application.one", number=numbers[0]))
        self.keep("application")
