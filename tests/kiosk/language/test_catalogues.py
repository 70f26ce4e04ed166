"""What the glossary's section 1 asks of every text in the three catalogues (K2)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kiosk.language import LANGUAGES, Language, day_year_weekday, minutes_left, money, month
from tests.architecture.tree import ROOT
from tests.kiosk.language.catalogue_texts import (
    MESSAGES,
    Entry,
    catalogue,
    entries,
    everything,
    placeholders,
    without_placeholders,
)

WIDTH = 76
"""Columns of the narrowest face."""

LATIN_IN_RU = {
    "ASAN", "xidmət", "FİN", "NÜMUNƏ", "QR", "Enter", "Esc", "AZ", "RU", "EN", "az", "mail", "ad", "PIN", "PUK", "ASXM",
    "SİMA", "Token", "USB", "SIM", "PCA", "ICA", "Asan", "İmza", "e", "gov", "identity", "SMS", "PDF", "JPG", "JPEG",
    "PNG", "AZN", "³", "I", "O", "F",
}  # fmt: skip
"""Names, keys and sample addresses: the only Latin words in Russian texts."""

FOR_TECHNICIANS = ("care.", "maintenance.")
"""Texts that name files, commands and settings as they are written, and codes; citizens never see them."""

NAMED_WAYS = {"water.way.asan_imza", "water.way.e_gov", "water.way.sima_imza", "ways.name.e_gov"}
"""Ways of signing in that are called alike in every language."""

SAME_AS_ENGLISH: dict[Language, set[str]] = {
    "az": {
        "staff.role.operator", "pin.name.pin1", "pin.name.pin2", "pin.name.puk", "pin.step",
        "maintenance.milliseconds", "care.why.both", "document.megabytes", "water.cubic_metres", *NAMED_WAYS,
        "water.way.sima_token", "desk.head.state",
    },
    "ru": {"pin.name.pin1", "pin.name.pin2", "pin.name.puk", "pin.step", "care.why.both", *NAMED_WAYS,
        "water.way.sima_token",
    },
}  # fmt: skip
"""Keys whose text is rightly the same in English: names and signs."""

WRAPS = {"water.service.new_consumer", "water.service.suspension", "water.service.statement"}
"""The manuals' long titles: they wrap by themselves wherever they stand."""

MAY_EXCLAIM = {"letter.greeting", "card.greeting", "pin.last_try"}
"""A greeting, and the last try of a PIN (glossary, section 1)."""


SAYS_MISTAKE = {"pin.last_try"}
"""The glossary's own words."""


def texts() -> Iterator[tuple[Entry, str]]:
    for entry in everything():
        for text in entry.texts:
            yield entry, text


def wrong(pattern: str, *languages: Language) -> list[tuple[str, str, str]]:
    """Language, key and text wherever the pattern is found."""
    search = re.compile(pattern)
    return [
        (entry.language, entry.key, text)
        for entry, text in texts()
        if entry.language in (languages or LANGUAGES) and search.search(text)
    ]


def test_no_message_is_missing() -> None:
    """The three catalogues have the same keys, with plural forms in all or in none, and no empty text."""
    keys = {language: {(e.key, e.plural) for e in entries(language).values()} for language in LANGUAGES}
    assert keys["az"] == keys["ru"] == keys["en"]
    assert not [(e.language, e.key) for e, text in texts() if not text.strip()]


def test_no_message_is_fuzzy() -> None:
    """A fuzzy message would be left out when compiled."""
    assert not [(entry.language, entry.key) for entry in everything() if entry.fuzzy]


@pytest.mark.parametrize(("language", "forms"), [("az", 2), ("ru", 3), ("en", 2)])
def test_plural_forms(language: Language, forms: int) -> None:
    """One text in both forms of az; ru has three, en two."""
    assert catalogue(language).num_plurals == forms
    for entry in entries(language).values():
        assert len(entry.texts) == (forms if entry.plural else 1), entry.key
        if language == "az":
            assert len(set(entry.texts)) == 1, "the noun stays singular after a numeral"


