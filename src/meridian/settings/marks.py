"""Marks in a data folder: files whose being there says how it may be used."""

RESTORING = ".restoring"
"""A backup is being restored here, or was not to its end: nothing is served."""
READ_ONLY = "read-only"
"""Records are read here and not written, as in what was restored until it is accepted."""
