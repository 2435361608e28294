import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest

from meridian.store.engine import Engine
from meridian.store.plan import Plan, Record
from meridian.store.records import Records
from meridian.store.scope import Reach, Scope
from meridian.testing import keys

_counter = itertools.count(1)

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
OTHERS = Scope(2, default=Reach(everyone=True, restricted=True))


@pytest.fixture
def records() -> Records:
    return Records(keys.kit())


class Log:
    """A sequencer that keeps what was committed in a table of the test's own."""

    def __init__(self) -> None:
        self.groups: list[Sequence[Any]] = []

    def __call__(self, entries: Sequence[Any]) -> Plan[None]:
        self.groups.append(entries)
        return
        yield


@pytest.fixture
def log(engine: Engine) -> Log:
    found = Log()
    engine.sequencer = found
    return found


def entry(text: str) -> Plan[None]:
    yield Record(text)


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": f"Doe{next(_counter)}"}], "gender": "other"} | more


def observation(of: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    subject = {"reference": f"Patient/{of}"}
    return {"resourceType": "Observation", "status": "final", "code": code, "subject": subject} | more


def body(stored: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored.body)
    return found
