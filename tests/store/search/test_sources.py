"""Where a search begins, and that it reaches resources in one way only."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest

import meridian.store.search as package
from meridian.fhir.compartments import patients_of
from meridian.fhir.search import extract, parameters, parse
from meridian.fhir.search.hashing import number
from meridian.fhir.search.query import LinkIs
from meridian.fhir.types import TYPES
from meridian.store.scope import Reach, Scope
from meridian.store.search.asking import Asking
from meridian.store.search.sources import _primary, patient_of, source

ASKING = Asking(Scope(7, {}, Reach(everyone=True)), b"k" * 32)


def modules() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(package.__path__)]


@pytest.mark.parametrize("module", modules())
def test_only_one_module_names_the_table_of_resources(module: str) -> None:
    text = inspect.getsource(import_module(f"{package.__name__}.{module}"))

    found = re.findall(r"""(?:FROM|JOIN)\s+resource\b|["']resource """, text)

    assert not found or module == "asking"


@pytest.mark.parametrize("resource_type", [t for t in TYPES if _primary(t)])
def test_the_reference_that_narrows_to_a_patient_is_the_one_that_files_the_resource(resource_type: str) -> None:
    primary = _primary(resource_type)
    routes = {r.hops: p for p in parameters(resource_type).values() for r in p.routes if r.type == "Reference"}
    resource = {"resourceType": resource_type, "id": "x"}
    for hops, parameter in routes.items():
        if len(hops) == 1 and hops[0].name not in resource:
            reference = {"reference": "Patient/first" if parameter.stored == primary else "Patient/other"}
            resource[hops[0].name] = [reference] if hops[0].many else reference  # type: ignore[assignment]  # any JSON
    assert any(row.param in primary and row.id == "first" for row in extract(resource).link)

    assert patients_of(resource)[0] == "first"


def begun(resource_type: str, *pairs: tuple[str, str]) -> str:
    found = source(resource_type, parse(resource_type, pairs).criteria, ASKING)
    return f"{found.items} {found.where.sql}"


def test_the_narrowest_criterion_comes_first() -> None:
    assert "index_token" in begun("Patient", ("name", "smith"), ("identifier", "urn:x|1"))
    assert "index_text" in begun("Patient", ("gender", "male"), ("name", "smith"))
    assert "index_link" in begun("Observation", ("patient", "1"), ("date", "ge2020"))
    assert "index_pair" in begun("Observation", ("status", "final"), ("code-value-quantity", "a$5"))
    assert begun("Patient", ("gender:missing", "true")) == " "


def test_a_known_patient_narrows_the_range_of_a_code() -> None:
    assert "x.pat = (SELECT" in begun("Observation", ("patient", "1"), ("code", "a"))
    assert "x.pat" not in begun("Observation", ("performer", "Patient/1"), ("code", "a"))
    assert "x.pat = (SELECT" not in begun("Coverage", ("policy-holder", "Patient/1"), ("type", "a"))


def test_only_a_patient_is_taken_for_one() -> None:
    assert patient_of("Observation", parse("Observation", [("subject", "Group/1")]).criteria) is None
    assert patient_of("Observation", parse("Observation", [("subject", "1")]).criteria) is None
    found = patient_of("Observation", parse("Observation", [("subject", "Patient/1")]).criteria)
    assert found == LinkIs("1", number("Patient"))
