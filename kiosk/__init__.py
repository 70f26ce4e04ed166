"""What the centre does: the rules, as plain Python. Knows neither screens nor SQL."""
