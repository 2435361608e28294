"""
One's own profile: how to be reached, and in which language.

Name, birth date and sex are not changed here: who thinks them wrong asks for an amendment, so that somebody checks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Invalid, Issue

ACTION = "Patient/$profile"
LANGUAGES = {"en": "English", "es": "Español"}
"""What the portal speaks, by BCP 47 tag, each named in itself."""
_BCP_47 = "urn:ietf:bcp:47"
_REACHED = ("phone", "email", "sms")
"""`ContactPoint.system` of what is kept here; others stay as they are."""


class Profile(NamedTuple):
    """
    What a patient may say of themselves.

    Args:
        telecom: ContactPoints of systems `phone`, `email` and `sms`; they replace those that were there.
        address: Addresses; they replace those that were there. `None` leaves them.
        language: A tag of `LANGUAGES`; empty leaves it.
    """

    telecom: Sequence[Mapping[str, Any]] | None = None
    address: Sequence[Mapping[str, Any]] | None = None
    language: str = ""


async def change(chart: Chart, patient: str, profile: Profile) -> Resource:
    """
    The Patient with the new profile.

    Raises:
        NotFound: If it is not one's own record.
        Invalid: If the language is none the portal speaks, or a ContactPoint or Address breaks the standard's rules.
    """
    if profile.language and profile.language not in LANGUAGES:
        raise Invalid("The language is not spoken here", issues=(Issue("value", "is not spoken here", "language"),))

    def plan(work: Work) -> Plan[Resource]:
        return (yield from work.change("Patient", patient, lambda present: changed(present, profile)))

    return await chart.work(ACTION, plan, what=f"Patient/{patient}")


def changed(patient: Resource, profile: Profile) -> Resource:
    """*patient* with what *profile* says."""
    result = dict(patient)
    if profile.telecom is not None:
        kept = [one for one in patient.get("telecom", ()) if one.get("system") not in _REACHED]
        _put(result, "telecom", [*profile.telecom, *kept])
    if profile.address is not None:
        _put(result, "address", list(profile.address))
    if profile.language:
        others = [_unpreferred(one) for one in patient.get("communication", ()) if tag(one) != profile.language]
        result["communication"] = [_spoken(profile.language), *others]
    return result


def language(patient: Resource) -> str:
    """
    The tag of the language a Patient prefers; empty when none is said.

    >>> language({"communication": [{"language": {"coding": [{"code": "es"}]}, "preferred": True}]})
    'es'
    """
    return next((tag(one) for one in patient.get("communication", ()) if one.get("preferred")), "")


def tag(communication: Mapping[str, Any]) -> str:
    """The BCP 47 tag of one `Patient.communication`."""
    codings = communication.get("language", {}).get("coding", ())
    return next((str(one["code"]) for one in codings if "code" in one), "")


def _spoken(name: str) -> dict[str, Any]:
    coding = {"system": _BCP_47, "code": name, "display": LANGUAGES[name]}
    return {"language": {"coding": [coding]}, "preferred": True}


def _unpreferred(communication: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in communication.items() if name != "preferred"}


def _put(resource: Resource, name: str, value: list[Any]) -> None:
    """FHIR knows no empty lists."""
    if value:
        resource[name] = value
    else:
        resource.pop(name, None)
