"""The register says all that these sections ask, names what is there, and cites what the regulation has."""

import re
import shlex
from contextlib import suppress
from pathlib import Path

import click
import pytest

from meridian.cli import main
from meridian.hipaa.register import BadRegister, load, read
from meridian.threats import register as threats

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "src" / "meridian" / "hipaa" / "register.toml").read_text(encoding="utf-8")

APPENDIX_A = """
164.308(a)(1)(ii)(A) R   164.308(a)(1)(ii)(B) R   164.308(a)(1)(ii)(C) R   164.308(a)(1)(ii)(D) R   164.308(a)(2) R
164.308(a)(3)(ii)(A) A   164.308(a)(3)(ii)(B) A   164.308(a)(3)(ii)(C) A
164.308(a)(4)(ii)(A) R   164.308(a)(4)(ii)(B) A   164.308(a)(4)(ii)(C) A
164.308(a)(5)(ii)(A) A   164.308(a)(5)(ii)(B) A   164.308(a)(5)(ii)(C) A   164.308(a)(5)(ii)(D) A
164.308(a)(6)(ii) R      164.308(a)(7)(ii)(A) R   164.308(a)(7)(ii)(B) R   164.308(a)(7)(ii)(C) R
164.308(a)(7)(ii)(D) A   164.308(a)(7)(ii)(E) A   164.308(a)(8) R          164.308(b)(3) R
164.310(a)(2)(i) A       164.310(a)(2)(ii) A      164.310(a)(2)(iii) A     164.310(a)(2)(iv) A
164.310(b) R             164.310(c) R             164.310(d)(2)(i) R       164.310(d)(2)(ii) R
164.310(d)(2)(iii) A     164.310(d)(2)(iv) A
164.312(a)(2)(i) R       164.312(a)(2)(ii) R      164.312(a)(2)(iii) A     164.312(a)(2)(iv) A
164.312(b) R             164.312(c)(2) A          164.312(d) R             164.312(e)(2)(i) A   164.312(e)(2)(ii) A
"""
"""Appendix A to subpart C: each specification, and whether it is required or addressable."""
ELSEWHERE = {
    f"164.{no}"
    for no in (302, 304, 306, 318, 400, 402, 500, 501, 504, 506, 508, 510, 512, 514, 520, 522, 530, 532, 534)
}
"""Sections of subparts C, D and E that the register leaves out; paragraphs are read by whoever cites them."""
OTHERS = {"164.502(g)", "164.502(a)(2)(ii)", "164.308(b)(4)"}
"""Paragraphs likewise; the last is one that the regulation cites and does not have, as the register says."""


def test_each_specification_is_required_or_addressable_as_the_appendix_has_it() -> None:
    listed = dict(re.findall(r"(164\.\S+) ([RA])\b", APPENDIX_A))

    assert {cite: load().rows[cite].kind for cite in listed} == listed
    security = {row.cite: row.kind for row in load().rows.values() if row.section in ("164.308", "164.310", "164.312")}
    assert {cite for cite, kind in security.items() if kind != "standard"} == set(listed)


def test_every_section_that_was_asked_for_has_rows() -> None:
    asked = [f"164.{no}" for no in (308, 310, 312, 314, 316, 404, 406, 408, 410, 412, 414, 502, 524, 526, 528)]

    assert list(load().sections) == asked
    assert all(load().of(section) for section in asked)


def test_the_eight_rows_and_four_actions_of_the_threat_models_are_closed() -> None:
    assert len(load().seeds) == 8
    assert [(it.when, str(it.due)) for it in load().actions] == [
        ("Immediate", "2025-12-19"),
        ("30 Days", "2026-01-18"),
        ("60 Days", "2026-02-17"),
        ("90 Days", "2026-03-19"),
    ]
    assert {seed.reference for seed in load().seeds} <= {*load().rows, "164.308(a)(6)", "164.308(a)(7)"}


