"""Who comes to the two clinics, as `roster.txt` has them: one line each, from which everything else follows."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files

from meridian.ops.demo.elements import Resource, chance, ident, reference, years_before
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, ORGANISATIONS, Member, Organisation, clinicians, seat

CHILDHOOD = 18
"""Years of age up to which the pediatrician is asked."""


@dataclass(frozen=True)
class Name:
    """One name as it is written, and in Latin letters where that differs."""

    written: str
    latin: str

    @classmethod
    def read(cls, text: str) -> "Name":
        """
        A column of the roster.

        >>> Name.read("王 (Wang)")
        Name(written='王', latin='Wang')
        """
        found = re.fullmatch(r"(.+?) \((.+)\)", text)
        return cls(found[1], found[2]) if found else cls(text, text)


@dataclass(frozen=True)
class Life:
    """One patient of one organisation, on the day the clinic is made for."""

    organisation: Organisation
    key: str
    given: Name
    family: Name
    gender: str
    age: int
    language: str
    allergies: tuple[str, ...]
    problems: tuple[str, ...]
    today: date

    @property
    def id(self) -> str:
        """Logical id of the Patient."""
        return ident("patient", self.organisation.key, self.key)

    @property
    def name(self) -> str:
        """In Latin letters, given name first."""
        return f"{self.given.latin} {self.family.latin}"

    @property
    def subject(self) -> Resource:
        """The Patient, to point at."""
        return reference("Patient", self.id)

    @property
    def is_child(self) -> bool:
        """Whether the pediatrician sees them."""
        return self.age < CHILDHOOD

    @cached_property
    def born(self) -> date:
        """Date of birth: some day of the year that makes them as old as the roster says."""
        return years_before(self.today, self.age + 0.08 + 0.84 * chance("born", self.key).random())

    @cached_property
    def doctor(self) -> Member:
        """Who is asked first."""
        if self.is_child:
            return seat(HARBOR, "castillo")
        if self.organisation is LAKESIDE:
            return seat(LAKESIDE, "adeyemi" if {"asthma", "copd", "apnea"} & {*self.problems[:1]} else "sorensen")
        others = [member for member in clinicians(HARBOR) if member.seat != "castillo"]
        return chance("doctor", self.key).choice(others)

    def age_on(self, day: date) -> float:
        """Years lived on *day*."""
        return (day - self.born).days / 365.25


def roster(today: date) -> list[Life]:
    """Every patient of both organisations; who is seen by both stands in it twice."""
    lines = (files("meridian.ops.demo") / "roster.txt").read_text(encoding="utf-8").splitlines()
    return [_life(line, today) for line in lines if not line.startswith("#")]


def _life(line: str, today: date) -> Life:
    clinic, key, given, family, gender, age, language, allergies, problems = (part.strip() for part in line.split("|"))
    [organisation] = [o for o in ORGANISATIONS if o.key == clinic]
    return Life(
        organisation, key, Name.read(given), Name.read(family), gender, int(age), language,
        _words(allergies), _words(problems), today,
    )  # fmt: skip


def _words(column: str) -> tuple[str, ...]:
    return () if column == "-" else tuple(column.split())
