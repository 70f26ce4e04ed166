"""Arrival and its window, tickets and counters (Q9, C1 to C3)."""
