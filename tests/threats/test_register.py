"""The register agrees with the threat models, with OWASP's table, with the code, and with the attacks there are."""

import re
from pathlib import Path

import pytest

from meridian.threats import attacks, documents  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL
from meridian.threats.rating import Level, Severity, level
from meridian.threats.register import REASONS, BadRegister, load, read, unresolved, untried

ROOT = Path(__file__).resolve().parents[2]
HIGH = {"AUTH-01", "AUTH-03", "DATA-01", "DATA-02", "DATA-03", "API-01", "API-03", "RTC-01", "INFRA-03"}
MEDIUM = {"AUTH-02", "AUTH-04", "API-02", "RTC-02", "INFRA-01", "INFRA-02"}
"""As both registers rate them; their summaries count eight and seven, which their registers do not bear out."""
SOURCE, AGAINST = (
    (ROOT / "src" / "meridian" / "threats" / name).read_text(encoding="utf-8")
    for name in ("register.toml", "mitigations.toml")
)
SECTIONS = [
    "164.312(a)(1)", "164.312(b)", "164.312(c)(1)", "164.312(e)(1)", "164.312(d)", "164.312(a)(2)(iv)",
    "164.308(a)(7)", "164.308(a)(6)",
]  # fmt: skip
"""Of the documents' mapping, in its order."""


def test_the_fifteen_threats_are_rated_as_the_threat_models_rate_them() -> None:
    documented = [one for one in load().threats.values() if not one.implied]
    by_risk = {risk: {one.id for one in documented if one.risk is risk} for risk in Level}

    assert by_risk == {Level.LOW: set(), Level.MEDIUM: MEDIUM, Level.HIGH: HIGH}


def test_every_asset_of_the_inventory_is_threatened_by_something() -> None:
    threatened = {name for threat in load().threats.values() for name in threat.assets}

    assert threatened == set(load().assets)
    assert len(load().assets) == 9


def test_every_control_and_whatever_carries_a_mitigation_is_there() -> None:
    for threat in load().threats.values():
        carried = [name for mitigation in threat.mitigations for name in mitigation.by]

        assert unresolved([*threat.controls, *carried], ROOT) == [], threat.id


def test_what_the_documents_map_to_the_regulation_is_carried_by_what_there_is() -> None:
    said = documents.load()

    assert [row.section for row in said.requirements] == SECTIONS
    carried = [row.by for row in said.requirements] + [row.by for row in said.actions]
    assert [unresolved(names, ROOT) for names in carried] == [[]] * len(carried)


def test_references_have_the_form_of_what_they_name() -> None:
    forms = {
        "hipaa": r"164\.\d{3}(\([A-Za-z0-9]+\))+",
        "cwe": r"CWE-\d+",
        "owasp": r"(A|API)\d+:20\d\d",
        "asvs": r"V[\d.]+",
    }
    for threat in load().threats.values():
        for name, form in forms.items():
            for reference in getattr(threat, name):
                assert re.fullmatch(form, reference), f"{threat.id}: {reference}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('risk = "Medium"', 'risk = "High"', "its factors make it Medium"),
        ('because = ["exposes_phi"]', "because = []", "high for a reason"),
        ('category = "Tampering"', 'category = "Mischief"', "not of STRIDE"),
        ('assets = ["Audit Logs"]', 'assets = ["Gold"]', "no asset Gold"),
        ("skill_level = 5", "skill_level = 11", "from 0 to 9"),
        ("motive = 9, ", "", "motive"),
        ('controls = ["meridian.telehealth.turn"]', "controls = []", "nothing stands in its way"),
        ('status = "Addressed"', 'status = "Forgotten"', "Forgotten is no state"),
        ('attacks = ["rtc-01/*"]', "attacks = []", "nothing tries it"),
        ('said = "WebRTC', 'left_out = "WebRTC', "left_out"),
        ('id = "AUTH-02"', 'id = "AUTH-01"', "twice"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(old: str, new: str, says: str) -> None:
    assert old in SOURCE

    with pytest.raises(BadRegister, match=says):
        read(SOURCE.replace(old, new, 1), AGAINST)


@pytest.mark.parametrize(
    "gone", ["meridian.telehealth.gone", "docs/gone.md", "gone.py::test_x", "tests/threats/test_register.py::test_gone"]
)
def test_a_control_that_is_gone_is_noticed(gone: str) -> None:
    assert unresolved(["meridian.telehealth.turn", "docs", gone], ROOT) == [gone]


def test_every_attack_that_is_promised_is_there() -> None:
    names = {one.name for one in ARSENAL.all()}

    assert [lacking for one in load().threats.values() for lacking in untried(one, names)] == []


def test_an_attack_that_is_gone_is_noticed() -> None:
    assert untried(load().threats["AUTH-01"], ["auth-02/times"]) == ["auth-01/*"]


@pytest.mark.parametrize(("mean", "found"), [(0, "Low"), (2.99, "Low"), (3, "Medium"), (5.99, "Medium"), (6, "High")])
def test_levels_are_thirds_of_the_scale(mean: float, found: str) -> None:
    assert level(mean) == found


def test_high_risks_are_critical_by_owasps_own_table() -> None:
    for threat in load().threats.values():
        if threat.risk is Level.HIGH:
            assert threat.severity in {Severity.HIGH, Severity.CRITICAL}
            assert set(threat.because) <= set(REASONS)
