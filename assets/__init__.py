"""Themes, message catalogues, reference data and deployment files, found by importlib.resources."""
