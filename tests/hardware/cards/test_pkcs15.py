"""What the PKCS#15 driver makes of cards that are not like the example one."""

from __future__ import annotations

import hashlib

import pytest

from hardware.cards.card import Card
from hardware.cards.channel import Channel
from hardware.cards.known_cards import ANY
from hardware.cards.pkcs15 import find_application
from hardware.cards.registry import open_card
from hardware.errors import CardFault, NotSupported, PinFormat
from hardware.secret import Pin
from tests.hardware.cards import directory, people
from tests.hardware.cards.desk import DirectLink

DIGEST = hashlib.sha256(b"what is signed").digest()


def person(digital_signature: bool = True, non_repudiation: bool = False) -> bytes:
    """The certificate of an invented person."""
    return people.certificate(people.AYXAN, digital_signature=digital_signature, non_repudiation=non_repudiation)


def files(**changed: bytes | None) -> dict[str, bytes]:
    """A card with one key, one PIN and one certificate, by relative paths; `changed` replaces or drops files."""
    made = {
        "5031": directory.odf(keys="4401", certificates="4403", pins="4404"),
        "5032": directory.token_info(),
        "4401": directory.key(1, {"sign"}, 1),
        "4403": directory.certificate(1, directory.path("4331")),
        "4404": directory.pin("PIN", 1, {"local", "initialized", "needs-padding"}),
        "4331": person(),
        **{name.removeprefix("f"): data for name, data in changed.items()},
    }
    return {f"3F005015{name}": data for name, data in made.items() if data is not None}


def opened(**changed: bytes | None) -> tuple[Card, DirectLink]:
    """Such a card, opened, and what is sent to it."""
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard(files(**changed)))
    return open_card(link), link


def _sent(link: DirectLink, instruction: int) -> list[bytes]:
    return [command for command in link.sent if command[1] == instruction]


def test_one_pin_for_everything_is_the_user_pin() -> None:
    """I9: a token with one PIN for both has a user PIN."""
    card, _ = opened(
        f4401=directory.key(1, {"sign"}, 1) + directory.key(2, {"non-repudiation"}, 1, 2),
        f4403=directory.certificate(1, directory.path("4331")) + directory.certificate(2, directory.path("4332")),
        f4332=person(False, True),
    )
    assert [pin.name for pin in card.pins()] == ["user_pin"]
    assert [(one.purpose, one.pin) for one in card.certificates()] == [
        ("sign_in", "user_pin"), ("signature", "user_pin"),
    ]  # fmt: skip


def test_one_key_for_both_serves_both() -> None:
    """A single certificate with both uses (a bank's card) signs in and signs."""
    card, _ = opened(f4401=directory.key(1, {"sign", "non-repudiation"}, 1), f4331=person(True, True))
    assert [one.purpose for one in card.certificates()] == ["sign_in", "signature"]
    assert len({one.der for one in card.certificates()}) == 1


def test_what_the_directory_leaves_open_the_certificate_decides() -> None:
    both = {"sign", "non-repudiation"}
    card, _ = opened(
        f4401=directory.key(1, both, 1) + directory.key(2, both, 2, 2),
        f4403=directory.certificate(1, directory.path("4331")) + directory.certificate(2, directory.path("4332")),
        f4404=directory.pin("A", 1, {"initialized"}) + directory.pin("B", 2, {"initialized"}, 0x82),
        f4331=person(False, True),
        f4332=person(True, False),
    )
    found = {one.purpose: (one.der, one.pin) for one in card.certificates()}
    assert found == {"sign_in": (person(True, False), "pin1"), "signature": (person(False, True), "pin2")}
    assert [pin.name for pin in card.pins()] == ["pin1", "pin2"]


def test_a_key_that_only_decrypts_is_of_no_use_here() -> None:
    card, _ = opened(f4401=directory.key(1, {"decrypt"}, 1))
    assert [one.purpose for one in card.certificates()] == [None]
    with pytest.raises(NotSupported):
        card.answer(DIGEST, "sha256", Pin((1, 2, 3, 4)))


def test_tries_are_not_asked_where_asking_might_cost_one() -> None:
    """OpenSC #2565: VERIFY without a PIN counts as a wrong try on some cards; without a row it is never sent."""
    card, link = opened()
    (pin,) = card.pins()
    assert (pin.tries.left, pin.tries.blocked, pin.must_change) == (None, False, False)
    assert not _sent(link, 0x20)


def test_what_a_wrong_pin_tells_is_remembered() -> None:
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard(files(), other={"00200081": bytes.fromhex("63C4")}))
    card = open_card(link)
    with pytest.raises(Exception, match="pin_wrong"):
        card.answer(DIGEST, "sha256", Pin((1, 2, 3, 4)))
    assert card.pins()[0].tries.left == 4
    assert len(_sent(link, 0x20)) == 1


