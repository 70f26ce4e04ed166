"""Colours by name, as the four themes in `assets/themes/` define them. Screens and widgets name colours, never hex."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Literal, get_args

from rich.style import Style
from textual.theme import Theme

Colour = Literal[
    "canvas",
    "surface",
    "sunken",
    "line",
    "ink",
    "soft",
    "accent",
    "on-accent",
    "accent-soft",
    "tint",
    "deep",
    "on-deep",
    "deep-soft",
    "deep-raise",
    "free",
    "on-free",
    "taken",
    "on-taken",
    "taken-ground",
    "taken-ink",
    "held",
    "on-held",
    "held-ground",
    "held-ink",
    "good",
    "on-good",
    "good-ground",
    "good-ink",
    "focus",
    "paper",
    "print",
]
"""The names of the palette; `paper` and `print` are the white and black of a QR, the same in every theme."""

NAMES: Final[tuple[Colour, ...]] = get_args(Colour)

ThemeName = Literal["kiosk-light", "kiosk-dark", "kiosk-contrast", "kiosk-mono"]
THEMES: Final[tuple[ThemeName, ...]] = get_args(ThemeName)

FrameKind = Literal["thin", "dashed", "heavy", "double"]

FRAMES: Final[Mapping[Colour, tuple[FrameKind, Colour]]] = {
    "surface": ("thin", "ink"),
    "sunken": ("dashed", "ink"),
    "tint": ("heavy", "ink"),
    "deep-raise": ("thin", "on-deep"),
    "taken-ground": ("thin", "taken-ink"),
    "held-ground": ("dashed", "held-ink"),
    "good-ground": ("thin", "good-ink"),
}
"""What a framed theme draws around an area of that ground: kind of line and its colour."""


@dataclass(frozen=True, eq=False)
class Palette:
    """One theme's colours, and the styles made of them.

    `framed` themes (high contrast, mono) tell areas apart by frames, because their grounds are one.
    """

    name: ThemeName
    dark: bool
    framed: bool
    colours: Mapping[Colour, str]
    _styles: dict[tuple[Colour, Colour, bool], Style] = field(default_factory=dict, repr=False)

    def hex(self, name: Colour) -> str:
        """The colour as #RRGGBB."""
        return self.colours[name]

    def style(self, ink: Colour, ground: Colour, bold: bool = False) -> Style:
        """The terminal style of `ink` on `ground`."""
        key = (ink, ground, bold)
        style = self._styles.get(key)
        if style is None:
            style = Style(color=self.colours[ink], bgcolor=self.colours[ground], bold=bold)
            self._styles[key] = style
        return style

    def textual_theme(self) -> Theme:
        """The same as a Textual theme, with every name as a variable ($canvas, $on-accent …) for stylesheets."""
        colours = self.colours
        return Theme(
            name=self.name,
            primary=colours["accent"],
            background=colours["canvas"],
            surface=colours["surface"],
            panel=colours["sunken"],
            foreground=colours["ink"],
            dark=self.dark,
            variables={str(name): value for name, value in colours.items()},
        )


def load(name: ThemeName) -> Palette:
    """Read a theme from the assets.

    Raises:
        ValueError: the file lacks a name of the palette, or has one that is unknown.
    """
    data = tomllib.loads(files("assets").joinpath("themes", f"{name}.toml").read_text("utf-8"))
    colours = data["colours"]
    if set(colours) != set(NAMES):
        wrong = ", ".join(sorted(set(colours) ^ set(NAMES)))
        raise ValueError(f"theme {name}: missing or unknown colours: {wrong}")
    return Palette(name=name, dark=data["dark"], framed=data["framed"], colours=colours)
