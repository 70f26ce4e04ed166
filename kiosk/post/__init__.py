"""Post to citizens: the letters, their calendar file, and the outbox that carries them (Q6, Q7, Q8)."""