def test_an_unknown_answer_to_a_pin_is_no_wrong_pin() -> None:
    """Autogram #675: who reads "wrong" types a good PIN again until it is blocked."""
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard(files(), other={"00200081": bytes.fromhex("6F42")}))
    with pytest.raises(CardFault) as fault:
        open_card(link).answer(DIGEST, "sha256", Pin((1, 2, 3, 4)))
    assert fault.value.code == 0x6F42


def test_a_signature_of_another_key_is_the_cards_fault() -> None:
    answers = {"00200081": b"\x90\x00", "002241B6": b"\x90\x00", "002A9E9A": bytes(256) + b"\x90\x00"}
    card = open_card(DirectLink(b"\x3b\x00", "T=1", directory.FileCard(files(), other=answers)))
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", Pin((1, 2, 3, 4)))


@pytest.mark.parametrize(
    ("algorithms", "named", "template", "size"),
    [
        ((), (), "840107", 51),
        (((17, 1, 0x12),), (17,), "800112840107", 51),
        (((17, 1, 0x12),), (), "800112840107", 51),
        (((18, 3, 0x13),), (18,), "800113840107", 256),
        (((18, 3, 0x13), (17, 1, 0x12)), (17, 18), "800112840107", 51),
        (((17, 1, 0x12),), (99,), "840107", 51),
    ],
)
def test_the_card_names_its_algorithm(
    algorithms: tuple[tuple[int, int, int], ...], named: tuple[int, ...], template: str, size: int
) -> None:
    """MSE SET names what the directory names; where the card leaves the padding to us, the whole block is sent."""
    infos = tuple(
        {"reference": reference, "algorithm": mechanism, "parameters": None, "operations": {"compute-signature"},
         "oid": "1.2.840.113549.1.1.1", "card_reference": card}
        for reference, mechanism, card in algorithms
    )  # fmt: skip
    served = files(f5032=directory.token_info(algorithms=infos), f4401=directory.key(1, {"sign"}, 1, 7, named))
    answers = {"00200081": b"\x90\x00", "002241B6": b"\x90\x00", "102A9E9A": b"\x90\x00", "002A9E9A": b"\x6a\x80"}
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard(served, other=answers))
    with pytest.raises(CardFault):
        open_card(link).answer(DIGEST, "sha256", Pin((1, 2, 3, 4)))
    (mse,) = _sent(link, 0x22)
    assert mse[5:].hex() == template
    assert sum(command[4] for command in _sent(link, 0x2A)) == size


@pytest.mark.parametrize(
    ("flags", "more", "sent"),
    [
        ({"initialized", "needs-padding"}, {}, "0020008108 3132333435FFFFFF"),
        ({"initialized", "needs-padding"}, {"pad": b"\x00", "stored": 12}, "002000810C 31323334350000000000 0000"),
        ({"initialized"}, {}, "0020008105 3132333435"),
    ],
)
def test_a_pin_is_sent_as_the_card_stores_it(flags: set[str], more: dict[str, object], sent: str) -> None:
    card, link = opened(f4404=directory.pin("PIN", 1, flags, more=more))
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", Pin((1, 2, 3, 4, 5)))
    assert _sent(link, 0x20) == [bytes.fromhex(sent)]


def test_a_pin_of_another_coding_is_not_sent() -> None:
    card, link = opened(f4404=directory.pin("PIN", 1, {"initialized"}, more={"type": "bcd"}))
    pin = Pin((1, 2, 3, 4, 5))
    with pytest.raises(NotSupported):
        card.answer(DIGEST, "sha256", pin)
    with pytest.raises(NotSupported):
        card.change("user_pin", pin, Pin((1, 2, 3, 4)))
    assert not _sent(link, 0x20) + _sent(link, 0x24)


def test_a_card_without_a_puk_or_change_says_so() -> None:
    card, link = opened(f4404=directory.pin("PIN", 1, {"initialized", "change-disabled"}))
    (pin,) = card.pins()
    assert (pin.can_unblock, pin.can_change) == (False, False)
    with pytest.raises(NotSupported):
        card.change("user_pin", Pin((1, 2, 3, 4)), Pin((2, 4, 6, 8)))
    with pytest.raises(NotSupported):
        card.unblock("user_pin", Pin((1,) * 8), Pin((2, 4, 6, 8)))
    assert not _sent(link, 0x24) + _sent(link, 0x2C)


def test_a_puk_is_told_by_its_flag_and_an_officers_pin_is_passed_over() -> None:
    card, _ = opened(
        f4404=directory.pin("PIN", 1, {"initialized"}, guard=3)
        + directory.pin("SO", 2, {"initialized", "so"}, 0x88)
        + directory.pin("PUK", 3, {"initialized", "unblocking"}, 0x83)
    )
    assert [(pin.name, pin.label, pin.can_unblock) for pin in card.pins()] == [
        ("user_pin", "PIN", True), ("puk", "PUK", False),
    ]  # fmt: skip


@pytest.mark.parametrize("digits", [(1, 2, 3), (1,) * 9])
def test_the_rules_of_the_pin_are_the_cards(digits: tuple[int, ...]) -> None:
    card, link = opened()
    with pytest.raises(PinFormat) as refused:
        card.answer(DIGEST, "sha256", Pin(digits))
    assert (refused.value.shortest, refused.value.longest) == (4, 8)
    assert not _sent(link, 0x20)