def test_the_same_placeholders_in_all_languages() -> None:
    """A value that one language shows is shown by each, in each plural form."""
    for key, entry in entries("az").items():
        wanted = placeholders(entry.texts[0])
        for language in LANGUAGES:
            for text in entries(language)[key].texts:
                assert placeholders(text) == wanted, (language, key)


def test_placeholders_are_plain_names() -> None:
    """Values stand as given: nothing is formatted, looked into or converted by a catalogue."""
    assert not [(e.language, e.key) for e, text in texts() if not all(map(str.isidentifier, placeholders(text)))]
    assert not wrong(r"\{[^}]*[!:]")


def test_keys_stand_in_order() -> None:
    """So that two hands' additions do not collide, and a key is found where one looks."""
    for language in LANGUAGES:
        keys = re.findall(r'^msgid "(.+)"$', (MESSAGES / f"{language}.po").read_text("utf-8"), re.MULTILINE)
        assert keys == sorted(set(keys))
        assert all(re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", key) for key in keys)


def test_no_cyrillic_in_az_and_en() -> None:
    assert not [(e.key, t) for e, t in texts() if e.language != "ru" and re.search(r"[Ѐ-ӿ]", t)]


def test_latin_in_ru_only_in_names() -> None:
    for entry in entries("ru").values():
        for text in () if entry.key.startswith(FOR_TECHNICIANS) else entry.texts:
            words = set(re.findall(r"[^\W\d_]+", re.sub(r"[Ѐ-ӿ]+", " ", without_placeholders(text))))
            assert not words - LATIN_IN_RU, entry.key


def test_no_look_alike_letters() -> None:
    """ə is U+0259 and Ə U+018F, never Cyrillic's or the turned e; all is composed, all on single cells."""
    assert not wrong("[\u04d8\u04d9\u01dd\u018e]")
    assert not [(e.language, e.key) for e, t in texts() if unicodedata.normalize("NFC", t) != t]
    assert not wrong("[\u0300-\u036f\ufe0f\U0001f000-\U0001ffff]")


def test_dotted_and_dotless_i() -> None:
    """K3: capitals that Azerbaijani words begin or are written with; PIN and SIM alone keep the foreign I."""
    assert not wrong(r"\bFIN\b")
    assert not wrong(r"\b(?:GERI|TƏSDIQ|Imtina|Imza|Istehlakçı|Iş|Identifikasiya|Istifadəçi|Indi|Iri|INDI)\b", "az")
    assert not wrong(r"\b(?:PİN|SİM|PDİ)\b")


def test_nothing_is_glued_to_a_value() -> None:
    """A value needs no suffix: nothing follows it but -dək, and that only after a time in figures."""
    assert not wrong(r"\}\w|\w\{")
    assert not wrong(r"\{(?!time\})\w+\}-|\{time\}-(?!dək\b)", "az")
    assert not wrong(r"\}-", "ru", "en")
    assert not wrong(r"[”»]-?\w")


def test_numbers_keep_to_their_units() -> None:
    """A no-break space between a number and its unit."""
    assert not wrong(
        r"(?:\{\w+\}|\d) (?:dəqiqə|saniyə|san\b|минут|мин\b|секунд|с\b|s\b|minute|min\b|second|MB|МБ|₼|AZN)"
    )


def test_quotes_and_dashes() -> None:
    """In az and en “ ” and –, ru « » and —; none of a typewriter's."""
    assert not wrong("[\"'`]", "az", "ru")
    assert not wrong('["`«»]', "en")
    assert not wrong("[«»„—]", "az")
    assert not wrong("[“”]| – ", "ru")
    assert not wrong(r"\.\.\.|  |\s$|^\s|[ \t]\n")


def test_nobody_is_shouted_at_or_blamed() -> None:
    """No exclamation mark but in a greeting; wrong is “yanlış”; “error” is for staff."""
    assert not [found for found in wrong("!") if found[1] not in MAY_EXCLAIM]
    assert not wrong(r"(?i)\bsəhv|\bxəta", "az")
    assert not [found for found in wrong(r"(?i)ошибк", "ru") if found[1] not in SAYS_MISTAKE]
    assert not wrong(r"(?i)\berror(?!\})|\bOK\b", "en")


def test_buttons() -> None:
    """At most 24 characters where the text is ours, sentence case, no full stop, no empty yes or no."""
    for entry, text in texts():
        if entry.key.startswith("button."):
            fixed_by_manual = entry.key == "button.send_code" and entry.language != "en"
            assert fixed_by_manual or len(text.format(time="10:00", n="59")) <= 24, (entry.language, text)
            assert not text.endswith(".") and "\n" not in text
            assert text.casefold() not in {"ok", "bəli", "xeyr", "да", "нет", "yes", "no"}
            assert not text.isupper() or text in {"GERİ", "TƏSDİQ"}


def test_no_text_is_english_by_fallback() -> None:
    """A text that equals the English one was forgotten, but for names."""
    for language in ("az", "ru"):
        same = {e.key for e in entries(language).values() if set(e.texts) & set(entries("en")[e.key].texts)}
        assert same == SAME_AS_ENGLISH[language]


@pytest.mark.parametrize(
    ("key", "fixed"),
    [
        ("button.back", "GERİ"),
        ("button.confirm", "TƏSDİQ"),
        ("button.send_code", "Təsdiqedici şifrəni e-poçta göndər"),
        ("code.label", "Təsdiqedici şifrə"),
        ("result.details", "Məlumat"),
        ("result.order_code", "Sifariş kodu"),
        ("letter.order_code", "Sifariş kodu"),
        ("letter.confirmation_code", "Təsdiqedici şifrə"),
        # S2: Yeni istehlakçının qeydiyyata alınması müraciəti
        ("water.service.new_consumer", "Yeni istehlakçının qeydiyyata alınması müraciəti"),
        ("ways.name.fin", "İdentifikasiya nömrəsi ilə"),
        ("ways.name.sima_imza", "SİMA İmza ilə"),
        ("ways.name.asan_imza", "Asan İmza ilə"),
        ("ways.name.sima_token", "SİMA Token (Elektron İmza) ilə"),
        ("ways.name.bank", "Bank Sertifikat Xidmətləri Mərkəzi tərəfindən təqdim olunan Elektron İmza ilə"),
        ("button.proceed", "Davam et"),
        ("apply.not_in_list", "Küçə/qəsəbə/kənd siyahıda mövcud deyil"),
        ("application.fact.house_type", "Ev tipi"),
        ("field.label.house_number", "Ev nömrəsi"),
        ("field.label.flat_number", "Mənzil nömrəsi"),
        (
            "document.ownership_document",
            "Mülkiyyəti təsdiq edən hüquqi sənədin surəti Çıxarış, sərəncam, bələdiyyə qərarı, order və s.",
        ),
        (
            "document.residents_certificate",
            "Yaşayış yeri üzrə qeydiyyatda olan şəxslər haqqında arayışın surəti",
        ),
        ("field.label.water_email", "Elektron poçt ünvanı"),
        ("field.label.notes", "Müraciətlə bağlı qeydlər"),
        ("field.label.more_notes", "Əlavə qeydlər"),
        ("button.submit", "Müraciət et"),
        ("button.approve", "Təsdiq et"),
        ("button.decline", "İmtina"),
        ("apply.declaration", "Daxil edilən məlumatların düzgünlüyünü təsdiq edirəm"),
        ("button.submit_form", "Müraciət göndər"),
        (
            "application.registered",
            "Müraciətiniz qeydiyyata alındı. Xidmətimizdən istifadə etdiyiniz üçün sizə təşəkkür edirik. "
            "Müraciət nömrəniz: {number}",
        ),
        ("application.fact.number", "Müraciət nömrəsi"),
        ("application.fact.date", "Müraciət tarixi"),
        ("application.fact.source", "Müraciətin mənbəsi"),
        ("application.fact.state", "Müraciətin statusu"),
        ("application.fact.kind", "Müraciət tipi"),
        # S3: müvəqqəti dayandırılması və bərpası
        (
            "water.service.suspension",
            "Su təchizatı və tullantı sularının axıdılması xidmətinin müvəqqəti dayandırılması və bərpası müraciəti",
        ),
        ("field.label.explanation", "Müraciətlə bağlı açıqlama"),
        ("field.label.more_notes", "Əlavə qeydlər"),
        (
            "subscriber.debt",
            "Hal hazırda bu abonentin qalıq borcu vardır. Əməliyyat etmək üçün borcu ödəyib yenidən cəhd edin.",
        ),
        ("button.pay_debt", "Borcu ödə"),
        # S4: son 12 ay üzrə faktura və ödəniş məlumatları
        (
            "water.service.statement",
            "Əhali qrupu üzrə istehlakçılara su təchizatı və tullantı sularının axıdılması xidmətlərinə dair son 12 ay "
            "üzrə faktura və ödəniş məlumatlarının verilməsi",
        ),
        ("ways.name.card", "Elektron imza kartı"),
        ("ways.name.e_gov", "e-gov identity"),
        ("ways.name.password", "İstifadəçi adı və şifrə"),
        ("field.label.subscriber", "Abonent kodu"),
        ("certificate.title", "Elektron arayış"),
        ("certificate.address", "Abonentin yaşayış ünvanı"),
        ("certificate.persons", "Xidmət göstərilən nəfər sayı"),
        ("certificate.service", "Göstərilən xidmətin növü"),
        ("certificate.meter", "Abonentin sayğacının tipi"),
        ("certificate.report_month", "Hesabat ili və ayı"),
    ],
)
def test_a_manuals_texts_are_used_to_the_letter(key: str, fixed: str) -> None:
    """Q3, Q6, Q7 and W1 to W8: what the manuals print, broken into lines only where a space is."""
    (text,) = entries("az")[key].texts
    assert text.replace("\n", " ") == fixed


@pytest.mark.parametrize(
    ("key", "fixed"),
    [
        ("water.do.create", "Yeni müraciət yarat"),
        ("water.do.status", "Müraciətin statusunu yoxla"),
        ("application.status", "Müraciətin statusunu yoxla"),
        ("apply.house_type", "Ev tipi"),
        ("apply.house", "Ev nömrəsi"),
        ("house.apartment_block", "Bina evi"),
        ("house.yard_house", "Həyət evi"),
        ("subscriber.metered", "Yalnız sayğacsız abonentlər müraciət edə bilərlər."),
        ("subscriber.pay", "Borcu ödə"),
    ],
)
def test_a_manuals_text_stands_above_ours(key: str, fixed: str) -> None:
    """W1, W4, W5: tiles, titles and warnings begin with the manual's words; what explains them stands below."""
    (text,) = entries("az")[key].texts
    assert text.partition("\n")[0] == fixed


def _wraps(key: str) -> bool:
    """Whether a text stands in no line of ours: a short message is laid out by its phone."""
    return key in WRAPS or key.startswith("sms.")


def _longest_name(file: str, column: str) -> str:
    with (ROOT / "assets" / "reference" / file).open(encoding="utf-8", newline="") as rows:
        return max((row[column] for row in csv.DictReader(rows)), key=len)


def _longest_values(language: Language) -> dict[str, str]:
    """The longest value that each placeholder really gets."""
    day = max((day_year_weekday(language, date(2026, 1, 1) + timedelta(days=n)) for n in range(365)), key=len)
    moment = f"{day}, saat 10:00" if language == "az" else f"{day}, 10:00"
    return {
        "address": _longest_name("centres.csv", f"address_{language}"),
        "centre": _longest_name("centres.csv", f"name_{language}"),
        "closed": "10:15",
        "code": "K7MP-4XRT",
        "count": "60",
        "date": day,
        "email": "muhammadali.shirinbayli-zade@mail.gov.az",
        "given_name": "Məhəmmədəliağa",
        "left": minutes_left(language, timedelta(minutes=59)),
        "minutes": "120–480",
        "before": "120",
        "counter": "AB12",
        **_of_cards_and_care(language),
        "n": "59",
        "name": _longest_name("holidays_names.csv", f"name_{language}"),
        "number": "108",
        "opens": moment,
        "reason": _longest_name("holidays_names.csv", f"name_{language}"),
        "password": "numune-operator",
        "station": "terminal-12",
        "ticket": "A-1017",
        "time": "10:00",
        "tries": "5",
        "user_name": "numune.operator",
        **_of_water(language),
    }


def _of_water(language: Language) -> dict[str, str]:
    """The longest values of the water company's services."""
    return {
        "phone": "+994 50 234 56 78",
        "limit": "100",
        "pages": "500",
        "page": "500",
        "sign": "₼",
        "unit": "м³" if language == "ru" else "m³",
        "year": "2026",
        "month": max((month(language, number) for number in range(1, 13)), key=len),
        "receipt": "TR-00000417",
        "amount": money(language, Decimal("1234567.89")),
        "ways": "x" * 64,
        "position": "12",
    }


def _of_cards_and_care(language: Language) -> dict[str, str]:
    """The longest values about cards, certificates and the machine."""
    return {
        "pin": max((entries(language)[f"pin.name.{pin}"].texts[0] for pin in ("pin1", "user_pin", "puk")), key=len),
        "min": "4",
        "max": "12",
        "most": "12",
        "button": entries(language)["button.sign_in"].texts[0],
        "all": "1200",
        "marked": "1200",
        "shown": "12000",
        "size": "1,2",
        "free": "1.234,5",
        "seconds": "60",
        "status": "8010006A",
        "state": "x" * 24,
        "moment": "23.11.2026 14:32:07",
        "until": "23.11.2026",
        "version": "1.10.100",
        "pcscd": "1.10.10",
        "python": "3.11.12",
        "schema": "0012",
        "key": "EC P-384",
        "fingerprint": "3FDDDBE76177D99C",
        "error": max((e.texts[0] for key, e in entries(language).items() if key.startswith("care.error.")), key=len),
        "command": "00 A4 04 0C 0C A0 00 00 00 63 50 4B 43 53",
        "data": "00 A4 04 0C 0C A0 00 00 00 63 50 4B 43 53",
        "card": "3FDD DBE7",
        "atr": "3B F8 18 00 00 80 31 FE 45 FE 41 5A 45 20 44 49 54 33",
        "file": "/etc/asan-kiosk/kiosk.toml",
        "folder": "/var/lib/asan-kiosk/trust",
        "what": "the certificate of the server is not trusted",
        "more": "the certificate of the server is not trusted",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_fits(language: Language) -> None:
    """76 columns hold every line, with the longest real value in each placeholder."""
    values = _longest_values(language)
    for entry in entries(language).values():
        for text in entry.texts:
            assert placeholders(text) <= values.keys(), "tell here how long it can be"
            for line in text.format_map(values).split("\n") if not _wraps(entry.key) else ():
                assert len(line) <= WIDTH, (entry.key, len(line), line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_most_three_lines(language: Language) -> None:
    """A message has at most three lines, but for those that name a centre with its address and time."""
    for entry in entries(language).values():
        allowed = 4 if entry.key == "arrival.other_centre" else 3
        assert all(text.count("\n") < allowed for text in entry.texts), entry.key
