"""The face of maintenance mode (M1 to M5)."""
