"""PKCS#15 and ISO/IEC 7816-15 cards: everything by the card's own directory, read as late and as little as possible.

Which PIN belongs to which key, how PINs are sent, where certificates are and what MSE SET calls an algorithm: the card
says so. Only paths inside its application are followed, and sizes are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from hardware.cards import known_cards, pkcs15_asn1, verify
from hardware.cards.apdu import OK, SHORT_ANSWER, Command
from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, Purpose, Tries
from hardware.cards.certificate_file import CertificateFile
from hardware.cards.channel import Channel
from hardware.cards.driver import Driver, PinSlot
from hardware.cards.padding import digest_info, emsa_pkcs1_v1_5
from hardware.cards.pin_entry import PinForm
from hardware.cards.pkcs15_asn1 import CertificateEntry, KeyEntry, Path, PinEntry
from hardware.cards.pkcs15_keys import Roles, roles_of
from hardware.cards.status_words import NOT_THERE, error
from hardware.errors import CardFault, NotSupported, PinBlocked, PinWrong

_Entry = TypeVar("_Entry")

AID: Final = b"\xa0\x00\x00\x00\x63PKCS-15"
_OTHER_AIDS: Final = (b"PKCS-15", bytes.fromhex("E828BD080F"))
"""Parts by which an application of EF.DIR is known to be a PKCS#15 one: PKCS's own name after another issuer's number,
and the number of ISO/IEC 7816-15."""
_MASTER_FILE: Final = bytes.fromhex("3F00")
_EF_DIR: Final = bytes.fromhex("2F00")
_EF_ODF: Final = Path(bytes.fromhex("5031"))
_EF_TOKEN_INFO: Final = Path(bytes.fromhex("5032"))
_MSE_SET_SIGNATURE: Final = bytes.fromhex("002241B6")
_COMPUTE_SIGNATURE: Final = bytes.fromhex("002A9E9A")
_VERIFY: Final = 0x20
_CONDITIONS: Final = 0x6985
_MOST_NAMED: Final = 3
"""How many certificates are looked into for a name."""


class Pkcs15Card(Driver):
    """A card whose PKCS#15 application is selected.

    Args:
        channel: the card.
        aid: by which the application was selected; empty: by `path`.
        path: where the application is, from the master file; empty where that was not read.
        known: the card's row.
    """

    def __init__(self, channel: Channel, aid: bytes, path: bytes, known: known_cards.KnownCard) -> None:
        super().__init__(channel)
        self._aid, self._path, self._known = aid, path, known
        self._at_home = True
        self._odf: pkcs15_asn1.ObjectDirectory | None = None
        self._token: pkcs15_asn1.TokenInfo | None = None
        self._pins: tuple[PinEntry, ...] | None = None
        self._keys: tuple[KeyEntry, ...] | None = None
        self._entries: tuple[CertificateEntry, ...] | None = None
        self._files: dict[int, CertificateFile] = {}
        self._roles: Roles | None = None

    @property
    def kind(self) -> CardKind:
        """PKCS#15."""
        return "pkcs15"

    def holder(self) -> Holder | None:
        """The names in the first certificate of a person, which is read only as far as its subject."""
        self.channel.begin()
        entries = self._certificate_entries()
        people = [number for number, entry in enumerate(entries) if not entry.authority][:_MOST_NAMED]
        for number in people:
            if (holder := self._holder_of(number)) is not None:
                return holder
        return None

    def certificates(self) -> tuple[CardCertificate, ...]:
        """Those of its keys first."""
        self.channel.begin()
        roles = self._read_roles()
        entries = self._certificate_entries()
        used = [
            CardCertificate(self._der(number), purpose, roles.pin_of(purpose), entries[number].label)
            for purpose in roles.purposes
            if (number := roles.certificate_of(purpose)) is not None
        ]
        placed = {roles.certificate_of(purpose) for purpose in roles.purposes}
        others = (number for number in range(len(entries)) if number not in placed)
        return (*used, *(CardCertificate(self._der(number), None, None, entries[number].label) for number in others))

    def _holder_of(self, number: int) -> Holder | None:
        entry = self._certificate_entries()[number]
        if entry.path is None:
            return verify.holder_of(entry.der)
        file = self._file(number, entry.path)
        if file.is_whole:
            return verify.holder_of(file.der(self.channel))
        self._select(entry.path)
        return file.holder(self.channel)

    def _der(self, number: int) -> bytes:
        entry = self._certificate_entries()[number]
        if entry.path is None:
            return entry.der
        file = self._file(number, entry.path)
        if not file.is_whole:
            self._select(entry.path)
        return file.der(self.channel)

    def _file(self, number: int, path: Path) -> CertificateFile:
        return self._files.setdefault(number, CertificateFile(path.offset, path.length))

    def _key(self, purpose: Purpose) -> tuple[bytes, PinName]:
        roles = self._read_roles()
        number, pin = roles.certificate_of(purpose), roles.pin_of(purpose)
        if number is None or pin is None:
            raise NotSupported
        self._token_info()
        return self._der(number), pin

    def _was_reset(self) -> None:
        self._at_home = False

    def _slots(self) -> tuple[PinSlot, ...]:
        roles, known = self._read_roles(), self._known_card()
        puk = roles.entry_of("puk")
        return tuple(self._slot_of(name, entry, puk, known) for name, entry in roles.pins)

    def _slot_of(self, name: PinName, entry: PinEntry, puk: PinEntry | None, known: known_cards.KnownCard) -> PinSlot:
        padded = pkcs15_asn1.NEEDS_PADDING in entry.flags
        guarded = puk is not None and entry is not puk and entry.unblocked_by in (b"", puk.auth_id)
        return PinSlot(
            name=name,
            reference=entry.reference,
            form=PinForm(
                shortest=entry.shortest,
                longest=min(entry.longest or entry.stored, entry.stored or entry.longest),
                block=entry.stored if padded else 0,
                fill=entry.fill,
            ),
            label=entry.label,
            can_change=pkcs15_asn1.CHANGE_DISABLED not in entry.flags,
            can_unblock=guarded and pkcs15_asn1.UNBLOCK_DISABLED not in entry.flags,
            must_change=known.tells_transport_pin and self._awaits_change(name, entry),
            most_tries=known.most_tries,
            is_ascii=entry.kind in (pkcs15_asn1.ASCII_NUMERIC, pkcs15_asn1.UTF8),
        )

    def _awaits_change(self, name: PinName, entry: PinEntry) -> bool:
        """Whether a PIN that was never set still is a transport PIN: few cards write that down when it is changed."""
        if pkcs15_asn1.INITIALIZED in entry.flags:
            return False
        return self._status(name, entry.reference) == _CONDITIONS

    def _status(self, name: PinName, reference: int) -> int:
        """What a VERIFY without a PIN answers; asked only where the card's row says that it costs no try."""
        self._stand(name)
        return self.channel.send(Command(bytes([0x00, _VERIFY, 0x00, reference]))).status

    def _tries(self, slot: PinSlot) -> Tries | None:
        """By a VERIFY without a PIN, where the card's row says that it costs no try."""
        if not self._known_card().free_status or slot.must_change:
            return None
        match error(self._status(slot.name, slot.reference), "verify"):
            case PinWrong(left=left):
                return Tries(left=left, most=slot.most_tries)
            case PinBlocked():
                return Tries(left=0, most=slot.most_tries)
        return None

    def _stand(self, pin: PinName) -> None:
        """Select the application, which its PINs and keys belong to.

        Raises:
            CardFault: the PIN is elsewhere.
        """
        entry = self._read_roles().entry_of(pin)
        if entry is not None and entry.path is not None and self._inside(entry.path.name):
            raise CardFault
        self._go_home()

    def _compute(self, purpose: Purpose, digest: bytes, hash_name: HashName, key: verify.PublicKey) -> bytes:
        """MSE SET with the key's number and, where the card names one, the algorithm's; then PSO."""
        entry = self._read_roles().key_of(purpose)
        if entry is None or entry.reference is None:
            raise NotSupported
        algorithm = self._algorithm(entry, key)
        template = bytes([0x84, 0x01, entry.reference])
        if algorithm is not None and algorithm.card_reference is not None:
            template = bytes([0x80, 0x01, algorithm.card_reference]) + template
        self._carry_out(Command(_MSE_SET_SIGNATURE, template))
        data = digest
        if isinstance(key, RSAPublicKey):
            if algorithm is not None and algorithm.mechanism == pkcs15_asn1.RSA_RAW:
                data = emsa_pkcs1_v1_5(digest, hash_name, (key.key_size + 7) // 8)
            else:
                data = digest_info(digest, hash_name)
        return self._carry_out(Command(_COMPUTE_SIGNATURE, data, SHORT_ANSWER))

    def _carry_out(self, command: Command) -> bytes:
        response = self.channel.send(command)
        if (refused := error(response.status, "key")) is not None:
            raise refused
        return response.data

    def _algorithm(self, entry: KeyEntry, key: verify.PublicKey) -> pkcs15_asn1.Algorithm | None:
        """What the card computes with that key: where it pads by itself rather than where we would."""
        wanted = (pkcs15_asn1.RSA_PKCS, pkcs15_asn1.RSA_RAW) if isinstance(key, RSAPublicKey) else (pkcs15_asn1.ECDSA,)
        offered = [
            one
            for one in self._token_info().algorithms
            if one.mechanism in wanted and (not entry.algorithms or one.reference in entry.algorithms)
        ]
        return min(offered, key=lambda one: wanted.index(one.mechanism), default=None)

    def _read_roles(self) -> Roles:
        """Which key is for what, with which certificate and PIN."""
        if self._roles is None:
            self._roles = roles_of(self._key_entries(), self._pin_entries(), self._certificate_entries(), self._der)
        return self._roles

    def _known_card(self) -> known_cards.KnownCard:
        if self._known == known_cards.ANY:
            self._known = known_cards.by_manufacturer(self._token_info().manufacturer)
        return self._known

    def _token_info(self) -> pkcs15_asn1.TokenInfo:
        if self._token is None:
            try:
                self._token = pkcs15_asn1.token_info(self._read(_EF_TOKEN_INFO))
            except CardFault as fault:
                if fault.code not in NOT_THERE:
                    raise
                self._token = pkcs15_asn1.TokenInfo()
        return self._token

    def _directory(self) -> pkcs15_asn1.ObjectDirectory:
        if self._odf is None:
            self._odf = pkcs15_asn1.object_directory(self._read(_EF_ODF))
        return self._odf

    def _pin_entries(self) -> tuple[PinEntry, ...]:
        if self._pins is None:
            self._pins = _few(entry for path in self._directory().pins for entry in pkcs15_asn1.pins(self._read(path)))
        return self._pins

    def _key_entries(self) -> tuple[KeyEntry, ...]:
        if self._keys is None:
            paths = self._directory().private_keys
            self._keys = _few(entry for path in paths for entry in pkcs15_asn1.private_keys(self._read(path)))
        return self._keys

    def _certificate_entries(self) -> tuple[CertificateEntry, ...]:
        if self._entries is None:
            paths = self._directory().certificates
            self._entries = _few(entry for path in paths for entry in pkcs15_asn1.certificates(self._read(path)))
        return self._entries

    def _read(self, path: Path) -> bytes:
        """A directory file, or the part of it that a path names."""
        self._select(path)
        most = pkcs15_asn1.LARGEST_DIRECTORY
        data = b"".join(self.channel.file(most))
        return data[path.offset : None if path.length is None else path.offset + path.length]

    def _select(self, path: Path) -> None:
        """Select a file of the application.

        Raises:
            CardFault: it is not there, or the path leads out of the application.
        """
        name = path.name
        if name.startswith(_MASTER_FILE):
            if not self._path:
                self._path = name[:-2]
            name = self._inside(name)
        if not name or len(name) % 2:
            raise CardFault
        if len(name) == 2:
            self._go_home()
            status = self.channel.select(0x02, name)
        elif path.name.startswith(_MASTER_FILE):
            self._at_home = False
            status = self.channel.select(0x08, path.name[2:])
        else:
            self._go_home()
            self._at_home = False
            status = self.channel.select(0x09, name)
        if status != OK:
            raise CardFault(status)

    def _inside(self, name: bytes) -> bytes:
        """The part of a path behind the application's own.

        Raises:
            CardFault: it leads out of the application.
        """
        if not self._path or not name.startswith(_MASTER_FILE):
            return name
        if not name.startswith(self._path):
            raise CardFault
        return name[len(self._path) :]

    def _go_home(self) -> None:
        """Stand in the application."""
        if self._at_home:
            return
        by_name, name = (0x04, self._aid) if self._aid else (0x08, self._path[2:])
        if (status := self.channel.select(by_name, name)) != OK:
            raise CardFault(status)
        self._at_home = True


def open_application(channel: Channel, known: known_cards.KnownCard) -> Pkcs15Card | None:
    """Select the PKCS#15 application by its name.

    Returns:
        None where the card has none of that name; EF.DIR may still tell of one.

    Raises:
        CardFault: the card answers neither yes nor no.
    """
    if _selected(channel, 0x04, AID):
        return Pkcs15Card(channel, AID, b"", known)
    return None


def find_application(channel: Channel, known: known_cards.KnownCard) -> Pkcs15Card | None:
    """Look for a PKCS#15 application in EF.DIR, for cards that have it under another issuer's name.

    Raises:
        CardFault: the card does not keep to the standard.
    """
    if not _selected(channel, 0x00, _MASTER_FILE) or not _selected(channel, 0x02, _EF_DIR):
        return None
    for entry in pkcs15_asn1.applications(b"".join(channel.file(pkcs15_asn1.LARGEST_DIRECTORY))):
        if not any(part in entry.aid for part in _OTHER_AIDS):
            continue
        if _selected(channel, 0x04, entry.aid):
            return Pkcs15Card(channel, entry.aid, entry.path, known)
        if entry.path.startswith(_MASTER_FILE) and _selected(channel, 0x08, entry.path[2:]):
            return Pkcs15Card(channel, b"", entry.path, known)
    return None


def _few(entries: Iterable[_Entry]) -> tuple[_Entry, ...]:
    """What a directory lists, as long as that is not more than any card has."""
    found = tuple(islice(entries, pkcs15_asn1.MOST_OBJECTS + 1))
    if len(found) > pkcs15_asn1.MOST_OBJECTS:
        raise CardFault
    return found


def _selected(channel: Channel, p1: int, name: bytes) -> bool:
    status = channel.select(p1, name)
    if status == OK:
        return True
    if status in NOT_THERE:
        return False
    raise CardFault(status)
