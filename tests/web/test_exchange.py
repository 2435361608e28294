"""Bodies are read within their limits and parameters within theirs."""

import asyncio
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Malformed, TooLarge
from meridian.web.exchange import MOST_PARAMETERS, Message, Receive, Request, parameters
from meridian.web.faults import TooSlow


def sender(parts: Iterable[bytes], *, leaves: bool = False) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if leaves:
        messages.append({"type": "http.disconnect"})
    else:
        messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return messages.pop(0)

    return receive


def request(receive: Receive, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"method": "POST", "path": "/", "query_string": b"", "headers": raw}, receive, "r", "")


@pytest.mark.anyio
async def test_a_body_comes_whole() -> None:
    assert await request(sender([b"ab", b"c"])).body(3) == b"abc"


@pytest.mark.anyio
async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    async def never() -> Message:
        raise AssertionError

    with pytest.raises(TooLarge):
        await request(never, content_length="100000000").body(10)


@pytest.mark.anyio
async def test_a_body_is_read_no_further_than_its_limit() -> None:
    endless = request(sender([b"aaaa"] * 1000))

    with pytest.raises(TooLarge):
        await endless.body(10)


@pytest.mark.anyio
async def test_a_sender_who_leaves_half_way_is_noticed() -> None:
    with pytest.raises(Malformed):
        await request(sender([b"aa"], leaves=True)).body(10)


@pytest.mark.anyio
async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    first = [{"type": "http.request", "body": b"a", "more_body": True}]

    async def stalls() -> Message:
        if first:
            return first.pop()
        await asyncio.sleep(60)
        raise AssertionError

    with pytest.raises(TooSlow):
        await request(stalls).body(10, seconds=0.01)


@pytest.mark.anyio
@pytest.mark.parametrize("length", ["-1", "x", "1e3", "٣"])
async def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    async def never() -> Message:
        raise AssertionError

    with pytest.raises(Malformed):
        await Request(
            {"method": "POST", "path": "/", "query_string": b"", "headers": [(b"content-length", length.encode())]},
            never,
            "r",
            "",
        ).body(10)


text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(text, text), max_size=20))
def test_parameters_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    assert parameters(urlencode(pairs).encode()) == pairs


@given(st.text(st.sampled_from('a1=&+%2Cé;["')).map(lambda query: query.encode("ascii", "ignore")))
def test_parameters_are_read_as_the_standard_library_reads_them(query: bytes) -> None:
    try:
        wanted = parse_qsl(query.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(Malformed):
            parameters(query)
    else:
        assert parameters(query) == wanted


@pytest.mark.parametrize(
    "query", [b"name=%FF", b"name=\xff", b"name=a%00b", b"&".join([b"a=1"] * (MOST_PARAMETERS + 1))]
)
def test_parameters_that_cannot_be_read_are_refused(query: bytes) -> None:
    with pytest.raises(Malformed):
        parameters(query)
