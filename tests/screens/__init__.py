"""The screens: what they draw and what they do, against a station that answers at once."""
