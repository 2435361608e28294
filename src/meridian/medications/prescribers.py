"""What a prescriber is called."""

from typing import Any

from meridian.access.work import Plan, Resource, Work


def named(work: Work, reference: Resource) -> Plan[str]:
    """The name of whom *reference* points at; what it shows itself where that cannot be read."""
    kind, _, logical_id = reference.get("reference", "").partition("/")
    found = (yield from work.find(kind, logical_id)) if kind == "Practitioner" and logical_id else None
    name: dict[str, Any] = next(iter((found or {}).get("name", [])), {})
    said = name.get("text") or " ".join([*name.get("prefix", []), *name.get("given", []), str(name.get("family", ""))])
    return str(said).strip() or str(reference.get("display", ""))


def all_named(work: Work, resources: list[Resource]) -> Plan[dict[str, str]]:
    """The names of all who requested *resources*, each looked up once, by reference."""
    known: dict[str, str] = {}
    for one in resources:
        requester = one.get("requester", {})
        reference = requester.get("reference", "")
        if reference and reference not in known:
            known[reference] = yield from named(work, requester)
    return known
