"""The packet of an organisation: read through the door in one operation, a document for each place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from meridian import paper
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.medications import formulary
from meridian.medications.listing import Line, listed
from meridian.medications.printing import about, letterhead
from meridian.medications.question import name_of
from meridian.ops.downtime.words import CATALOGUES, Words
from meridian.scheduling import elements, naming, zones

PACKET = "downtime/$packet"
SHOWN = "booked,pending,arrived,checked-in"
TAKEN = frozenset({"active", "on-hold"})
NO_KNOWN = frozenset({"716186003", "409137002", "428607008", "429625007"})
"""SNOMED CT: no known allergies, of any kind, to medicines, to the environment, to food."""


class Sheet(NamedTuple):
    """A place's document; *place* is its logical id, empty for what has none."""

    place: str
    document: paper.Document


class Packet(NamedTuple):
    """An organisation's sheets, and until when they are of use (ms since the epoch)."""

    sheets: Sequence[Sheet]
    end: int


class _Chart(NamedTuple):
    patient: Resource
    allergies: Sequence[Resource]
    problems: Sequence[Resource]
    medicines: Sequence[Line]


def packet(language: str) -> Callable[[Work], Plan[Packet]]:
    """Everything until the end of tomorrow, by the organisation's clock."""

    def plan(work: Work) -> Plan[Packet]:
        zone = yield from zones.of_organisation(work)
        clinic = yield from work.find("Organization", work.subject.organisation)
        _, end = zones.day_span(zone, zones.day_of(zone, work.now) + timedelta(days=1))
        booked = yield from work.search(
            "Appointment",
            [("date", f"ge{instant(work.now)}"), ("date", f"lt{instant(end)}"), ("status", SHOWN), ("_sort", "date")],
        )
        charts = {}
        for patient in dict.fromkeys(_patient_of(one) for one in booked):
            chart = yield from _chart(work, patient)
            if chart is not None:
                charts[patient] = chart
        names = yield from naming.names(work, _named(booked))
        by_place = _by_place(booked)
        paper_ = _Paper(CATALOGUES[language], language, zone, clinic or {}, work.now, end)
        sheets = [
            Sheet(place, paper_.document(names.get(f"Location/{place}", ""), some, charts, names))
            for place, some in sorted(by_place.items())
        ]
        return Packet(sheets or [Sheet("", paper_.document("", [], {}, {}))], end)

    return plan


def _chart(work: Work, patient: str) -> Plan[_Chart | None]:
    """What is needed of a patient; `None` when there is nothing to be seen."""
    found = (yield from work.find("Patient", patient)) if patient else None
    if found is None:
        return None
    of = ("patient", patient)
    allergies = yield from work.search("AllergyIntolerance", [of, ("clinical-status", "active")])
    problems = yield from work.search("Condition", [of, ("clinical-status", "active")])
    medicines = yield from listed(work, patient)
    return _Chart(found, allergies, problems, [line for line in medicines.lines if line.status in TAKEN])


def _patient_of(appointment: Resource) -> str:
    """Logical id; empty for an appointment of nobody."""
    return elements.patient_of(appointment).removeprefix("Patient/")


def _named(booked: Sequence[Resource]) -> Iterator[str]:
    for one in booked:
        yield from elements.actors_of(one, all_of_them=True)


def _by_place(booked: Sequence[Resource]) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for one in booked:
        places = [actor[9:] for actor in elements.actors_of(one, all_of_them=True) if actor.startswith("Location/")]
        found.setdefault(places[0] if places else "", []).append(one)
    return found


class _Paper(NamedTuple):
    say: Words
    language: str
    zone: str
    clinic: Resource
    now: int
    end: int

    def document(
        self, place: str, booked: Sequence[Resource], charts: Mapping[str, _Chart], names: Mapping[str, str]
    ) -> paper.Document:
        made, end = self._moment(self.now), self._moment(self.end)
        return paper.Document(
            title=self.say.title,
            letterhead=letterhead(self.clinic),
            about=place or (self.say.elsewhere if booked else ""),
            blocks=(
                paper.Paragraph(self.say.until.format(made=made, end=end), strong=True),
                *self._schedule(booked, charts, names),
                *self._charts(booked, charts),
            ),
            language=self.language,
            words=paper.WORDS[self.language],
            at=self.now,
            made=made,
        )

    def _moment(self, moment: int) -> str:
        here = zones.local(self.zone, moment)
        return f"{paper.day(here.date().isoformat(), self.language)} {here:%H:%M %Z}"

    def _schedule(
        self, booked: Sequence[Resource], charts: Mapping[str, _Chart], names: Mapping[str, str]
    ) -> Iterator[paper.Block]:
        yield paper.Heading(self.say.schedule)
        if not booked:
            yield paper.Paragraph(self.say.nobody)
            return
        rows = tuple(self._row(one, charts, names) for one in booked)
        yield paper.Table(self.say.columns, rows, (0.22, 0.34, 0.22, 0.22), self.say.schedule)

    def _row(self, one: Resource, charts: Mapping[str, _Chart], names: Mapping[str, str]) -> tuple[str, str, str, str]:
        chart = charts.get(_patient_of(one))
        actors = elements.actors_of(one, all_of_them=True)
        with_ = ", ".join(names[actor] for actor in actors if actor in names and not actor.startswith("Location/"))
        why = next((name_of(concept) for concept in one.get("serviceType", ())), "")
        return self._moment(elements.start_of(one)), about(chart.patient, self.language) if chart else "", with_, why

    def _charts(self, booked: Sequence[Resource], charts: Mapping[str, _Chart]) -> Iterator[paper.Block]:
        for patient in dict.fromkeys(_patient_of(one) for one in booked):
            if patient in charts:
                yield from self._patient(charts[patient])

    def _patient(self, chart: _Chart) -> Iterator[paper.Block]:
        say = self.say
        yield paper.Heading(about(chart.patient, self.language), 2)
        yield paper.Facts(
            (
                (say.allergies, self._allergies(chart.allergies)),
                (say.problems, ", ".join(name_of(one.get("code", {})) for one in chart.problems) or say.nothing),
                (say.telephone, _phones(chart.patient) or say.nothing),
                (say.relatives, "; ".join(_relative(one) for one in chart.patient.get("contact", ())) or say.nothing),
            )
        )
        if chart.medicines:
            rows = tuple((formulary.tall_man(line.name), line.dose_line) for line in chart.medicines)
            yield paper.Table((say.medicines, say.dose), rows, (0.45, 0.55), say.medicines)
        else:
            yield paper.Facts(((say.medicines, say.nothing),))

    def _allergies(self, found: Sequence[Resource]) -> str:
        """Silence is not `none`: that must have been written down."""
        codes = [{coding.get("code") for coding in one.get("code", {}).get("coding", ())} for one in found]
        real = [name_of(one.get("code", {})) for one, said in zip(found, codes, strict=True) if not said & NO_KNOWN]
        return ", ".join(real) or (self.say.none if found else self.say.unknown)


def _phones(person: Resource) -> str:
    return ", ".join(
        str(one["value"]) for one in person.get("telecom", ()) if one.get("system") == "phone" and one.get("value")
    )


def _relative(contact: Resource) -> str:
    name = contact.get("name", {})
    said = str(name.get("text") or " ".join([*name.get("given", ()), str(name.get("family", ""))]).strip())
    return " ".join(part for part in (said, _phones(contact)) if part)
