"""Both editions, drawn once for all tests."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from infra.acknowledged import Finding
from infra.drawing import Drawing
from infra.environment import EDITIONS
from infra.synthesis import synthesise

Drawn = dict[str, tuple[Drawing, list[Finding]]]


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return synthesise(tmp_path_factory.mktemp("cdk.out"))


@pytest.fixture(scope="session", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def drawing(everything: Drawn, edition: str) -> Drawing:
    return everything[edition][0]


@pytest.fixture(scope="session")
def findings(everything: Drawn, edition: str) -> list[Finding]:
    return everything[edition][1]


@pytest.fixture(scope="session")
def templates(everything: Drawn) -> Iterable[Path]:
    return [path for drawing, _ in everything.values() for path in drawing.paths]
