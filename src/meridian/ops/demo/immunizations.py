"""Vaccinations, by age and season; codes are CVX as the sample sets quote them."""

from collections.abc import Iterator
from datetime import date

from meridian.ops.demo.elements import CVX, Code, Resource, chance, concept, ident
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import CHECK_UP, Visit

FLU = Code(CVX, "140", "Influenza, seasonal, injectable, preservative free")
FLU_MONTHS = {9, 10, 11, 12}
TETANUS = Code(CVX, "113", "Td (adult) preservative free")
TETANUS_EVERY = 10
ZOSTER = Code(CVX, "121", "zoster")
PNEUMOCOCCUS = Code(CVX, "133", "Pneumococcal conjugate PCV 13")
ZOSTER_FROM, PNEUMOCOCCUS_FROM = 50, 65

CHILDHOOD = (
    (0.0, Code(CVX, "08", "Hep B, adolescent or pediatric")),
    (0.16, Code(CVX, "119", "rotavirus, monovalent")),
    (0.16, Code(CVX, "20", "DTaP")),
    (0.16, Code(CVX, "10", "IPV")),
    (0.33, Code(CVX, "20", "DTaP")),
    (0.33, Code(CVX, "10", "IPV")),
    (0.5, Code(CVX, "20", "DTaP")),
    (1.0, Code(CVX, "03", "MMR")),
    (1.0, Code(CVX, "21", "varicella")),
    (1.0, Code(CVX, "83", "Hep A, ped/adol, 2 dose")),
    (1.25, Code(CVX, "20", "DTaP")),
    (4.0, Code(CVX, "03", "MMR")),
    (4.0, Code(CVX, "20", "DTaP")),
    (4.0, Code(CVX, "10", "IPV")),
    (11.0, Code(CVX, "115", "Tdap")),
    (11.0, Code(CVX, "114", "meningococcal MCV4P")),
    (11.5, Code(CVX, "62", "HPV, quadrivalent")),
    (16.0, Code(CVX, "114", "meningococcal MCV4P")),
)
"""(years of age, vaccine) of a usual childhood; given at the first visit from then on."""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """What was given, at which visit."""
    yield from _childhood(life, visits)
    yield from _flu(life, visits)
    if not life.is_child:
        yield from _adult(life, visits)


def _childhood(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    for number, (age, vaccine) in enumerate(CHILDHOOD):
        visit = next((v for v in visits if life.age_on(v.day) >= age and v.kind == CHECK_UP), None)
        if visit and life.age_on(visit.day) < age + 1.2:
            yield _given(life, visit, vaccine, number)


def _flu(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    seasons: set[int] = set()
    for visit in visits:
        willing = chance("flu", life.key, visit.day.year).random() < (0.85 if life.age >= PNEUMOCOCCUS_FROM else 0.55)
        if visit.day.month in FLU_MONTHS and visit.day.year not in seasons and willing and not visit.illness:
            seasons.add(visit.day.year)
            yield _given(life, visit, FLU, 100)


def _adult(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    check_ups = [visit for visit in visits if visit.kind == CHECK_UP]
    luck = chance("vaccines", life.key)
    due = luck.randrange(TETANUS_EVERY)
    for visit in check_ups:
        if visit.day.year % TETANUS_EVERY == due:
            yield _given(life, visit, TETANUS, 200)
            break
    for first, vaccine, number in ((ZOSTER_FROM, ZOSTER, 201), (PNEUMOCOCCUS_FROM, PNEUMOCOCCUS, 202)):
        old_enough = [visit for visit in check_ups if life.age_on(visit.day) >= first]
        if old_enough and luck.random() < 0.75:  # noqa: PLR2004  # three in four accept
            yield _given(life, luck.choice(old_enough), vaccine, number)


def _given(life: Life, visit: Visit, vaccine: Code, number: int) -> Resource:
    return {
        "resourceType": "Immunization",
        "id": ident("immunization", life.id, visit.day.isoformat(), vaccine.code, number),
        "status": "completed",
        "vaccineCode": concept(vaccine.display, vaccine),
        "patient": life.subject,
        "encounter": visit.encounter,
        "occurrenceDateTime": visit.at,
        "primarySource": True,
        "lotNumber": f"L{chance('lot', vaccine.code, visit.day.year).randrange(10**5, 10**6)}",
        "expirationDate": date(visit.day.year + 1, 6, 30).isoformat(),
        "location": {"reference": f"Location/{life.organisation.site}"},
        "performer": [{"actor": visit.doctor.reference}],
    }