@pytest.mark.parametrize("where", ["3F00501643A1", "3F002F00", "3F0050154331EE"])
def test_only_paths_inside_the_application_are_followed(where: str) -> None:
    """Card data are hostile: a path that leads elsewhere is refused before anything is selected."""
    whole = {"keys": "3F0050154401", "certificates": "3F0050154403", "pins": "3F0050154404"}
    card, link = opened(f5031=directory.odf(**whole), f4403=directory.certificate(1, directory.path(where)))
    with pytest.raises(CardFault):
        card.certificates()
    assert link.sent[-1][1] == 0xB0, "nothing is selected after the directory was read"


def test_a_certificate_is_read_no_further_than_its_part_of_the_file() -> None:
    """PKCS #15 v1.1, 6.1.4: a path may name a part; a certificate that claims to be longer is refused."""
    card, link = opened(f4403=directory.certificate(1, directory.path("4331", index=0, length=300)))
    with pytest.raises(CardFault):
        card.certificates()
    reads = [command[2] << 8 | command[3] for command in _sent(link, 0xB0)]
    assert max(reads) + 76 == 300


def test_a_path_that_leads_deeper_is_followed() -> None:
    served = files(
        f5031=directory.odf(keys="3F0050154401", certificates="3F0050154403", pins="3F0050154404"),
        f4403=directory.certificate(1, directory.path("3F00501543004331")),
    )
    served["3F00501543004331"] = person()
    card = open_card(DirectLink(b"\x3b\x00", "T=1", directory.FileCard(served)))
    holder = card.holder()
    assert holder is not None
    assert holder.surname == "Nümunəzadə"
    assert card.pins(), "and back in the application"


@pytest.mark.parametrize(
    "changed",
    [
        {"f4331": b"\x30\x82\x30\x00" + bytes(12_288)},
        {"f4331": b"\x30\x80" + bytes(100)},
        {"f4331": b"\x04\x02\xaa\xbb"},
        {"f4331": b""},
        {"f4331": None},
        {"f4403": b"\x30\x82\x44\x00" + bytes(17_408)},
        {"f5031": bytes(17_408)},
    ],
)
def test_hostile_sizes_are_refused(changed: dict[str, bytes | None]) -> None:
    """A certificate has at most 8 KiB, a directory 16 KiB; neither is read further than that."""
    card, link = opened(**changed)
    with pytest.raises(CardFault):
        card.certificates()
    assert len(link.sent) < 100


def test_a_certificate_is_only_read_to_its_subject_for_the_name() -> None:
    card, link = opened()
    assert card.holder() is not None
    assert sum(command[4] or 256 for command in _sent(link, 0xB0)) < len(person()) + 3 * 224
    read = len(_sent(link, 0xB0))
    card.certificates()
    offsets = [command[2] << 8 | command[3] for command in _sent(link, 0xB0)[read:]]
    assert offsets, "the rest of it"


def test_a_nameless_certificate_is_followed_by_the_next() -> None:
    card, _ = opened(
        f4403=directory.certificate(9, directory.path("4339"), authority=True)
        + directory.certificate(5, directory.path("4335"))
        + directory.certificate(1, directory.path("4331")),
        f4335=people.certificate({"common_name": "device"}),
    )
    holder = card.holder()
    assert holder is not None
    assert (holder.given_name, holder.fin) == ("Ayxan", "7NUMN25")


def test_an_application_under_another_name_is_found_in_ef_dir() -> None:
    other = bytes.fromhex("A000000177504B43532D3135")
    listed = b"\x61\x14\x4f\x0c" + other + b"\x51\x04" + directory.HOME
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard({**files(), "3F002F00": listed}, aid=other))
    card = open_card(link)
    assert card.kind == "pkcs15"
    assert card.holder() is not None


def test_an_application_without_a_name_is_found_by_its_path() -> None:
    listed = b"\x61\x0e\x4f\x06" + bytes.fromhex("E828BD080F01") + b"\x51\x04" + directory.HOME
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard({**files(), "3F002F00": listed}, aid=b"none"))
    card = find_application(Channel(link), ANY)
    assert card is not None
    assert card.holder() is not None


@pytest.mark.parametrize("listed", [b"", b"\x61\x06\x4f\x04\x01\x02\x03\x04", b"\x50\x01\x41"])
def test_an_ef_dir_without_one_tells_of_none(listed: bytes) -> None:
    link = DirectLink(b"\x3b\x00", "T=1", directory.FileCard({"3F002F00": listed}, aid=b"none"))
    assert find_application(Channel(link), ANY) is None


def test_a_card_without_token_info_still_works() -> None:
    card, _ = opened(f5032=None)
    assert card.pins()


def test_a_card_that_was_reset_and_is_asked_again_stands_in_its_application() -> None:
    card, link = opened()
    card.certificates()
    card.reset()
    assert link.resets == 1
    assert card.pins()
