"""The water company's desk at the counter: work, subscribers, cash and applications (W4 to W8)."""
