"""The probes of the page of health, by what they look at (M2)."""
