import pytest

from meridian.faults import Unauthenticated
from meridian.web.exchange import Message, Request
from meridian.web.middleware.authentication import token_of


async def nothing() -> Message:
    return {"type": "http.disconnect"}


def request(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"method": "GET", "path": "/", "query_string": b"", "headers": list(headers)}, nothing, "r", "")


@pytest.mark.parametrize(
    "header",
    [
        (b"authorization", b"Bearer abc"),
        (b"authorization", b"bearer  abc"),
        (b"cookie", b"__Host-meridian=abc"),
        (b"cookie", b"x=1; __Host-meridian-refresh=no; __Host-meridian=abc; y=2"),
    ],
)
def test_the_token_is_found(header: tuple[bytes, bytes]) -> None:
    assert token_of(request(header)) == "abc"


@pytest.mark.parametrize(
    "header",
    [
        (b"x", b"y"),
        (b"authorization", b"Basic abc"),
        (b"authorization", b"Bearer"),
        (b"authorization", b"Bearer " + b"a" * 9000),
        (b"cookie", b"__Host-meridian-refresh=abc"),
        (b"cookie", b"meridian=abc"),
    ],
)
def test_without_a_token_nobody_is_signed_in(header: tuple[bytes, bytes]) -> None:
    with pytest.raises(Unauthenticated):
        token_of(request(header))
