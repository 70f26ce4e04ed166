"""The counter's screen of figures: numbers, charts by hour, and the file of them (C7)."""
