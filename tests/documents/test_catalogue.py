import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.documents import catalogue

EVERY: list[catalogue.Test | catalogue.Panel] = [*catalogue.TESTS.values(), *catalogue.PANELS.values()]


def test_a_panel_holds_tests_that_there_are() -> None:
    assert {key for panel in catalogue.PANELS.values() for key in panel.tests} <= set(catalogue.TESTS)


def test_no_code_stands_for_two_tests() -> None:
    codes = [(one.system, one.code) for one in EVERY]

    assert len(set(codes)) == len(codes)


def test_a_range_begins_before_it_ends() -> None:
    assert not [one.name for one in catalogue.TESTS.values() if one.low is not None and one.high is not None
                and one.low >= one.high]  # fmt: skip


def test_a_test_is_known_by_its_code() -> None:
    for one in catalogue.TESTS.values():
        assert catalogue.known(catalogue.concept(one)) is one
    assert catalogue.known({"text": "Potassium"}) is None


@pytest.mark.data
@pytest.mark.slow
def test_every_loinc_code_is_quoted_by_the_sample_sets(shared_data: Path) -> None:
    wanted = {one.code for one in EVERY if one.system == catalogue.LOINC}
    quoted: set[str] = set()
    for folder, pattern in (("synthea", "*.tar.xz"), ("fhir-r4-examples", "*.tar.xz"), ("us-core", "*.tgz")):
        for archive in (shared_data / folder).glob(pattern):
            quoted |= set(_codes(archive)) & wanted

    assert wanted - quoted == set()


def _codes(archive: Path) -> Iterator[str]:
    with tarfile.open(archive) as members:
        for member in members:
            file = members.extractfile(member) if member.name.endswith(".json") else None
            if file is not None:
                yield from _quoted(json.load(io.TextIOWrapper(file, "utf-8-sig")))


def _quoted(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("system") == catalogue.LOINC and isinstance(value.get("code"), str):
            yield value["code"]
        for inner in value.values():
            yield from _quoted(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _quoted(inner)
