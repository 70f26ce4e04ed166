"""The signed QR of an order code: a fixed layout, digits only, small enough for 76×22 (issue 2, section 2)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from kiosk.booking.order_code import new_order_code
from kiosk.booking.order_qr import DIGITS, decode, encode, looks_like_qr
from kiosk.booking.signing_keys import NoSigningKey, SigningKeys, load_keys, make_key
from tests.stations import at

TIME = at("2026-11-23 10:00")


@pytest.fixture(scope="module")
def keys(secrets_folder: Path) -> SigningKeys:
    return load_keys(secrets_folder)


def signed(keys: SigningKeys, code: str = "K7MP4XR", *, centre: int = 2, service: int = 101, time: int = TIME) -> str:
    from kiosk.booking.order_code import check_sign

    assert keys.signing is not None
    return encode(code + check_sign(code), centre, service, time, keys.signing)


def test_a_qr_says_what_was_booked(keys: SigningKeys) -> None:
    """Code, centre and service as permanent numbers, and time come back, with the signature found right."""
    for code in (new_order_code() for _ in range(200)):
        assert keys.signing is not None
        qr = decode(encode(code, 65_535, 1, TIME, keys.signing), keys.checking)
        assert qr is not None and qr.signed is True
        assert (qr.order_code, qr.centre, qr.service, qr.time, qr.key) == (code, 65_535, 1, TIME, 1)


def test_the_layout_is_fixed(keys: SigningKeys) -> None:
    """Version, key number, code in base 31, centre, service, minutes, signature: big-endian, 79 bytes, 191 digits."""
    digits = signed(keys)
    assert len(digits) == DIGITS == 191 and digits.isdigit()
    raw = int(digits).to_bytes(79)
    value = 0
    for sign in "K7MP4XR":
        value = value * 31 + "23456789ABCDEFGHJKMNPQRSTUVWXYZ".index(sign)
    assert raw[:15] == struct.pack(">BB", 1, 1) + value.to_bytes(5) + struct.pack(">HHI", 2, 101, TIME // 60_000)
    assert len(raw[15:]) == 64


def test_it_has_as_many_digits_whatever_it_says(keys: SigningKeys) -> None:
    """Leading zeros are kept, so a scanner's text is known by its length."""
    for code, time in (("2222222", 0), ("ZZZZZZZ", 2**31 * 60_000)):
        assert len(signed(keys, code, time=time)) == 191


def test_it_fits_on_the_smallest_terminal(keys: SigningKeys) -> None:
    """At most version 5 at level M, border 2: 41 cells wide, and 21 high when a cell shows two modules."""
    for code in ("2222222", "ZZZZZZZ", "K7MP4XR"):
        drawn = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
        drawn.add_data(signed(keys, code))
        drawn.make(fit=True)
        rows = drawn.get_matrix()
        assert drawn.version <= 5
        assert (len(rows[0]), (len(rows) + 1) // 2) == (41, 21)


def test_every_changed_byte_is_found(keys: SigningKeys) -> None:
    """Each bit of the 79 bytes changed by itself: no longer in the layout, of an unknown key, or wrongly signed."""
    raw = int(signed(keys)).to_bytes(79)
    for place in range(79):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            qr = decode(str(int.from_bytes(changed)).zfill(191), keys.checking)
            assert qr is None or qr.signed is not True, (place, bit)
            if place == 1:
                assert qr is not None and qr.signed is None
            elif place >= 7:
                assert qr is not None and qr.signed is False


def test_a_key_that_is_not_known_decides_nothing(keys: SigningKeys, tmp_path: Path) -> None:
    """Without the key's public half the QR counts as its code alone: it is neither right nor wrong."""
    make_key(tmp_path, 9)
    stranger = load_keys(tmp_path)
    digits = signed(stranger)
    qr = decode(digits, keys.checking)
    assert qr is not None and (qr.order_code[:7], qr.key, qr.signed) == ("K7MP4XR", 9, None)


def test_a_forger_with_a_key_of_the_same_number_is_refused(keys: SigningKeys, tmp_path: Path) -> None:
    """The number chooses the key, and the key decides."""
    make_key(tmp_path, 1)
    qr = decode(signed(load_keys(tmp_path)), keys.checking)
    assert qr is not None and qr.signed is False


@pytest.mark.parametrize(
    "text", ["", "0" * 190, "0" * 192, "9" * 191, "x" * 191, "٣" * 191, "-" + "1" * 190, "0" * 191]
)
def test_what_is_not_in_the_layout_is_none(keys: SigningKeys, text: str) -> None:
    """Wrong length, too large a number, no digits, another version."""
    assert decode(text, keys.checking) is None


def test_a_code_of_digits_alone_is_no_qr() -> None:
    """An order code or reference may happen to be all digits."""
    assert not looks_like_qr("23456789") and not looks_like_qr("234567892345")
    assert looks_like_qr("0" * 191)


# the keys behind it


def test_the_highest_private_key_signs_and_all_check(tmp_path: Path) -> None:
    """Rotating a key leaves the QRs that are out valid."""
    make_key(tmp_path, 1)
    old = signed(load_keys(tmp_path))
    make_key(tmp_path, 2)
    keys = load_keys(tmp_path)
    assert keys.signing is not None and keys.signing.number == 2 and set(keys.checking) == {1, 2}
    for digits, number in ((old, 1), (signed(keys), 2)):
        qr = decode(digits, keys.checking)
        assert qr is not None and (qr.key, qr.signed) == (number, True)


def test_a_station_may_only_check(tmp_path: Path) -> None:
    """With the public halves alone a station checks and cannot sign."""
    digits = signed(load_keys(make_key(tmp_path, 1).parent))
    (tmp_path / "order-qr-1.key").unlink()
    keys = load_keys(tmp_path)
    assert keys.signing is None
    qr = decode(digits, keys.checking)
    assert qr is not None and qr.signed is True


def test_a_private_key_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    """Secrets are readable by the service user only."""
    private = make_key(tmp_path / "secrets", 1)
    assert private.stat().st_mode & 0o777 == 0o600
    assert private.parent.stat().st_mode & 0o777 == 0o700
    before = private.read_bytes()
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "secrets", 1)
    assert private.read_bytes() == before
    assert sorted(path.name for path in private.parent.iterdir()) == ["order-qr-1.key", "order-qr-1.pub"]


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_that_cannot_be_used_is_named_without_its_content(tmp_path: Path, content: bytes) -> None:
    """The error names the file; a foreign kind of key is refused too."""
    (tmp_path / "order-qr-1.key").write_bytes(content)
    with pytest.raises(NoSigningKey) as caught:
        load_keys(tmp_path)
    assert "order-qr-1.key" in str(caught.value) and "AAAA" not in str(caught.value)


def test_files_of_other_names_are_passed_over(tmp_path: Path) -> None:
    """An editor's copy or a number the layout cannot hold is no key; no folder, no keys."""
    make_key(tmp_path, 3)
    for name in ("order-qr-3.key~", "order-qr-256.key", "order-qr-x.key", ".order-qr-4.key"):
        (tmp_path / name).write_text("nonsense")
    assert set(load_keys(tmp_path).checking) == {3}
    assert load_keys(tmp_path / "nowhere") == SigningKeys(None, {})
