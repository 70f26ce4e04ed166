"""A reader without a reader, and the virtual card that it, or a real reader service through vpcd, is given."""
