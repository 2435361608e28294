"""What a subject may ask of the records, in FHIR's own words."""

from enum import StrEnum


class Interaction(StrEnum):
    """
    RESTful interactions and the one operation the policy speaks of.

    Source: hl7.org/fhir/R4/valueset-type-restful-interaction.html; `UPSERT` and `EVERYTHING` are ours.
    """

    READ = "read"
    VREAD = "vread"
    HISTORY = "history-instance"
    HISTORY_TYPE = "history-type"
    SEARCH = "search-type"
    EVERYTHING = "everything"
    CREATE = "create"
    UPDATE = "update"
    UPSERT = "update-create"
    """An update that names an id nobody has: it would tell whether the id is taken, so few may."""
    PATCH = "patch"
    DELETE = "delete"


LOOK = frozenset(
    {
        Interaction.READ,
        Interaction.VREAD,
        Interaction.HISTORY,
        Interaction.HISTORY_TYPE,
        Interaction.SEARCH,
        Interaction.EVERYTHING,
    }
)
"""Interactions that give and change nothing."""
ADD = frozenset({Interaction.CREATE})
KEEP = frozenset({Interaction.CREATE, Interaction.UPDATE, Interaction.PATCH})
"""To write and correct, not to take away."""
WRITE = KEEP | {Interaction.DELETE}
ALL = LOOK | WRITE | {Interaction.UPSERT}
