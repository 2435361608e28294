"""JSON in and out: nothing is lost, and what parsers disagree about is refused."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Malformed, TooLarge
from meridian.fhir.codec import DEEPEST, decode, encode, pretty, read

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda d: isinstance(d.as_tuple().exponent, int))
scalars = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | decimals | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)
objects = st.dictionaries(texts, values, max_size=5)


def digits(value: Any) -> Any:
    """*value* with decimals by their digits, since Decimal("1.0") == Decimal("1.00")."""
    if isinstance(value, dict):
        return {key: digits(item) for key, item in value.items()}
    if isinstance(value, list):
        return [digits(item) for item in value]
    return value.as_tuple() if isinstance(value, Decimal) and value.as_tuple().exponent != 0 else value


@given(objects)
def test_what_is_written_reads_back_with_its_digits(value: dict[str, Any]) -> None:
    assert digits(decode(encode(value))) == digits(value)


@given(objects)
def test_the_layout_of_the_text_does_not_matter(value: dict[str, Any]) -> None:
    assert decode(pretty(encode(value))) == decode(encode(value))


@given(st.dictionaries(st.text('ab":,[]{}\\ ', max_size=6), st.text('ab":,[]{}\\ ', max_size=6)))
def test_structure_within_texts_is_not_taken_for_structure(value: dict[str, str]) -> None:
    assert decode(json.dumps(value).encode()) == value
    assert decode(json.dumps(value, separators=("\n,", " \n: "), ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("number", ["1.10", "0.0", "-0.50", "100", "72.000", "123456789012345678901234567890.5"])
def test_a_number_keeps_the_digits_it_was_written_with(number: str) -> None:
    body = b'{"value":%s}' % number.encode()

    assert encode(decode(body)) == body


@pytest.mark.parametrize("number", ["1e3", "1E+3", "1.0e-22", "-1.000e245"])
def test_a_number_with_exponent_keeps_its_value_and_precision(number: str) -> None:
    value = decode(b'{"value":%s}' % number.encode())

    assert value["value"].as_tuple() == Decimal(number).as_tuple()
    assert decode(encode(value)) == value


REFUSED = {
    "nothing": b"",
    "cut off": b'{"a":1',
    "an array": b"[]",
    "a text": b'"a"',
    "two values": b"{} {}",
    "a trailing comma": b'{"a":1,}',
    "a comment": b'{"a":1 /* b */}',
    "single quotes": b"{'a':1}",
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "a leading zero": b'{"a":01}',
    "a bare point": b'{"a":1.}',
    "a huge exponent": b'{"a":1e99999999999999999999}',
    "a huge integer": b'{"a":%s}' % (b"9" * 5_000),
    "U+0000, escaped": b'{"a":"b\\u0000c"}',
    "U+0000 as it is": b'{"a":"\x00"}',
    "U+0000 in a name": b'{"\\u0000":1}',
    "a lone high surrogate": b'{"a":"\\ud800"}',
    "a lone low surrogate": b'{"a":"\\udc00"}',
    "an encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "broken UTF-8": b'{"a":"\xff"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "a property twice": b'{"a":1,"a":1}',
    "a property twice, apart": b'{"a" :1,"b":2,"a"\n:3}',
    "a property twice, deep": b'{"a":[{"b":{"c":1,"c":2}}]}',
    "a property twice, hidden by a colon": b'{"a":":","a":":x"}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_one_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode(body)


def test_an_escaped_backslash_before_u0000_is_only_text() -> None:
    assert decode(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":', b"}]")])
def test_nesting_is_refused_beyond_its_limit_and_no_sooner(opening: bytes, closing: bytes) -> None:
    levels = DEEPEST // (opening.count(b"{") + opening.count(b"["))

    read(opening * levels + b"1" + closing * levels)

    with pytest.raises(TooLarge):
        read(opening * (levels + 1) + b"1" + closing * (levels + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 10_000_000,
        b'{"a":' * 2_000_000,
        b"[" * 5_000_000 + b"]" * 5_000_000,
        b'{"a}":' * 10_000 + b'"{"' + b"}" * 10_000,
        b"[" + b",".join([b"[" * 62 + b"]" * 62] * 75_000) + b"]",
        b"[" + b",".join([b"[[]]"] * 1_000_000) + b"]",
    ],
    ids=["open arrays", "open objects", "closed arrays", "brackets in names", "all but too deep", "very many"],
)
def test_nesting_without_end_is_refused_at_once(body: bytes) -> None:
    began = time.process_time()

    with pytest.raises((TooLarge, Malformed)):
        decode(body)

    assert time.process_time() - began < 1


def test_a_fault_names_the_place_and_not_what_stands_there() -> None:
    with pytest.raises(Malformed) as caught:
        decode(b'{"name":"Peter" "family":"Chalmers"}')

    assert caught.value.detail == "The body is not JSON: it cannot be read at byte 16"
