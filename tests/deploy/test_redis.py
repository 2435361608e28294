"""Redis as it is deployed: by TLS and by name, and nothing but what Meridian does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from redis.retry import Retry

from meridian.counting.counter import Window
from meridian.counting.shared import InRedis
from meridian.testing import guarded_redis, placed
from meridian.testing.guarded_redis import PASSWORD, GuardedRedis


@contextmanager
def running(change: Callable[[str, str], str] = lambda _, text: text) -> Iterator[GuardedRedis]:
    if reason := guarded_redis.missing():
        pytest.skip(reason)
    server = GuardedRedis(change)
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def redis() -> Iterator[GuardedRedis]:
    """Production's."""
    with running() as server:
        yield server


def instead(here: str, there: str) -> Callable[[str, str], str]:
    def change(_: str, text: str) -> str:
        return text.replace(here, there)

    return change


class Who(TypedDict, total=False):
    """Whoever asks, where it is not Meridian."""

    user: str
    password: str


def said(
    server: GuardedRedis, *words: str, user: str = "meridian", password: str = PASSWORD, tls: bool = True
) -> object:
    """What it answers to a command, or the kind of its refusal."""
    asking = Redis(
        host="127.0.0.1", port=server.port, username=user, password=password, socket_timeout=10, ssl=tls,
        ssl_ca_certs=server.ca, retry=Retry(NoBackoff(), 0),
    )  # fmt: skip
    with asking:
        try:
            return asking.execute_command(*words)  # type: ignore[no-untyped-call]  # the library says no type
        except (RedisError, OSError) as no:
            return type(no)


@pytest.mark.anyio
async def test_meridian_hears_of_others_keeps_who_is_there_and_counts(redis: GuardedRedis) -> None:
    line = redis.client
    async with line.pubsub() as hearing:
        await hearing.subscribe("meridian:https://clinic.example")
        assert await line.publish("meridian:https://clinic.example", b"told") == 1
    await line.hset("meridian:x:presence:1", "a", "b")
    await line.expire("meridian:x:presence:1", 60)
    assert await line.hgetall("meridian:x:presence:1") == {b"a": b"b"}
    counter = InRedis(line, "meridian:https://clinic.example")
    counts = [(await counter.take(Window("api", 2, 60), "somebody")).granted for _ in range(3)]
    await counter.close()

    assert counts == [1, 1, 0]


@pytest.mark.parametrize(
    "command",
    [
        "FLUSHALL", "FLUSHDB", "CONFIG GET *", "CONFIG SET dir /", "KEYS *", "SCAN 0", "MONITOR",
        "SHUTDOWN", "SAVE", "REPLICAOF 192.0.2.1 6379", "MODULE LIST", "ACL LIST", "ACL SETUSER x", "CLIENT LIST",
        "CLIENT KILL TYPE normal", "SCRIPT FLUSH", "EVAL return 0", "PSUBSCRIBE *", "INFO", "SLOWLOG GET",
        "GET meridian:x", "SET meridian:x 1", "HSET other:x a b", "PUBLISH other x", "HGETALL other:presence",
    ],
)  # fmt: skip
def test_its_account_does_nothing_else(redis: GuardedRedis, command: str) -> None:
    words = ["EVAL", "return 0", "0"] if command.startswith("EVAL") else command.split()

    assert said(redis, *words) is NoPermissionError


@pytest.mark.parametrize(
    "who",
    [{"password": "guessed"}, {"user": "default", "password": ""}, {"user": "nobody"}],
    ids=["password", "default", "user"],
)
def test_nobody_else_comes_in(redis: GuardedRedis, who: Who) -> None:
    assert said(redis, "PING", **who) is AuthenticationError


def test_nobody_comes_in_without_tls(redis: GuardedRedis) -> None:
    assert said(redis, "PING", tls=False) not in {True, b"PONG"}


def test_it_is_the_files_that_refuse() -> None:
    with running(instead("port 0\ntls-port", "tls-port 0\nport")) as plain:
        assert said(plain, "PING", tls=False) in {True, b"PONG"}
    with running(instead("-@admin -@dangerous +publish", "+@all +publish")) as loose:
        assert said(loose, "KEYS", "*") == []
    with running(
        instead("default off resetpass resetkeys resetchannels -@all", "default on nopass +@all ~* &*")
    ) as opened:
        assert said(opened, "FLUSHALL", user="default", password="x") is True


@pytest.mark.anyio
async def test_nothing_of_it_is_on_a_disk(redis: GuardedRedis) -> None:
    line = redis.client
    await line.hset("meridian:x:presence:2", "kept", "nowhere")
    await line.aclose()

    assert sorted(path.name for path in (redis.folder / "run").iterdir()) == ["redis.conf", "users.acl"]
    assert b"nowhere" not in redis.log.encode()


@pytest.mark.parametrize(
    ("here", "there"),
    [("tls-protocols", "tls-protocol"), ("-@all +@connection", "-@every +@connection"), ("noeviction", "evict")],
)
def test_a_file_that_is_wrong_is_found_to_be(here: str, there: str) -> None:
    with pytest.raises(RuntimeError), running(instead(here, there)):
        pass


def test_production_s_files_have_nothing_of_a_test_and_no_secret(tmp_path: Path) -> None:
    placed.fill("redis", tmp_path, placed.CLINIC)

    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert placed.OF_A_TEST.findall(text) == []
    assert "bind 127.0.0.1\nport 0\n" in text
    assert ">@secret:redis/password@ " in text
