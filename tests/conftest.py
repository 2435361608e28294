"""What every test may use: one asynchronous backend, and where the shared data is when it is there."""

from pathlib import Path

import pytest

pytest_plugins = ["meridian.testing.fixtures"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public test data beside the project; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared test data is not beside this checkout")
    return folder
