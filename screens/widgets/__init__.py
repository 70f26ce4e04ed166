"""The parts that screens are made of; each is drawn by itself and speaks by messages."""
