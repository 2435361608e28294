"""What a caller may see, as data; compiled into the WHERE of every statement that runs on anybody's behalf."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Which resources of one type a caller may see within the organisation.

    Args:
        everyone: Every resource of the type; else only those the other fields admit.
        patients: Patient numbers (`patient.no`) in whose compartments the resource may be.
        withheld: Whether what is labelled NOPAT (v3-ActCode) is admitted in those compartments.
        labelled: Whether what is labelled R or V (v3-Confidentiality) is; it is, but to whom the patient lets read.
        ids: Logical ids admitted besides, such as one's own Practitioner.
        care_of: A member, as `Practitioner/x`: resources of the patients whose care team, encounters or general
            practitioner name the member.
        restricted: Whether resources labelled R or V are admitted outside the care team of `member`; within `patients`
            that is for `labelled` to say.
        member: The caller's own reference, for the care-team test on restricted resources.
    """

    everyone: bool = False
    patients: tuple[int, ...] = ()
    withheld: bool = False
    labelled: bool = True
    ids: tuple[str, ...] = ()
    care_of: str | None = None
    restricted: bool = False
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """One organisation, and a reach for each type; a type that is not named cannot be seen at all."""

    org: int
    reach: Mapping[str, Reach] = field(default_factory=dict)
    default: Reach | None = None
    """For types not named in *reach*; `None` (the default) hides them."""

    def of(self, resource_type: str) -> Reach | None:
        """The reach for a type; `None` when nothing of it can be seen."""
        return self.reach.get(resource_type, self.default)
