"""The people's desk: somebody who came without a code, or has no e-mail address, served at the counter (C8)."""
