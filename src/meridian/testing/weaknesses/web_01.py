"""WEB-01: a server that takes whatever is named, and a portal that copies it."""

from meridian.fhir.validation import structures
from meridian.testing.altered import MERGE, with_line


def names_unread() -> None:
    """Whatever an element is called, it is taken."""
    structures.resource = lambda _: lambda *_: None  # type: ignore[assignment]  # what is taken out


def copied_by_name() -> None:
    """The portal copies what comes, name by name."""
    with_line(MERGE)


WEAKNESSES = {"names-unread": names_unread, "copied-by-name": copied_by_name}
