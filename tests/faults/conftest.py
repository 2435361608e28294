"""A site that is ready to be tormented, on either engine; each test gets its own."""

import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meridian.testing.mariadb import PrivateServer
from meridian.testing.served import Served, Site, served, settle


@pytest.fixture(scope="session", autouse=True)
def many_files() -> None:
    """A thousand connections need as many files, here and in the servers that inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return settle(tmp_path_factory.mktemp("settled") / "data")


@pytest.fixture
def sqlite_site(settled: Site, tmp_path: Path) -> Site:
    return Site(shutil.copytree(settled.data, tmp_path / "data"), (), settled.client)


@pytest.fixture
def mariadb_site(mariadb_server: PrivateServer, tmp_path: Path) -> Site:
    return settle(tmp_path / "data", mariadb_server.database("meridian_faults"))


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Site], Served]]:
    """Starts a server on a site; none outlives its test."""
    started: list[Served] = []

    def one(site: Site) -> Served:
        started.append(Served(site, tmp_path / f"log-{len(started)}"))
        return started[-1].start()

    yield one
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(settled: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("server")
    site = Site(shutil.copytree(settled.data, folder / "data"), (), settled.client)
    with served(site, folder / "log") as running:
        yield running
