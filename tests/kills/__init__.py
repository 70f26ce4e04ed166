"""Killed at every moment that can be named, and at many that cannot."""
