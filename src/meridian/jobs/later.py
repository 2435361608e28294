"""Putting a job off, which is no failure of it."""


class Later(Exception):
    """It cannot be done yet: look again at *due* (ms since the epoch)."""

    def __init__(self, due: int) -> None:
        super().__init__(due)
        self.due = due
