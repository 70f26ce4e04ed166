"""The AzeDIT card, by what OpenSC 0.23.0 knows of it and what follows from the card it is made after.

That is the Estonian EstEID 3.5 card: fixed files below one directory, two PINs and a PUK with counters that can be
read at no cost, and two keys.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from hardware.cards import tlv, verify
from hardware.cards.apdu import OK, SHORT_ANSWER, Command
from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, Purpose, Tries
from hardware.cards.certificate_file import CertificateFile
from hardware.cards.channel import Channel
from hardware.cards.driver import Driver, PinSlot
from hardware.cards.padding import digest_info
from hardware.cards.pin_entry import PinForm
from hardware.cards.status_words import NOT_THERE, error
from hardware.errors import CardFault

AID: Final = bytes.fromhex("D031000000446967694944")
_DIRECTORY: Final = bytes.fromhex("EEEE")
_PERSON: Final = bytes.fromhex("5044")
_COUNTERS: Final = bytes.fromhex("0016")
_FILES: Final[dict[Purpose, bytes]] = {"sign_in": bytes.fromhex("AACE"), "signature": bytes.fromhex("DDCE")}
_PINS: Final[dict[Purpose, PinName]] = {"sign_in": "pin1", "signature": "pin2"}
_COUNTER_RECORDS: Final[dict[PinName, int]] = {"pin1": 1, "pin2": 2, "puk": 3}
_SURNAME: Final = 1
_GIVEN_NAME: Final = 2
_OTHER_NAMES: Final = 3
_BORN: Final = 6
_FIN: Final = 7
_DOCUMENT: Final = 8
_SLOTS: Final = (
    PinSlot("pin1", 1, PinForm(4, 12), "PIN1", can_unblock=True, most_tries=3),
    PinSlot("pin2", 2, PinForm(5, 12), "PIN2", can_unblock=True, most_tries=3),
    PinSlot("puk", 0, PinForm(8, 12), "PUK", most_tries=3),
)
_RESTORE_ENVIRONMENT: Final = Command(bytes.fromhex("0022F301"))
"""MSE RESTORE of security environment 1, as OpenSC sends before a key is used."""
_INTERNAL_AUTHENTICATE: Final = bytes.fromhex("00880000")
_COMPUTE_SIGNATURE: Final = bytes.fromhex("002A9E9A")


class AzeditCard(Driver):
    """An AzeDIT card whose master file is selected, as after a reset."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._in_directory = False
        self._selected = b""
        self._records: dict[int, str] = {}
        self._files: dict[Purpose, CertificateFile] = {purpose: CertificateFile() for purpose in _FILES}

    @property
    def kind(self) -> CardKind:
        """AzeDIT."""
        return "azedit"

    def holder(self) -> Holder | None:
        """Names and FİN, by five commands; patronymic, document and birth besides once `certificates` was asked for."""
        self.channel.begin()
        surname, given, fin = (self._record(number) for number in (_SURNAME, _GIVEN_NAME, _FIN))
        if not surname and not given:
            return None
        given, patronymic = verify.names_apart(f"{given} {self._records.get(_OTHER_NAMES, '')}".strip())
        return Holder(
            given_name=given,
            surname=surname,
            patronymic=patronymic,
            fin=verify.fin_in(fin),
            document=self._records.get(_DOCUMENT) or None,
            born=_date(self._records.get(_BORN, "")),
        )

    def certificates(self) -> tuple[CardCertificate, ...]:
        """Both certificates, and the rest of what the card tells of its holder."""
        self.channel.begin()
        for number in (_OTHER_NAMES, _BORN, _DOCUMENT):
            with suppress(CardFault):
                self._record(number)
        return tuple(
            CardCertificate(self._certificate(purpose), purpose, _PINS[purpose], _PINS[purpose].upper())
            for purpose in _FILES
        )

    def _key(self, purpose: Purpose) -> tuple[bytes, PinName]:
        return self._certificate(purpose), _PINS[purpose]

    def _certificate(self, purpose: Purpose) -> bytes:
        file = self._files[purpose]
        if not file.is_whole:
            self._select(_FILES[purpose])
        return file.der(self.channel)

    def _was_reset(self) -> None:
        self._in_directory, self._selected = False, b""

    def _slots(self) -> tuple[PinSlot, ...]:
        return _SLOTS

    def _tries(self, slot: PinSlot) -> Tries | None:
        """From the record of counters: maximum in byte 2, left in byte 5; reading it costs no try."""
        try:
            if self._selected != _COUNTERS:
                self._to_master_file()
                self._select_file(_COUNTERS)
            data = self._read_record(_COUNTER_RECORDS[slot.name])
        except CardFault as fault:
            if fault.code not in NOT_THERE:
                raise
            return None
        if len(data) < 6 or data[5] > data[2]:
            raise CardFault
        return Tries(left=data[5], most=data[2])

    def _stand(self, pin: PinName) -> None:
        self._enter()

    def _compute(self, purpose: Purpose, digest: bytes, hash_name: HashName, key: verify.PublicKey) -> bytes:
        """By INTERNAL AUTHENTICATE with key 1, or PSO: COMPUTE DIGITAL SIGNATURE with key 2.

        An RSA key, as older EstEID cards had, takes DigestInfo; an EC key the bare hash, and answers r‖s.
        """
        self.channel.send(_RESTORE_ENVIRONMENT)
        header = _INTERNAL_AUTHENTICATE if purpose == "sign_in" else _COMPUTE_SIGNATURE
        data = digest_info(digest, hash_name) if isinstance(key, RSAPublicKey) else digest
        response = self.channel.send(Command(header, data, SHORT_ANSWER))
        if (refused := error(response.status, "key")) is not None:
            raise refused
        return response.data

    def _record(self, number: int) -> str:
        """A record of the personal data."""
        if number not in self._records:
            if self._selected != _PERSON:
                self._select(_PERSON)
            data = self._read_record(number)
            try:
                told = data.decode("utf-8")
            except UnicodeDecodeError:
                told = data.decode("latin-1")
            self._records[number] = tlv.text(told.encode())
        return self._records[number]

    def _read_record(self, number: int) -> bytes:
        response = self.channel.send(
            Command(bytes([0x00, 0xB2, number, 0x04]), expected=SHORT_ANSWER), most=SHORT_ANSWER
        )
        if not response.is_ok:
            raise CardFault(response.status)
        return response.data

    def _select(self, file: bytes) -> None:
        """Select a file of the card's one directory."""
        self._enter()
        self._select_file(file)

    def _enter(self) -> None:
        """Stand in the directory: right after a reset it is one command away."""
        if self._in_directory:
            return
        if self.channel.select(0x01, _DIRECTORY) != OK:
            self._to_master_file()
            if (status := self.channel.select(0x01, _DIRECTORY)) != OK:
                raise CardFault(status)
        self._in_directory, self._selected = True, b""

    def _to_master_file(self) -> None:
        if (status := self.channel.select(0x00, b"")) != OK:
            raise CardFault(status)
        self._in_directory, self._selected = False, b""

    def _select_file(self, file: bytes) -> None:
        if (status := self.channel.select(0x02, file, p2=0x04)) != OK:
            raise CardFault(status)
        self._selected = file


def answers(channel: Channel) -> bool:
    """Whether there is an AzeDIT application on a card that its answer to reset does not tell of.

    Raises:
        CardFault: the card answers neither yes nor no.
    """
    status = channel.select(0x04, AID)
    if status == OK:
        return True
    if status in NOT_THERE:
        return False
    raise CardFault(status)


def _date(told: str) -> date | None:
    """A date as the card writes it, 31.12.1999."""
    with suppress(ValueError):
        return datetime.strptime(told, "%d.%m.%Y").date()  # noqa: DTZ007 - a day, without a time
    return None
