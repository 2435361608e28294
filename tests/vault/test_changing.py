"""A secret that somebody else checks is made anew, and one that was told and not finished is not lost."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from meridian.faults import Unavailable
from meridian.vault.changing import change
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.anyio
NAME = "mariadb/password"


@dataclass
class Server:
    """Takes the password it was told last; *deaf* it takes none and says nothing, *late* it dies after taking one."""

    password: str = "old"
    made: list[str] = field(default_factory=list)
    deaf: bool = False
    late: bool = False

    def next(self, current: str) -> str:
        self.made.append(f"{current}+")
        return self.made[-1]

    async def tell(self, current: str, pending: str) -> None:
        if self.deaf:
            return
        assert current == self.password
        self.password = pending
        if self.late:
            self.late = False
            raise Unavailable("The line broke")

    async def takes(self, text: str) -> bool:
        return text == self.password


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    made = Secrets(tmp_path / "secrets.sealed", FileMaster({1: bytes(32)}))
    made.put(NAME, "old")
    return made


async def test_each_change_is_told_first_and_kept_then(secrets: Secrets) -> None:
    server = Server()

    for _ in range(2):
        await change(secrets, NAME, server)

    assert secrets.get(NAME).reveal() == server.password == "old++"


async def test_what_was_told_and_not_finished_is_found_again(secrets: Secrets) -> None:
    server = Server(late=True)
    with pytest.raises(Unavailable):
        await change(secrets, NAME, server)
    assert (secrets.get(NAME).reveal(), server.password) == ("old", "old+")

    await change(secrets, NAME, server)

    assert secrets.get(NAME).reveal() == server.password == "old+"
    assert server.made == ["old+"]


async def test_what_is_not_taken_changes_nothing(secrets: Secrets) -> None:
    with pytest.raises(Unavailable):
        await change(secrets, NAME, Server(deaf=True))

    assert secrets.get(NAME).reveal() == "old"
