"""The palette, computed: every text is readable in truecolor and after the fall to 256 colours (face.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet

from screens.palette import NAMES, THEMES, Colour, Palette, ThemeName, load

KIOSK = ("kiosk-light", "kiosk-dark", "kiosk-contrast")
TEXT_PAIRS: tuple[tuple[Colour, tuple[Colour, ...]], ...] = (
    ("ink", ("canvas", "surface", "sunken", "tint")),
    ("soft", ("canvas", "surface", "sunken", "tint")),
    ("accent", ("canvas", "surface", "tint")),
    ("on-accent", ("accent",)),
    ("accent-soft", ("accent",)),
    ("on-deep", ("deep", "deep-raise")),
    ("deep-soft", ("deep",)),
    ("on-free", ("free",)),
    ("taken-ink", ("taken-ground",)),
    ("taken", ("taken-ground",)),
    ("on-taken", ("taken",)),
    ("held-ink", ("held-ground",)),
    ("on-held", ("held",)),
    ("on-good", ("good",)),
    ("good-ink", ("good-ground",)),
    ("focus", ("canvas",)),
    ("print", ("paper",)),
)
NUMBERS: dict[ThemeName, dict[Colour, int]] = {
    "kiosk-light": {
        "canvas": 254, "surface": 231, "sunken": 253, "line": 249, "ink": 16, "soft": 239, "accent": 25,
        "accent-soft": 189, "tint": 189, "deep": 17, "deep-soft": 152, "deep-raise": 24, "free": 25, "taken": 124,
        "taken-ground": 224, "taken-ink": 88, "held": 221, "held-ground": 229, "held-ink": 94, "good": 23,
        "good-ground": 194, "good-ink": 23,
    },
    "kiosk-dark": {
        "canvas": 233, "surface": 235, "sunken": 234, "line": 239, "ink": 231, "soft": 249, "accent": 75,
        "on-accent": 16, "accent-soft": 17, "tint": 17, "deep": 17, "deep-soft": 152, "deep-raise": 24, "free": 75,
        "taken": 203, "taken-ground": 52, "taken-ink": 224, "held": 221, "held-ground": 58, "held-ink": 222,
        "good": 79, "good-ground": 23, "good-ink": 152,
    },
    "kiosk-contrast": {"accent": 81, "free": 75, "taken": 210, "held": 226, "good": 85},
}  # fmt: skip
# face.md's table of contrasts, truecolor / 256.
TABLE: dict[ThemeName, dict[tuple[Colour, Colour], tuple[float, float]]] = {
    "kiosk-light": {
        ("ink", "canvas"): (14.3, 16.5), ("ink", "surface"): (16.5, 21), ("ink", "sunken"): (12.2, 15.0),
        ("soft", "canvas"): (6.5, 6.5), ("soft", "surface"): (7.5, 8.3), ("soft", "sunken"): (5.5, 6.0),
        ("soft", "tint"): (5.9, 6.0), ("accent", "canvas"): (5.6, 5.1), ("accent", "surface"): (6.4, 6.4),
        ("accent", "tint"): (5.1, 4.6), ("on-accent", "accent"): (6.4, 6.4), ("accent-soft", "accent"): (5.3, 4.6),
        ("on-deep", "deep"): (14.6, 18), ("deep-soft", "deep"): (8.7, 11.6), ("on-deep", "deep-raise"): (8.4, 7.0),
        ("on-free", "free"): (6.4, 6.4), ("taken-ink", "taken-ground"): (7.0, 7.9),
        ("taken", "taken-ground"): (4.8, 5.7), ("on-taken", "taken"): (6.7, 7.4),
        ("held-ink", "held-ground"): (6.8, 5.5), ("on-held", "held"): (11.5, 15.1), ("on-good", "good"): (6.5, 7.5),
        ("good-ink", "good-ground"): (7.3, 6.8), ("focus", "canvas"): (14.3, 16.5),
    },
    "kiosk-dark": {
        ("ink", "canvas"): (16.3, 18.7), ("ink", "surface"): (13.0, 15.1), ("ink", "sunken"): (14.8, 17.0),
        ("soft", "canvas"): (8.8, 8.8), ("soft", "surface"): (7.0, 7.1), ("soft", "sunken"): (8.0, 8.0),
        ("soft", "tint"): (7.2, 8.5), ("accent", "canvas"): (7.7, 8.1), ("accent", "surface"): (6.2, 6.5),
        ("accent", "tint"): (6.3, 7.8), ("on-accent", "accent"): (7.8, 9.1), ("accent-soft", "accent"): (6.3, 7.8),
        ("on-deep", "deep"): (15.7, 18), ("deep-soft", "deep"): (8.7, 11.6), ("on-deep", "deep-raise"): (8.4, 7.0),
        ("on-free", "free"): (7.8, 9.1), ("taken-ink", "taken-ground"): (9.0, 10.7),
        ("taken", "taken-ground"): (4.7, 4.7), ("on-taken", "taken"): (6.7, 7.1),
        ("held-ink", "held-ground"): (8.6, 4.9), ("on-held", "held"): (12.4, 15.1), ("on-good", "good"): (8.2, 11.8),
        ("good-ink", "good-ground"): (8.4, 4.8), ("focus", "canvas"): (17.8, 18.7),
    },
    "kiosk-contrast": {
        ("ink", "canvas"): (21, 21), ("accent", "canvas"): (12.7, 12.7), ("on-free", "free"): (9.1, 9.1),
        ("taken-ink", "taken-ground"): (9.1, 9.1), ("on-held", "held"): (19.6, 19.6), ("on-good", "good"): (16.4, 16.4),
        ("focus", "canvas"): (19.6, 19.6),
    },
}  # fmt: skip
# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
SIGHTS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def triplet(palette: Palette, name: Colour, system: ColorSystem) -> ColorTriplet:
    return Color.parse(palette.hex(name)).downgrade(system).get_truecolor()


def linear(value: ColorTriplet) -> tuple[float, float, float]:
    def channel(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return channel(value.red), channel(value.green), channel(value.blue)


def luminance(light: tuple[float, float, float]) -> float:
    red, green, blue = light
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


def ratio(palette: Palette, ink: Colour, ground: Colour, system: ColorSystem) -> float:
    return contrast(
        luminance(linear(triplet(palette, ink, system))), luminance(linear(triplet(palette, ground, system)))
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_is_readable_in_truecolor_and_in_256_colours(theme: ThemeName) -> None:
    """face.md: all text pairs are at least 4.5, computed in truecolor and after the fall to 256 colours."""
    palette = load(theme)
    for system in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT):
        for ink, grounds in TEXT_PAIRS:
            for ground in grounds:
                assert ratio(palette, ink, ground, system) >= 4.5, (ink, ground, system)


@pytest.mark.parametrize("theme", KIOSK)
def test_the_contrasts_are_those_of_the_table(theme: ThemeName) -> None:
    """face.md's table of contrasts is what these colours give."""
    palette = load(theme)
    for (ink, ground), expected in TABLE[theme].items():
        found = tuple(ratio(palette, ink, ground, system) for system in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT))
        assert found == pytest.approx(expected, abs=0.15), (ink, ground)


