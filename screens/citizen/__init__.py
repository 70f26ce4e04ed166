"""The citizen's face: the first screen, the wizard's steps, and what comes after a booking."""
