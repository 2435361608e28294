"""The two doors of an import: one writes through a service's chart, the other only looks."""

from typing import Any

from meridian.access.chart import Chart
from meridian.access.subject import Role, Subject
from meridian.faults import Fault, Invalid, Issue, Unavailable
from meridian.fhir import validation

MOST_ISSUES = 10
"""Issues that one resource may add to the error file: enough to mend it."""


def importer(org: int, organisation: str) -> Subject:
    """The service on whose behalf an import writes; its entries in the audit log say so."""
    return Subject(
        account="meridian-import", org=org, organisation=organisation, role=Role.SERVICE, purpose="HOPERAT",
        agent="meridian import",
    )  # fmt: skip


ACTION = "import/$run"
"""The operation that an import is; what it brings is told in no feed."""


class Through:
    """Writes: each batch is a transaction of the one door, all of it or nothing."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart.within(ACTION)

    async def find(self, resource_type: str, system: str, value: str) -> str | None:
        """Logical id of the resource with that identifier."""
        page = await self._chart.search(resource_type, [("identifier", f"{_escaped(system)}|{_escaped(value)}")])
        return page.matches[0].id if page.matches else None

    async def write(self, resources: list[dict[str, Any]]) -> list[str]:
        """
        Store all or none; what each became.

        Raises:
            Fault: With the places of everything that is wrong.
            Unavailable: If nothing can be written now.
        """
        try:
            done = await self._chart.transaction({
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [_put(resource) for resource in resources],
            })  # fmt: skip
        except Unavailable:
            raise
        except Fault:
            check_all(resources)  # names every bad one at once; a transaction stops at the first
            raise
        return [str(getattr(one.result, "outcome", "unchanged")) for one in done]


class Rehearsal:
    """Looks: everything is checked, nothing is written or asked."""

    async def find(self, resource_type: str, system: str, value: str) -> str | None:  # noqa: ARG002  # a Door
        """Nothing is known of what is there."""
        return None

    async def write(self, resources: list[dict[str, Any]]) -> list[str]:  # a Door
        """
        Check all.

        Raises:
            Invalid: With the places of everything that is wrong.
        """
        check_all(resources)
        return ["created"] * len(resources)


def check_all(resources: list[dict[str, Any]]) -> None:
    """
    Pass if every resource is good.

    Raises:
        Invalid: With the places of everything that is wrong, as of the entries of one Bundle.
    """
    found: list[Issue] = []
    for number, resource in enumerate(resources):
        try:
            validation.check(resource, conditional=True)
        except Fault as fault:
            place = f"Bundle.entry[{number}].resource"
            issues = fault.issues or (Issue("invalid", fault.detail),)
            found += [Issue(one.code, one.text, f"{place}.{one.place}") for one in issues[:MOST_ISSUES]]
    if found:
        raise Invalid("Some resources cannot be imported", issues=tuple(found))


def _put(resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}


def _escaped(text: str) -> str:
    """A part of a token parameter. Source: hl7.org/fhir/R4/search.html#escaping."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace(",", "\\,").replace("$", "\\$")
