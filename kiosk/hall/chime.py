"""The chime of the hall board, computed: two falling tones that die away, as a WAV file (C4)."""

from __future__ import annotations

import io
import math
import wave
from array import array
from typing import Final

RATE: Final = 22_050
"""Samples in a second."""
SECONDS: Final = 1.3

_TONES: Final = ((0.0, 659.26), (0.32, 523.25))
"""When each begins, in seconds, and its pitch in hertz: E5 and C5, which loud halls do not swallow."""
_ATTACK_SECONDS: Final = 0.006
"""A tone that began at full strength would click."""
_FADE: Final = 3.6
_SECOND_HARMONIC: Final = 0.35
_LOUDEST: Final = 0.45
"""Of full scale: two tones sound together for a while."""


def chime_wav() -> bytes:
    """The file's content: one channel, 16 bits."""
    count = int(RATE * SECONDS)
    heights = [0.0] * count
    for begins, pitch in _TONES:
        first = int(begins * RATE)
        for index in range(first, count):
            since = (index - first) / RATE
            strength = min(1.0, since / _ATTACK_SECONDS) * math.exp(-_FADE * since)
            angle = 2 * math.pi * pitch * since
            heights[index] += strength * (math.sin(angle) + _SECOND_HARMONIC * math.sin(2 * angle))
    scale = _LOUDEST * 32_767 / (1 + _SECOND_HARMONIC)
    samples = array("h", (round(scale * height) for height in heights))
    told = io.BytesIO()
    with wave.open(told, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return told.getvalue()
