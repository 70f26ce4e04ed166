"""The hall board's face."""
