"""The one fault of the vault."""

from meridian.faults import Unavailable


class Unreadable(Unavailable):
    """Something sealed cannot be opened: its key is another, lost or destroyed, or its bytes were altered."""