@pytest.mark.parametrize("theme", KIOSK)
def test_colours_fall_to_the_numbers_in_brackets(theme: ThemeName) -> None:
    """face.md: in brackets the 256-colour number the value falls to by itself."""
    palette = load(theme)
    for name, number in NUMBERS[theme].items():
        assert Color.parse(palette.hex(name)).downgrade(ColorSystem.EIGHT_BIT).number == number, name


@pytest.mark.parametrize("theme", ["kiosk-light", "kiosk-dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_blue_stays_apart_for_every_sight(theme: ThemeName, sight: str) -> None:
    """face.md: for protan, deutan and tritan sight blue stays the only solid dark or solid bright cell."""
    palette = load(theme)

    def seen(name: Colour) -> float:
        light = linear(triplet(palette, name, ColorSystem.TRUECOLOR))
        mixed = [sum(weight * part for weight, part in zip(row, light, strict=True)) for row in SIGHTS[sight]]
        red, green, blue = (min(1.0, max(0.0, part)) for part in mixed)
        return luminance((red, green, blue))

    for other in ("taken-ground", "held-ground"):
        assert contrast(seen("free"), seen(other)) >= 2.0, other


def test_a_theme_with_a_wrong_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every theme has every name, and no other."""
    monkeypatch.setattr("screens.palette.files", lambda _: tmp_path)
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "kiosk-light.toml").write_text('dark = false\nframed = false\n[colours]\nblue = "#0000FF"\n')
    with pytest.raises(ValueError, match="blue"):
        load("kiosk-light")


def test_screens_name_colours_and_never_hex() -> None:
    """face.md: only names are used in screens, never hex."""
    folder = Path(__file__).parents[2] / "screens"
    found = [
        f"{path.name}: {match.group()}"
        for path in folder.rglob("*.py")
        for match in re.finditer(r"#[0-9A-Fa-f]{6}\b", path.read_text("utf-8"))
    ]
    assert not found
    assert len(NAMES) == 31


def test_a_theme_gives_its_names_to_stylesheets() -> None:
    """Every name is a variable of the Textual theme."""
    theme = load("kiosk-dark").textual_theme()
    assert set(theme.variables) == set(NAMES)
    assert theme.dark
