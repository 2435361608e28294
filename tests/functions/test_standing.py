"""What stays open between calls, and what of a failure gets out."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from meridian.app.functions import feeding, places
from meridian.app.functions.standing import Failed, Standing
from meridian.faults import NotFound, Unavailable
from meridian.settings import BadSettings, Settings
from meridian.store.database import MariadbServer
from meridian.telemetry import logs

CANARY = "Zyxwvut-Canary"


class Context:
    """Lambda's, with a minute left."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Hours:
    """Counts how often something was opened and closed."""

    def __init__(self) -> None:
        self.opened, self.closed = 0, 0

    @asynccontextmanager
    async def open(self, settings: Settings) -> AsyncIterator[int]:
        assert settings.edition.name == "careconnect360"
        self.opened += 1
        yield self.opened
        self.closed += 1


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv(places.TEXT, 'edition = "careconnect360"')
    monkeypatch.setattr(logs, "begin", lambda *_, **__: None)


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def standing(hours: Hours) -> Iterator[Standing[int]]:
    made = Standing("tested", hours.open)
    yield made
    made.close()


async def well(number: int) -> int:
    return number


def test_it_is_opened_by_the_first_call_and_kept(standing: Standing[int], hours: Hours) -> None:
    assert [standing.run(well, Context()) for _ in range(3)] == [1, 1, 1]
    assert (hours.opened, hours.closed) == (1, 0)


@pytest.mark.parametrize("wrong", [Unavailable("x"), ConnectionResetError(), TimeoutError()])
def test_when_something_did_not_answer_it_is_opened_anew(
    standing: Standing[int], hours: Hours, wrong: Exception
) -> None:
    async def ill(_: int) -> int:
        raise wrong

    assert standing.run(well, Context()) == 1
    with pytest.raises(Failed):
        standing.run(ill, Context())

    assert standing.run(well, Context()) == 2
    assert (hours.opened, hours.closed) == (2, 1)


def test_a_fault_of_the_work_leaves_it_open(standing: Standing[int], hours: Hours) -> None:
    async def wrong(_: int) -> int:
        raise NotFound("x")

    with pytest.raises(Failed):
        standing.run(wrong, Context())

    assert standing.run(well, Context()) == 1
    assert hours.opened == 1


def test_what_could_not_be_opened_is_opened_by_the_next_call(hours: Hours) -> None:
    tries: list[int] = []

    @asynccontextmanager
    async def opened(settings: Settings) -> AsyncIterator[int]:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable("x")
        async with hours.open(settings) as found:
            yield found

    with closing(Standing("tested", opened)) as standing:
        with pytest.raises(Failed):
            standing.run(well, Context())

        assert standing.run(well, Context()) == 1


def test_nothing_of_a_failure_gets_out_but_its_kind(standing: Standing[int], caplog: pytest.LogCaptureFixture) -> None:
    async def wrong(_: int) -> int:
        raise ValueError(CANARY)

    with pytest.raises(Failed) as raised:
        standing.run(wrong, Context())

    assert str(raised.value) == "ValueError"
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert CANARY not in " ".join(record.getMessage() for record in caplog.records)


def test_a_call_that_takes_too_long_ends_before_lambda_ends_it(standing: Standing[int]) -> None:
    import asyncio  # noqa: PLC0415  # beside its only use

    class Short(Context):
        def get_remaining_time_in_millis(self) -> int:
            return 5_050

    async def slow(_: int) -> None:
        await asyncio.sleep(3600)

    with pytest.raises(Failed, match="TimeoutError"):
        standing.run(slow, Short())


@pytest.mark.anyio
async def test_nothing_of_a_message_that_failed_gets_out_but_the_kind() -> None:
    with pytest.raises(Failed) as raised:
        await feeding.performed(None, f'{{"{CANARY}":1}}', (), 1.0)  # type: ignore[arg-type]  # it is not asked

    assert str(raised.value) == "Malformed"
    assert raised.value.__context__ is None


def test_settings_may_lie_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(places.TEXT)
    monkeypatch.setenv(places.PACKAGE, str(tmp_path))
    with pytest.raises(BadSettings):
        places.settings()

    (tmp_path / places.FILE).write_text('edition = "meridian-pms"')

    assert places.settings().edition.name == "meridian-pms"


def test_settings_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.TEXT, '[mariadb]\nhost = "x"\npasswd = "y"')

    with pytest.raises(BadSettings):
        places.settings()


def test_the_databases_authority_lies_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(places.TEXT, '[mariadb]\nhost = "db.example"\ntls_ca = "/opt/nowhere/rds-ca.pem"')
    monkeypatch.setenv(places.PACKAGE, str(tmp_path))

    found = places.settings().mariadb

    assert found is not None
    assert found.tls_ca == str(tmp_path / "rds-ca.pem")


def test_without_the_authority_no_database_is_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from meridian.store.mariadb import _tls  # noqa: PLC0415  # beside its only use

    monkeypatch.setenv(places.PACKAGE, str(tmp_path))
    server = MariadbServer("db.example", tls_ca=str(tmp_path / "rds-ca.pem"))

    with pytest.raises(FileNotFoundError):
        _tls(server)
