"""The counter's face over a real station."""
