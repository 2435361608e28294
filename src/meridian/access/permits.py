"""
What may be written: the policy asked about the resource as it is to be, inside the plan that writes it.

A scope can only speak of what is there. Without this one could write into a record that is not one's own, or give a
record away by an update.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from meridian.access.door import Door
from meridian.access.interaction import Interaction
from meridian.access.locks import keep_signed
from meridian.access.policy import Allowed, Facts, decide
from meridian.faults import Forbidden
from meridian.fhir.compartments import patients_of
from meridian.store import care
from meridian.store.keys import numbers
from meridian.store.plan import Plan
from meridian.store.records import Permit
from meridian.store.records.writing import restricted, withheld

Resource: TypeAlias = dict[str, Any]


def permit(door: Door, interactions: Callable[[str], Iterable[Interaction]]) -> Permit:
    """
    Asks the policy about each resource; *interactions* are those that the request does to its type.

    Raises (from the permit):
        Forbidden: If the resource would not be the subject's to write.
        Conflict: If it has been signed, and would be changed.
    """

    def ask(resource: Resource) -> Plan[None]:
        kind = resource["resourceType"]
        wanted = tuple(interactions(kind))
        patients = patients_of(resource)
        facts = Facts(
            door.subject.org, frozenset(patients), restricted=restricted(resource), withheld=withheld(resource)
        )
        if kind in care.SAYS:
            yield from _tell_joining(door, resource, patients)
        if _allows(door, wanted, kind, facts):
            yield from keep_signed(door, resource)
            return
        cared = replace(facts, cared_for=True)
        if _allows(door, wanted, kind, cared) and (yield from _cares(door, resource, patients)):
            yield from keep_signed(door, resource)
            return
        raise Forbidden("Your role does not include writing this record")

    return ask


def _allows(door: Door, interactions: Iterable[Interaction], kind: str, facts: Facts) -> bool:
    return any(isinstance(decide(door.subject, one, kind, facts), Allowed) for one in interactions)


def _cares(door: Door, resource: Resource, patients: list[str]) -> Plan[bool]:
    """Whether the subject is of the care team, or becomes so by what is written (an encounter begins this way)."""
    subject = door.subject
    if subject.who in care.members(resource):
        return True
    found = yield from numbers(subject.org, patients[:1])
    return (yield from care.cares(subject.org, subject.who, found))


def _tell_joining(door: Door, resource: Resource, patients: list[str]) -> Plan[None]:
    """
    Record that the subject joins a care team by their own hand, which opens labelled records to them.

    It must be possible (an encounter begins this way), so it must be seen: a security officer finds it as a change of
    security roles.
    """
    subject = door.subject
    if not patients or subject.who not in care.members(resource):
        return
    found = yield from numbers(subject.org, patients[:1])
    if not (yield from care.cares(subject.org, subject.who, found)):
        what = f"{resource['resourceType']}/{resource['id']}"
        yield door.recorded("role-care-team-joined", what, patient=patients[0])
