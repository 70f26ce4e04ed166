"""The rules as JSON Lines, for other programs: one request a line, one answer a line (docs/batch.md)."""
