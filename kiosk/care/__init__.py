"""Keeping the station well: health probes, backup and restore, purge."""
