"""Many processes over one database at the same time."""
