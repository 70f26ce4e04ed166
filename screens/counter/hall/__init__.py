"""The hall's supervisor and administrator at a counter: counters, closed hours, machines, staff, limits (C2, C6)."""
