"""How long records of care are kept, and how the key of one may be destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass

from meridian.settings.wrong import BadSettings


@dataclass(frozen=True, slots=True)
class Retention:
    """
    How long records of care are kept: no federal rule says it for all, the law of the place does.

    The years are house policy until the clinic's counsel says others; 45 CFR 164.316(b)(2)(i) asks for six years of
    documentation, which is the audit log's matter.

    Args:
        years: After the last encounter; of who was a minor then, after they came of age.
        majority: Years of age.
        cooling: Hours between the approval of a destruction and the destruction; 0: at once.
        days: For so long a request waits for a second person.
        organisations: Other years, by the organisation's logical id.

    Raises:
        BadSettings: If a number is negative, or nobody could approve in time.
    """

    years: int = 10
    majority: int = 18
    cooling: int = 24
    days: int = 7
    organisations: Mapping[str, int] | tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        others = dict(self.organisations)
        numbers = (self.years, self.majority, self.cooling, self.days, *others.values())
        if self.days < 1 or any(type(one) is not int or one < 0 for one in numbers):
            raise BadSettings("settings.toml, [retention]: years, majority, cooling and days are whole numbers")
        object.__setattr__(self, "organisations", tuple(sorted(others.items())))

    def years_of(self, organisation: str) -> int:
        """
        Years after the last encounter, in the organisation with that logical id.

        >>> Retention(organisations={"harbor": 7}).years_of("harbor"), Retention().years_of("harbor")
        (7, 10)
        """
        return dict(self.organisations).get(organisation, self.years)