def test_what_meets_it_is_there() -> None:
    for part in load().everything():
        for place in part.by:
            path = ROOT / "src" / place.replace(".", "/") if place.startswith("meridian.") else ROOT / place
            assert path.exists() or path.with_suffix(".py").exists(), f"{part}: {place}"


def test_every_test_that_is_named_is_there() -> None:
    for named in (one for one in load().evidence() if one.startswith("tests/")):
        path, _, name = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert not name or re.search(rf"def {name}\(", (ROOT / path).read_text(encoding="utf-8")), named


@pytest.mark.parametrize("named", [one for one in load().evidence() if not one.startswith("tests/")])
def test_every_command_that_is_named_is_understood(named: str) -> None:
    program, *words = shlex.split(named)

    assert program == "meridian"
    understood(main, words)


def understood(command: click.Command, words: list[str]) -> None:
    """Parse *words* as the command line would, without doing anything; `--help` ends it well."""
    with suppress(click.exceptions.Exit), command.make_context(command.name or "meridian", list(words)) as ctx:
        left = [*ctx._protected_args, *ctx.args] if isinstance(command, click.Group) else []
        if left and isinstance(command, click.Group):
            _, chosen, rest = command.resolve_command(ctx, left)
            assert chosen is not None
            understood(chosen, rest)


def test_a_command_that_is_not_there_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        understood(main, ["drill", "--lst"])


def test_citations_of_the_threats_are_of_the_regulation() -> None:
    for threat in threats.load().threats.values():
        assert all(known(cite) for cite in threat.hipaa), threat.id


def known(cite: str) -> bool:
    """Whether the register has the citation, something below it, or the paragraph it is in."""
    section = cite.partition("(")[0]
    if section in ELSEWHERE or cite in OTHERS or cite in load().sections:
        return True
    whole = [row for row in load().rows if row.startswith(cite) or cite.startswith(row)]
    return bool(whole)


CITED = re.compile(r"(?<![\d.])164\.\d{3}(?:\([A-Za-z0-9]{1,4}\))*")


@pytest.mark.parametrize("folder", ["src", "docs", "infra", "deploy"])
def test_citations_in_code_and_pages_are_of_the_regulation(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {cite}"
        for ending in ("*.py", "*.md", "*.toml", "*.json")
        for path in (ROOT / folder).rglob(ending)
        if "node_modules" not in path.parts and path.stat().st_size < 500_000
        for cite in CITED.findall(path.read_text(encoding="utf-8"))
        if not known(cite)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "R"', 'kind = "X"', "its kind, duty or check is unknown"),
        ('cite = "164.308(a)(2)"', 'cite = "164.999(a)"', "its section is not listed"),
        ('cite = "164.308(a)(2)"', 'cite = "164.308(a)(8)"', "stands in the register twice"),
        ('checked = "text"\nagainst = ["hhs-2013"]', 'checked = "text"\nagainst = []', "against which text"),
        ('checked = "text"', 'checked = "surely"', "against nothing that is listed"),
        ('name = "Audit controls"', 'nme = "Audit controls"', "lacks something, or has something unknown"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(old: str, new: str, says: str) -> None:
    assert old in SOURCE

    with pytest.raises(BadRegister, match=says):
        read(SOURCE.replace(old, new, 1))


def test_what_nothing_meets_or_shows_is_refused() -> None:
    row = SOURCE[SOURCE.index('cite = "164.312(b)"\nname') :]
    by, evidence = re.findall(r"^(by|evidence) = .*$", row, re.MULTILINE)[:2]
    assert (by, evidence) == ("by", "evidence")
    for name, says in (("by", "nothing meets it"), ("evidence", "nothing shows it")):
        without = re.sub(rf"^{name} = .*$", f"{name} = []", row, count=1, flags=re.MULTILINE)
        with pytest.raises(BadRegister, match=says):
            read(SOURCE.replace(row, without))
