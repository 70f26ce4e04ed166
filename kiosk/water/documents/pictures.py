"""Pictures, decoded in the jail by Pillow after `png.py` and `jpeg.py` have walked them (W9)."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.water.documents.jpeg import check_jpeg
from kiosk.water.documents.png import check_png
from kiosk.water.documents.verdict import Bad, Bounds

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_ORIENTATION: Final = 0x0112
_LARGEST_TEXT: Final = 8 << 20
_SHARPER: Final = 3
"""A picture is made so much larger than it is shown, then scaled down well."""


class Drawn(NamedTuple):
    """RGB bytes, row by row."""

    width: int
    height: int
    pixels: bytes


def prepare() -> None:
    """Load everything that decoding needs: later nothing can be opened."""
    for name in ("ExifTags", "Image", "JpegImagePlugin", "PngImagePlugin", "TiffImagePlugin"):
        import_module(f"PIL.{name}")
    from PIL import Image, PngImagePlugin

    PngImagePlugin.MAX_TEXT_CHUNK = _LARGEST_TEXT
    Image.MAX_IMAGE_PIXELS = None  # the sizes were checked


def check(data: bytes, is_png: bool, bounds: Bounds) -> int:
    """Walk and decode a picture; how many pages it has: one.

    Raises:
        Bad: it cannot be taken.
    """
    (check_png if is_png else check_jpeg)(data, bounds.pixels)
    _opened(data, is_png).load()
    return 1


def preview(data: bytes, is_png: bool, width: int, height: int) -> Drawn:
    """A picture as it is to be looked at, turned as its EXIF says, within so many pixels."""
    image = _opened(data, is_png)
    if not is_png:
        image.draft("RGB", (width * _SHARPER, height * _SHARPER))
    return fitted(_upright(_shrunk(image, max(width, height) * _SHARPER), _turn(image)), width, height)


def _opened(data: bytes, is_png: bool) -> Picture:
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    image = (PngImageFile if is_png else JpegImageFile)(BytesIO(data))
    if getattr(image, "is_animated", False):
        raise Bad("unsafe")
    return image


def _shrunk(image: Picture, side: int) -> Picture:
    """A large picture made smaller first, so that nothing that follows holds it twice."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")  # "L" alone would cut at 255
    elif image.mode == "P":
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    factor = max(image.size) // side
    return image if factor < 2 else image.reduce(factor)


def _turn(image: Picture) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # what a camera wrote beside the picture may be nonsense: then it lies as it lies
        return 1


def _upright(image: Picture, turn: int) -> Picture:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[turn]) if turn in turns else image


def fitted(image: Picture, width: int, height: int) -> Drawn:
    """A picture scaled into a box, as large as it gets; an even number of rows, white under what is transparent."""
    from PIL import Image

    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    flat = _flattened(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=_SHARPER)
    box = Image.new("RGB", (size[0], size[1] + size[1] % 2), "white")
    box.paste(flat)
    return Drawn(*box.size, box.tobytes())


def _flattened(image: Picture) -> Picture:
    from PIL import Image

    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")
