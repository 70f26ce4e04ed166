"""Document scanners at a counter, through SANE."""
