"""
Problems: what patients of the demo clinic have, how it shows in their measurements, and what is done about it.

A problem's `course` says from where to where each measurement goes between its onset and today, under treatment:
absolute values for laboratory tests, and for vital signs what is added to a healthy value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from meridian.ops.demo.elements import ICD10, SNOMED, Code, Resource, chance, concept, ident, status, years_before
from meridian.ops.demo.roster import Life

Course = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Problem:
    """
    A chronic problem.

    Args:
        name: As it stands in a problem list.
        icd10: Its ICD-10-CM code and words.
        snomed: Its SNOMED CT code and words, where the sample sets quote one.
        medicines: Keys of `medicines.MEDICINES` that are taken for it, in the order they were begun.
        labs, vitals: Its course, as the module says.
        since: Fewest and most years it has been known.
        visits: Months between visits for it; 0 for none of its own.
        goal: What doctor and patient want to reach; empty for none.
    """

    name: str
    icd10: tuple[str, str]
    snomed: tuple[str, str] | None = None
    medicines: tuple[str, ...] = ()
    labs: Course = field(default_factory=dict)
    vitals: Course = field(default_factory=dict)
    since: tuple[float, float] = (1.5, 9)
    visits: int = 6
    goal: str = ""

    @property
    def concept(self) -> Resource:
        """The problem as a CodeableConcept."""
        codes = [Code(ICD10, *self.icd10)]
        if self.snomed:
            codes.insert(0, Code(SNOMED, *self.snomed))
        return concept(self.name, *codes)


PROBLEMS: dict[str, Problem] = {
    "hypertension": Problem(
        "High blood pressure", ("I10", "Essential (primary) hypertension"), ("38341003", "Hypertension"),
        ("amlodipine", "hydrochlorothiazide"), {"potassium": (4.4, 3.7)},
        {"systolic": (34, 12), "diastolic": (18, 6)}, goal="Blood pressure below 135/85 mmHg at home",
    ),
    "diabetes": Problem(
        "Type 2 diabetes", ("E11.9", "Type 2 diabetes mellitus without complications"), ("44054006", "Diabetes"),
        ("metformin",), {"hba1c": (9.1, 7.1), "glucose": (182, 131), "triglycerides": (210, 168)},
        {"bmi": (6, 4)}, visits=3, goal="HbA1c below 7.5 %",
    ),
    "hyperlipidemia": Problem(
        "High cholesterol", ("E78.5", "Hyperlipidemia, unspecified"), ("55822004", "Hyperlipidemia"),
        ("simvastatin",), {"cholesterol": (252, 178), "ldl": (171, 96), "triglycerides": (190, 140)},
        goal="LDL cholesterol below 100 mg/dL", visits=12,
    ),
    "kidney": Problem(
        "Chronic kidney disease, stage 3", ("N18.30", "Chronic kidney disease, stage 3 unspecified"), None,
        ("lisinopril",), {"creatinine": (1.3, 1.74), "gfr": (55, 41), "potassium": (4.6, 5.3), "urea": (24, 34),
        "hemoglobin": (12.8, 11.4)}, visits=4, goal="No faster loss than 3 mL/min of GFR a year",
    ),
    "fibrillation": Problem(
        "Atrial fibrillation", ("I48.91", "Unspecified atrial fibrillation"), ("49436004", "Atrial Fibrillation"),
        ("warfarin", "metoprolol"), {"inr": (1.2, 2.5)}, {"heart": (26, 4)}, visits=3,
        goal="INR between 2.0 and 3.0",
    ),
    "heartfailure": Problem(
        "Chronic heart failure", ("I50.22", "Chronic systolic (congestive) heart failure"),
        ("88805009", "Chronic congestive heart failure (disorder)"), ("furosemide", "lisinopril", "metoprolol"),
        {"sodium": (138, 133), "potassium": (4.2, 3.4), "creatinine": (1.1, 1.4)},
        {"heart": (16, 8), "oxygen": (-4, -3), "bmi": (3, 1)}, visits=3, goal="No weight gain above 1 kg in two days",
    ),
    "coronary": Problem(
        "Coronary heart disease",
        ("I25.10", "Atherosclerotic heart disease of native coronary artery without angina pectoris"),
        ("53741008", "Coronary Heart Disease"), ("clopidogrel", "metoprolol", "nitroglycerin"),
        {"ldl": (142, 82), "cholesterol": (221, 158)}, {"heart": (6, -6)}, visits=6,
    ),
    "copd": Problem(
        "Chronic obstructive lung disease", ("J44.9", "Chronic obstructive pulmonary disease, unspecified"),
        ("87433001", "Pulmonary emphysema (disorder)"), ("fluticasone-salmeterol", "albuterol"),
        {"hemoglobin": (15.2, 16.6)}, {"oxygen": (-4, -6), "breaths": (4, 5)}, visits=4, goal="No smoking",
    ),
    "asthma": Problem(
        "Asthma", ("J45.40", "Moderate persistent asthma, uncomplicated"), ("195967001", "Asthma"),
        ("fluticasone", "albuterol"), {"eosinophils": (0.62, 0.41)}, {"oxygen": (-2, 0), "breaths": (3, 1)},
        goal="Reliever inhaler less than twice a week",
    ),
    "childasthma": Problem(
        "Childhood asthma", ("J45.909", "Unspecified asthma, uncomplicated"), ("233678006", "Childhood asthma"),
        ("fluticasone", "albuterol"), {}, {"oxygen": (-2, 0), "breaths": (3, 1)}, since=(1, 4),
        goal="Sport without an attack",
    ),
    "hypothyroid": Problem(
        "Underactive thyroid", ("E03.9", "Hypothyroidism, unspecified"), ("40930008", "Hypothyroidism (disorder)"),
        ("levothyroxine",), {"tsh": (9.8, 2.4)}, {"heart": (-8, 0)}, visits=12, goal="TSH in the reference range",
    ),
    "anemia": Problem(
        "Iron deficiency anemia", ("D50.9", "Iron deficiency anemia, unspecified"), ("271737000", "Anemia (disorder)"),
        ("iron",), {"hemoglobin": (9.4, 11.9), "hematocrit": (29.5, 36.2), "mcv": (72, 81)}, {"heart": (12, 4)},
        since=(0.4, 1.5), visits=3,
    ),
    "pregnancy": Problem(
        "Pregnancy", ("Z34.90", "Encounter for supervision of normal pregnancy, unspecified, unspecified trimester"),
        ("72892002", "Normal pregnancy"), ("folic-acid",), {"hemoglobin": (12.6, 11.2)},
        {"bmi": (0, 4), "heart": (0, 9)}, since=(0.35, 0.5), visits=1,
    ),
    "prediabetes": Problem(
        "Prediabetes", ("R73.03", "Prediabetes"), ("15777000", "Prediabetes"), (),
        {"hba1c": (5.9, 6.2), "glucose": (108, 116)}, since=(1, 4), goal="Lose 5 kg",
    ),
    "obesity": Problem(
        "Obesity", ("E66.9", "Obesity, unspecified"), ("162864005", "Body mass index 30+ - obesity (finding)"), (),
        {}, {"bmi": (10, 8.5)}, visits=12, goal="Walk 30 minutes five days a week",
    ),
    "apnea": Problem(
        "Obstructive sleep apnea", ("G47.33", "Obstructive sleep apnea (adult) (pediatric)"), None, (),
        {}, {"bmi": (7, 6)}, visits=12,
    ),
    "gout": Problem(
        "Gout", ("M10.9", "Gout, unspecified"), None, ("allopurinol",), {"urate": (9.1, 6.2)}, visits=12,
        goal="Uric acid below 6 mg/dL",
    ),
    "prostate": Problem(
        "Enlarged prostate", ("N40.1", "Benign prostatic hyperplasia with lower urinary tract symptoms"), None,
        ("tamsulosin",), {"psa": (2.2, 3.4)}, visits=12,
    ),
    "knee": Problem(
        "Osteoarthritis of the knee", ("M17.0", "Bilateral primary osteoarthritis of knee"),
        ("239873007", "Osteoarthritis of knee"), ("acetaminophen",), visits=12,
    ),
    "osteoporosis": Problem(
        "Osteoporosis", ("M81.0", "Age-related osteoporosis without current pathological fracture"),
        ("64859006", "Osteoporosis (disorder)"), ("alendronate",), {"calcium": (9.2, 9.4)}, visits=12,
    ),
    "rheumatoid": Problem(
        "Rheumatoid arthritis", ("M06.9", "Rheumatoid arthritis, unspecified"), ("69896004", "Rheumatoid arthritis"),
        ("methotrexate", "folic-acid"), {"crp": (34, 7), "alt": (22, 31)}, visits=3, goal="No swollen joints",
    ),
    "dementia": Problem(
        "Alzheimer's disease", ("G30.9", "Alzheimer's disease, unspecified"),
        ("26929004", "Alzheimer's disease (disorder)"), ("galantamine",), {}, {"bmi": (0, -2)}, since=(1.5, 4),
    ),
    "depression": Problem(
        "Depression", ("F33.1", "Major depressive disorder, recurrent, moderate"),
        ("370143000", "Major depression disorder"), ("fluoxetine",), {}, {"mood": (14, 3)}, visits=3,
        goal="PHQ-9 below 5",
    ),
    "anxiety": Problem(
        "Anxiety", ("F41.1", "Generalized anxiety disorder"), None, ("sertraline",), {}, {"mood": (8, 3)}, visits=4,
    ),
    "migraine": Problem(
        "Migraine", ("G43.909", "Migraine, unspecified, not intractable, without status migrainosus"), None,
        ("naproxen",), visits=12,
    ),
    "reflux": Problem(
        "Acid reflux", ("K21.9", "Gastro-esophageal reflux disease without esophagitis"), None, ("omeprazole",),
        visits=12,
    ),
    "rhinitis": Problem(
        "Hay fever", ("J30.2", "Other seasonal allergic rhinitis"), ("367498001", "Seasonal allergic rhinitis"),
        ("loratadine",), visits=0,
    ),
    "eczema": Problem(
        "Eczema", ("L20.9", "Atopic dermatitis, unspecified"), ("24079001", "Atopic dermatitis"), ("hydrocortisone",),
        since=(0.8, 3), visits=12,
    ),
    "attention": Problem(
        "Attention deficit disorder", ("F90.9", "Attention-deficit hyperactivity disorder, unspecified type"),
        ("192127007", "Child attention deficit disorder"), ("atomoxetine",), since=(0.6, 2), visits=4,
    ),
    "epilepsy": Problem(
        "Epilepsy", ("G40.909", "Epilepsy, unspecified, not intractable, without status epilepticus"),
        ("84757009", "Epilepsy"), ("levetiracetam",), visits=6, goal="A year without a seizure",
    ),
    "backpain": Problem("Low back pain", ("M54.50", "Low back pain, unspecified"), None, ("ibuprofen",), visits=12),
    "bowel": Problem(
        "Irritable bowel", ("K58.9", "Irritable bowel syndrome, unspecified"), None, (), visits=12,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Illness:
    """A short illness: its words and codes, days it lasts, the medicine given for it, and whether it is feverish."""

    name: str
    icd10: tuple[str, str]
    snomed: tuple[str, str] | None
    days: int
    medicine: str = ""
    fever: bool = False

    @property
    def concept(self) -> Resource:
        """The illness as a CodeableConcept."""
        codes = [Code(ICD10, *self.icd10)]
        if self.snomed:
            codes.insert(0, Code(SNOMED, *self.snomed))
        return concept(self.name, *codes)


ILLNESSES: dict[str, Illness] = {
    "bronchitis": Illness(
        "Acute bronchitis", ("J20.9", "Acute bronchitis, unspecified"),
        ("10509002", "Acute bronchitis (disorder)"), 14, fever=True,
    ),
    "throat": Illness(
        "Strep throat", ("J02.0", "Streptococcal pharyngitis"),
        ("43878008", "Streptococcal sore throat (disorder)"), 10, "penicillin-v", fever=True,
    ),
    "sinusitis": Illness(
        "Sinusitis", ("J01.90", "Acute sinusitis, unspecified"), ("36971009", "Sinusitis (disorder)"), 12,
    ),
    "cold": Illness(
        "Sore throat, viral", ("J02.9", "Acute pharyngitis, unspecified"),
        ("195662009", "Acute viral pharyngitis (disorder)"), 7, fever=True,
    ),
    "otitis": Illness(
        "Ear infection", ("H66.90", "Otitis media, unspecified, unspecified ear"), ("65363002", "Otitis media"), 10,
        "amoxicillin", fever=True,
    ),
    "ankle": Illness(
        "Sprained ankle", ("S93.401A", "Sprain of unspecified ligament of right ankle, initial encounter"),
        ("44465007", "Sprain of ankle"), 28, "ibuprofen",
    ),
    "urine": Illness("Urinary tract infection", ("N39.0", "Urinary tract infection, site not specified"), None, 8),
}  # fmt: skip

CHILDHOOD_ILLNESSES = ("otitis", "throat", "cold")
ADULT_ILLNESSES = ("bronchitis", "throat", "sinusitis", "cold", "ankle", "urine")


def onset(life: Life, key: str) -> date:
    """When the problem began: never before the patient was half a year old."""
    fewest, most = PROBLEMS[key].since
    years = chance("onset", life.key, key).uniform(fewest, most)
    return years_before(life.today, min(years, max(life.age_on(life.today) - 0.5, 0.2)))


def progress(life: Life, key: str, day: date) -> float | None:
    """How far between onset (0) and today (1) the problem is on *day*; `None` before it began."""
    began = onset(life, key)
    if day < began:
        return None
    return (day - began).days / max((life.today - began).days, 1)


def of(life: Life) -> Iterator[Resource]:
    """The problem list."""
    for key in life.problems:
        yield condition(life, ident("problem", life.id, key), PROBLEMS[key].concept, onset(life, key))


def condition(life: Life, identity: str, what: Resource, began: date, ended: date | None = None) -> Resource:
    """A Condition; with *ended* a resolved one."""
    kind = (
        ("problem-list-item", "Problem List Item") if ended is None else ("encounter-diagnosis", "Encounter Diagnosis")
    )
    resource: Resource = {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": status("condition-clinical", "resolved" if ended else "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": kind[0],
                         "display": kind[1]}]}
        ],
        "code": what,
        "subject": life.subject,
        "onsetDateTime": began.isoformat(),
        "recordedDate": began.isoformat(),
        "recorder": life.doctor.reference,
        "asserter": life.doctor.reference,
    }  # fmt: skip
    if ended:
        resource["abatementDateTime"] = ended.isoformat()
    return resource
