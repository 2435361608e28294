"""What was done besides measuring: by problem and by age."""

from collections.abc import Iterator

from meridian.ops.demo.elements import SNOMED, Code, Resource, chance, concept, ident, moment, reference
from meridian.ops.demo.problems import PROBLEMS
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import CHECK_UP, Visit

COLONOSCOPY = Code(SNOMED, "73761001", "Colonoscopy")
COLONOSCOPY_FROM = 50
DEPRESSION_SCREENING = Code(SNOMED, "171207006", "Depression screening")
ELECTROCARDIOGRAM = Code(SNOMED, "29303009", "Electrocardiographic procedure")
SPIROMETRY = Code(SNOMED, "127783003", "Spirometry (procedure)")
BONE_DENSITY = Code(SNOMED, "312681000", "Bone density scan (procedure)")
KNEE_XRAY = Code(SNOMED, "74016001", "Knee X-ray")
ULTRASOUND = Code(SNOMED, "169230002", "Ultrasound scan for fetal viability")

FOR_PROBLEM = {
    "fibrillation": ELECTROCARDIOGRAM,
    "heartfailure": ELECTROCARDIOGRAM,
    "coronary": ELECTROCARDIOGRAM,
    "copd": SPIROMETRY,
    "asthma": SPIROMETRY,
    "childasthma": SPIROMETRY,
    "osteoporosis": BONE_DENSITY,
    "knee": KNEE_XRAY,
    "pregnancy": ULTRASOUND,
}
EVERY, AT_MOST = 4, 3
"""A procedure is repeated at every so-many-th visit for its problem, and stands at most so often in the record."""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Procedures, at the visits where they were done."""
    done: set[Code] = set()
    for key in life.problems:
        what = FOR_PROBLEM.get(key)
        if what and what not in done:
            done.add(what)
            reason = reference("Condition", ident("problem", life.id, key), PROBLEMS[key].name)
            for visit in [visit for visit in visits if key in visit.problems][::EVERY][:AT_MOST]:
                yield procedure(life, visit, what) | {"reasonReference": [reason]}
    check_ups = [visit for visit in visits if visit.kind == CHECK_UP and not life.is_child]
    for visit in check_ups[-2:]:
        yield procedure(life, visit, DEPRESSION_SCREENING)
    old_enough = [visit for visit in check_ups if life.age_on(visit.day) >= COLONOSCOPY_FROM]
    if old_enough:
        yield procedure(life, chance("colonoscopy", life.key).choice(old_enough), COLONOSCOPY)


def procedure(life: Life, visit: Visit, what: Code) -> Resource:
    """A Procedure that took place at the visit."""
    return {
        "resourceType": "Procedure",
        "id": ident("procedure", visit.id, what.code),
        "status": "completed",
        "code": concept(what.display, what),
        "subject": life.subject,
        "encounter": visit.encounter,
        "performedPeriod": {"start": moment(visit.begin), "end": visit.at},
        "performer": [{"actor": visit.doctor.reference}],
    }
