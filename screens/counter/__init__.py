"""The counter's face: an operator signs in, activates by code, and sees the verdict (C1, C2, C3)."""
