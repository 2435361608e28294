"""Patients as the register has them, their insurance, those who act for them, and who is the same person twice."""

from collections.abc import Iterator
from dataclasses import dataclass

from meridian.ops.demo.elements import HL7, Code, Resource, category, chance, concept, ident, reference
from meridian.ops.demo.organisations import HARBOR, INSURER, LAKESIDE, Organisation
from meridian.ops.demo.roster import Life

LANGUAGES = {
    "en": "English", "de": "German", "vi": "Vietnamese", "pl": "Polish", "zh": "Chinese", "it": "Italian",
    "es": "Spanish", "ar": "Arabic", "ur": "Urdu", "ja": "Japanese", "pt": "Portuguese", "fr": "French",
    "gu": "Gujarati", "ru": "Russian", "is": "Icelandic", "nl": "Dutch", "tr": "Turkish", "el": "Greek",
    "fa": "Persian",
}  # fmt: skip
STREETS = (
    "Anchor Street", "Beacon Lane", "Chandlery Road", "Dock Street", "Elm Court", "Ferry Road", "Granite Street",
    "Harbor Avenue", "Island View", "Juniper Lane", "Kelp Street", "Lighthouse Road",
)  # fmt: skip
ADULT = 18
RECORD_NUMBER = Code(f"{HL7}v2-0203", "MR", "Medical record number")


@dataclass(frozen=True)
class Trust:
    """Somebody who acts for a patient: *key* and *patient* as in the roster, and how they are related."""

    key: str
    patient: str
    relation: str
    words: str


FAMILY = (
    Trust("sofia-alvarez", "mateo-alvarez", "MTH", "mother"),
    Trust("sofia-alvarez", "lucia-alvarez", "MTH", "mother"),
    Trust("fatima-alsayed", "yusuf-alsayed", "MTH", "mother"),
    Trust("keisha-jackson", "malik-jackson", "MTH", "mother"),
    Trust("keisha-jackson", "zoe-jackson", "MTH", "mother"),
    Trust("hannah-goldberg", "samuel-goldberg", "MTH", "mother"),
    Trust("meera-patel", "anjali-patel", "MTH", "mother"),
    Trust("dorothy-thornton", "william-thornton", "SPS", "wife"),
)
TWICE = ("elena-rossi",)
"""Seen by both organisations: two Patient resources, joined by a Person."""


def proxy_id(organisation: Organisation, key: str, patient: str) -> str:
    """Logical id of the RelatedPerson."""
    return ident("proxy", organisation.key, key, patient)


def patient(life: Life, number: int) -> Resource:
    """The Patient; *number* becomes part of the record number."""
    luck = chance("register", life.key)
    resource: Resource = {
        "resourceType": "Patient",
        "id": life.id,
        "active": True,
        "identifier": [
            {
                "use": "usual",
                "type": concept("Record number", RECORD_NUMBER),
                "system": life.organisation.numbers,
                "value": f"{life.organisation.key[0].upper()}-{10_000 + number * 37}",
                "assigner": life.organisation.reference,
            }
        ],
        "name": list(_names(life)),
        "telecom": list(_telecom(life)),
        "gender": life.gender,
        "birthDate": life.born.isoformat(),
        "address": [
            {
                "use": "home",
                "line": [f"{luck.randint(1, 180)} {luck.choice(STREETS)}"],
                "city": life.organisation.town,
                "state": life.organisation.state,
                "postalCode": life.organisation.postcode,
                "country": "US",
            }
        ],
        "communication": [
            {
                "language": {
                    "coding": [
                        {"system": "urn:ietf:bcp:47", "code": life.language, "display": LANGUAGES[life.language]}
                    ],
                    "text": LANGUAGES[life.language],
                },
                "preferred": True,
            }
        ],
        "generalPractitioner": [life.doctor.reference],
        "managingOrganization": life.organisation.reference,
    }
    if life.age >= ADULT:
        married = luck.random() < min((life.age - 20) / 30, 0.65)
        marital = category("v3-MaritalStatus", *(("M", "Married") if married else ("S", "Never Married")))
        resource["maritalStatus"] = marital
    return resource


def _names(life: Life) -> Iterator[Resource]:
    yield _name("official", life.given.written, life.family.written)
    if life.given.written != life.given.latin or life.family.written != life.family.latin:
        yield _name("usual", life.given.latin, life.family.latin)


def _name(use: str, given: str, family: str) -> Resource:
    return {"use": use, "text": f"{given} {family}", "family": family, "given": given.split()}


def _telecom(life: Life) -> Iterator[Resource]:
    line = 100 + chance("phone", life.key).randrange(100)
    yield {"system": "phone", "value": f"+1 555 0{line}", "use": "home" if life.is_child else "mobile"}
    if not life.is_child:
        yield {"system": "email", "value": f"{life.key}@mail.example", "use": "home"}


def coverage(life: Life) -> Resource:
    """Insurance with the one company in town."""
    return {
        "resourceType": "Coverage",
        "id": ident("coverage", life.id),
        "status": "active",
        "subscriberId": f"NW{chance('coverage', life.key).randrange(10**8, 10**9)}",
        "beneficiary": life.subject,
        "relationship": {"coding": [{"system": f"{HL7}subscriber-relationship", "code": "self"}]},
        "period": {"start": f"{life.today.year - 2}-01-01"},
        "payor": [reference("Organization", ident("insurer"), INSURER)],
    }


def related(lives: dict[str, Life]) -> Iterator[Resource]:
    """Those who act for a patient of one organisation, given by key."""
    for trust in FAMILY:
        if trust.patient in lives:
            yield _related(lives[trust.key], lives[trust.patient], trust)


def _related(who: Life, whose: Life, trust: Trust) -> Resource:
    return {
        "resourceType": "RelatedPerson",
        "id": proxy_id(whose.organisation, trust.key, trust.patient),
        "active": True,
        "patient": whose.subject,
        "relationship": [concept(trust.words, Code(f"{HL7}v3-RoleCode", trust.relation, trust.words))],
        "name": [_name("official", who.given.written, who.family.written)],
        "telecom": list(_telecom(who)),
        "gender": who.gender,
        "birthDate": who.born.isoformat(),
    }


def persons() -> Iterator[Resource]:
    """Who is the same human being in both organisations; kept in each, and seen by services only."""
    for key in TWICE:
        yield {
            "resourceType": "Person",
            "id": ident("person", key),
            "active": True,
            "link": [
                {"target": reference("Patient", ident("patient", organisation.key, key)), "assurance": "level3"}
                for organisation in (HARBOR, LAKESIDE)
            ],
        }
