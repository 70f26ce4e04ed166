"""Maintenance mode: a technician finds what is broken and proves that it is mended (M1 to M5)."""
