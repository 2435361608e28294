"""The documents that are made of the register: current, valid in their formats, and with nothing that leads nowhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from meridian.settings import EDITIONS
from meridian.threats import documents, model
from meridian.threats.model.summary import COUNTED, counts
from meridian.threats.rating import Level
from meridian.threats.register import load

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = model.files()


@pytest.fixture(scope="module")
def otm() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(WRITTEN["threat-model.otm.json"])
    return said


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_what_is_there_is_of_the_register_as_it_is(name: str) -> None:
    assert (ROOT / model.FOLDER / name).read_text(encoding="utf-8") == WRITTEN[name], "run scripts/threat_model.py"


def test_cyclonedx_takes_the_vulnerabilities() -> None:
    text = WRITTEN["threat-model.vex.json"]

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert [one["id"] for one in json.loads(text)["vulnerabilities"]] == list(load().threats)


def test_every_reference_of_the_open_threat_model_leads_somewhere(otm: dict[str, Any]) -> None:
    ids = {
        name: {one["id"] for one in otm[name]}
        for name in ("assets", "trustZones", "components", "threats", "mitigations")
    }
    for one in otm["components"]:
        assert one["parent"]["trustZone"] in ids["trustZones"]
        assert {name for kept in one["assets"].values() for name in kept} <= ids["assets"]
        assert {threat["threat"] for threat in one["threats"]} <= ids["threats"]
        assert {m["mitigation"] for threat in one["threats"] for m in threat["mitigations"]} <= ids["mitigations"]
    for flow in otm["dataflows"]:
        assert {flow["source"], flow["destination"]} <= ids["components"]


def test_every_threat_stands_at_one_place_of_the_diagram(otm: dict[str, Any]) -> None:
    placed = [threat["threat"] for one in otm["components"] for threat in one["threats"]]

    assert sorted(placed) == sorted(load().threats)


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_names_its_own_partner_and_never_the_others(edition: str) -> None:
    text = WRITTEN[f"threat-model-{edition}.md"]
    [other] = [one for name, one in documents.load().editions.items() if name != edition]

    assert documents.load().editions[edition].partner in text
    assert other.partner not in text
    assert other.bucket not in text


def test_the_summaries_that_do_not_count_what_the_registers_list_are_told_of() -> None:
    found = counts(one for one in load().threats.values() if not one.implied)

    assert (COUNTED[Level.HIGH], COUNTED[Level.MEDIUM]) == (8, 7)
    assert (found[Level.HIGH], found[Level.MEDIUM]) == (9, 6)
    assert all("nine High" in WRITTEN[f"threat-model-{edition}.md"] for edition in EDITIONS)
