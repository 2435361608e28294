"""What patients of the demo clinic have agreed to, and one who thinks that something in her record is wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from meridian.fhir.ours import task
from meridian.ops.demo.elements import Resource, chance, ident
from meridian.ops.demo.problems import PROBLEMS
from meridian.ops.demo.roster import Life
from meridian.patients.amendments import CODE, DAYS
from meridian.patients.consents import PAPERS, consent

UNSURE = "margaret-obrien"
"""Her record says that a joint hurts which does not."""


def of(life: Life, now: datetime) -> Iterator[Resource]:
    """Consents of one in three adults, and a request for an amendment."""
    if not life.is_child and (life.key == UNSURE or chance("papers", life.key).random() < 1 / 3):
        yield from _agreed(life, now - timedelta(days=chance("agreed", life.key).randrange(20, 300)))
    if life.key == UNSURE:
        yield _amendment(life, now - timedelta(days=3))


def _agreed(life: Life, when: datetime) -> Iterator[Resource]:
    for paper in PAPERS:
        if paper.required:
            made = consent(life.id, f"Patient/{life.id}", life.organisation.id, paper, when.isoformat(), agreed=True)
            yield made | {"id": ident("consent", life.id, paper.key)}


def _amendment(life: Life, when: datetime) -> Resource:
    asked = task(
        CODE,
        patient=f"Patient/{life.id}",
        focus=f"Condition/{ident('problem', life.id, 'knee')}",
        requester=f"Patient/{life.id}",
        now=when.isoformat(),
        due=(when + timedelta(days=DAYS)).isoformat(),
        role="clinician",
    )
    said = ("Wrong: It says my left knee.", "Right: It is the right one, since the fall in the garden.")
    notes = [{"authorReference": {"reference": f"Patient/{life.id}"}, "time": when.isoformat(), "text": one}
             for one in said]  # fmt: skip
    asked["focus"] |= {"display": PROBLEMS["knee"].name}
    return asked | {"id": ident("amendment", life.id), "note": notes}
