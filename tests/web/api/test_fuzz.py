"""Whatever the description of the API allows, and what it does not, is answered: never by a crash."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.store.database import SqliteFile
from meridian.store.sqlite import Sqlite
from meridian.testing.desk import Desk, opened
from meridian.web.api.application import describe

SCHEMA = schemathesis.openapi.from_dict(dict(describe()))
OPERATIONS: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]  # type: ignore[union-attr]  # all read
ENDING = {"DELETE /api/session", "DELETE /api/account/sessions/{session}", "POST /api/session/reauthenticate"}


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def desk(portal: BlockingPortal, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "meridian.db").write_bytes(sqlite_template.read_bytes())
    engine = Sqlite(SqliteFile(folder / "meridian.db"))
    portal.call(engine.open)
    with portal.wrap_async_context_manager(opened(engine, folder)) as desk:
        portal.call(desk.clinic.person, "anne@clinic.example", "administrator")
        portal.call(desk.sign_in)
        yield desk
    portal.call(engine.close)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_brings_the_api_down(operation: Any, desk: Desk, portal: BlockingPortal) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(list(MODES)))))
        said = portal.call(_sent, desk, case)
        assert said.status_code < 500, said.text
        if said.status_code >= 400:
            assert said.headers["content-type"] == "application/problem+json"

    ask()


MODES = schemathesis.GenerationMode


async def _sent(desk: Desk, case: Any) -> Any:
    kwargs = case.as_transport_kwargs(base_url="https://localhost:8360")
    wanted = {key: kwargs[key] for key in ("method", "url", "params", "json", "data") if kwargs.get(key) is not None}
    if isinstance(wanted.get("data"), bytes | str):
        wanted["content"] = wanted.pop("data")
    signed_in = case.operation.label not in ENDING
    async with desk.another() as stranger:
        return await (desk.browser if signed_in else stranger).request(**wanted)
