"""The two organisations, their rooms and their staff."""

from collections.abc import Iterator
from dataclasses import dataclass

from meridian.access.subject import Role
from meridian.ops.demo.elements import HL7, Resource, concept, ident, reference


@dataclass(frozen=True)
class Organisation:
    """One of the two clinics; *domain* is also that of its people's addresses."""

    key: str
    name: str
    domain: str
    phone: str
    street: str
    town: str
    state: str
    postcode: str

    @property
    def id(self) -> str:
        """Logical id of the Organization."""
        return ident("organisation", self.key)

    @property
    def site(self) -> str:
        """Logical id of its one Location."""
        return ident("location", self.key)

    @property
    def reference(self) -> Resource:
        """The Organization, to point at."""
        return reference("Organization", self.id, self.name)

    @property
    def numbers(self) -> str:
        """System of the record numbers it gives."""
        return f"https://{self.domain}/record-number"


HARBOR = Organisation(
    "harbor", "Harbor Family Clinic", "harbor.example", "+1 555 0100", "12 Ropewalk Street", "Harborview", "ME", "04999"
)
LAKESIDE = Organisation(
    "lakeside", "Lakeside Heart and Lung", "lakeside.example", "+1 555 0140", "3 Mill Lane", "Lakeside", "ME", "04998"
)
ORGANISATIONS = (HARBOR, LAKESIDE)
INSURER = "Northwind Health Plan"


@dataclass(frozen=True)
class Member:
    """Somebody who works there; *seat* names the post in addresses and ids."""

    organisation: Organisation
    seat: str
    role: Role
    title: str
    given: str
    family: str
    gender: str

    @property
    def id(self) -> str:
        """Logical id of the Practitioner."""
        return ident("practitioner", self.organisation.key, self.seat)

    @property
    def email(self) -> str:
        """Address and sign-in name."""
        return f"{self.seat}@{self.organisation.domain}"

    @property
    def name(self) -> str:
        """As colleagues say it."""
        return f"{self.given} {self.family}"

    @property
    def reference(self) -> Resource:
        """The Practitioner, to point at."""
        return reference("Practitioner", self.id, self.name)


def _member(organisation: Organisation, row: str) -> Member:
    seat, role, title, given, family, gender = (part.strip() for part in row.split("|"))
    return Member(organisation, seat, Role(role), title, given, family, gender)


_HARBOR = """
    okafor    | clinician        | Family physician        | Amara     | Okafor     | female
    lindqvist | clinician        | Family physician        | Erik      | Lindqvist  | male
    castillo  | clinician        | Pediatrician            | Inés      | Castillo   | female
    haddad    | clinician        | Internist               | Karim     | Haddad     | male
    adeyemi   | clinician        | Visiting pulmonologist  | Tunde     | Adeyemi    | male
    nurse     | nurse            | Registered nurse        | Joanne    | Whitfield  | female
    nurse2    | nurse            | Nurse practitioner      | Tomás     | Figueroa   | male
    desk      | front-desk       | Front desk              | Priya     | Raman      | female
    lab       | lab              | Laboratory technician   | Kenji     | Watanabe   | male
    pharmacy  | pharmacist       | Pharmacist              | Leila     | Farahani   | female
    security  | security-officer | Security officer        | Marcus    | Bell       | male
    admin     | administrator    | Practice manager        | Ruth      | Abelson    | female
"""
_LAKESIDE = """
    sorensen  | clinician        | Cardiologist            | Mette     | Sørensen   | female
    adeyemi   | clinician        | Pulmonologist           | Tunde     | Adeyemi    | male
    nurse     | nurse            | Registered nurse        | Clare     | Donnelly   | female
    desk      | front-desk       | Front desk              | Viktor    | Hristov    | male
    security  | security-officer | Security officer        | Nadia     | Rahmani    | female
    admin     | administrator    | Practice manager        | Owen      | Price      | male
"""
"""Tunde Adeyemi works in both: two Practitioner resources, one account."""
STAFF = tuple(
    _member(organisation, row)
    for organisation, rows in ((HARBOR, _HARBOR), (LAKESIDE, _LAKESIDE))
    for row in rows.strip().splitlines()
)


def clinicians(organisation: Organisation) -> list[Member]:
    """Those whom patients come to see."""
    return [m for m in STAFF if m.organisation is organisation and m.role is Role.CLINICIAN]


def seat(organisation: Organisation, name: str) -> Member:
    """The member of that seat."""
    [found] = [m for m in STAFF if m.organisation is organisation and m.seat == name]
    return found


def resources(organisation: Organisation) -> Iterator[Resource]:
    """Organization, insurer, Location, and a Practitioner with a PractitionerRole for each member of staff."""
    yield _organization(organisation)
    yield {
        "resourceType": "Organization",
        "id": ident("insurer"),
        "active": True,
        "name": INSURER,
        "type": [{"coding": [{"system": HL7 + "organization-type", "code": "ins", "display": "Insurance Company"}]}],
    }
    yield _location(organisation)
    for member in STAFF:
        if member.organisation is organisation:
            yield _practitioner(member)
            yield _post(member)


def _organization(organisation: Organisation) -> Resource:
    return {
        "resourceType": "Organization",
        "id": organisation.id,
        "active": True,
        "identifier": [{"system": "https://meridian.example/organisation", "value": organisation.key}],
        "type": [{"coding": [{"system": HL7 + "organization-type", "code": "prov", "display": "Healthcare Provider"}]}],
        "name": organisation.name,
        "telecom": [{"system": "phone", "value": organisation.phone, "use": "work"}],
        "address": [_address(organisation)],
    }


def _address(organisation: Organisation) -> Resource:
    return {
        "use": "work",
        "line": [organisation.street],
        "city": organisation.town,
        "state": organisation.state,
        "postalCode": organisation.postcode,
        "country": "US",
    }


def _location(organisation: Organisation) -> Resource:
    return {
        "resourceType": "Location",
        "id": organisation.site,
        "status": "active",
        "name": organisation.name,
        "mode": "instance",
        "address": _address(organisation),
        "managingOrganization": organisation.reference,
    }


def _practitioner(member: Member) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": member.id,
        "active": True,
        "identifier": [{"system": f"https://{member.organisation.domain}/staff", "value": member.seat}],
        "name": [{"use": "official", "text": member.name, "family": member.family, "given": [member.given]}],
        "telecom": [{"system": "email", "value": member.email, "use": "work"}],
        "gender": member.gender,
        "communication": [{"coding": [{"system": "urn:ietf:bcp:47", "code": "en", "display": "English"}]}],
    }


def _post(member: Member) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": ident("post", member.organisation.key, member.seat),
        "active": True,
        "practitioner": member.reference,
        "organization": member.organisation.reference,
        "code": [concept(member.title)],
        "location": [reference("Location", member.organisation.site, member.organisation.name)],
        "telecom": [{"system": "phone", "value": member.organisation.phone, "use": "work"}],
    }
