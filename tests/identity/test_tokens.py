import base64
import gzip
import hmac
import json
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from meridian.faults import Unauthenticated
from meridian.identity import tokens
from meridian.identity.tokens import ALGORITHM, LASTING_MS, TYPE, Claims, names_key, verify
from meridian.testing.identity import HERE, NOON, ORIGIN, Clinic

KEY = RSAKey.generate_key(2048)
OTHER = RSAKey.generate_key(2048)
CLAIMS = Claims("account", "session", "membership", 1, "nurse", NOON + LASTING_MS)


def token(key: RSAKey = KEY, claims: Claims = CLAIMS, issuer: str = ORIGIN, now: int = NOON) -> str:
    return tokens.sign(key, kid="k1", issuer=issuer, claims=claims, now=now, identifier="j1")


def _base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def payload(**changes: Any) -> dict[str, Any]:
    said = json.loads(base64.urlsafe_b64decode(token().split(".")[1] + "=="))
    return {name: value for name, value in (said | changes).items() if value is not None}


def resigned(said: dict[str, Any] | bytes, **header: Any) -> str:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return jws.serialize_compact({"alg": ALGORITHM, "kid": "k1", "typ": TYPE} | header, body, KEY, algorithms=["RS256"])


def test_a_token_says_what_was_signed() -> None:
    assert names_key(token()) == "k1"
    assert verify(token(), KEY, ORIGIN, NOON) == CLAIMS


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "k1", "typ": TYPE},
        {"alg": "HS256", "kid": "k1", "typ": TYPE},
        {"alg": "RS384", "kid": "k1", "typ": TYPE},
        {"alg": "PS256", "kid": "k1", "typ": TYPE},
        {"alg": "rs256", "kid": "k1", "typ": TYPE},
        {"alg": ["RS256"], "kid": "k1", "typ": TYPE},
        {"alg": "RS256", "kid": "k1"},
        {"alg": "RS256", "kid": "k1", "typ": "JWT"},
        {"alg": "RS256", "typ": TYPE},
        {"alg": "RS256", "kid": 1, "typ": TYPE},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "jku": "https://evil.example/keys"},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "x5u": "https://evil.example/cert"},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "x5c": ["MII"]},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "jwk": KEY.as_dict(private=False)},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "crit": ["exp"], "exp": 1},
        {"alg": "RS256", "kid": "k1", "typ": TYPE, "b64": False, "crit": ["b64"]},
        [],
    ],
)  # fmt: skip
def test_a_header_that_is_not_just_ours_is_refused(header: Any) -> None:
    head, body, signature = token().split(".")
    assert head

    with pytest.raises(Unauthenticated):
        names_key(f"{_base64(json.dumps(header).encode())}.{body}.{signature}")


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    head = _base64(json.dumps({"alg": "HS256", "kid": "k1", "typ": TYPE}).encode())
    said = f"{head}.{_base64(json.dumps(payload()).encode())}"
    confused = f"{said}.{_base64(hmac.digest(KEY.as_pem(private=False), said.encode(), 'sha256'))}"

    with pytest.raises(Unauthenticated):
        names_key(confused)
    with pytest.raises(Unauthenticated):
        verify(confused, KEY, ORIGIN, NOON)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "https://evil.example"}, {"aud": None},
        {"aud": [ORIGIN]}, {"exp": NOON // 1000}, {"exp": None}, {"exp": "9999999999"}, {"exp": 1e12},
        {"exp": NOON // 1000 + 3600}, {"nbf": NOON // 1000 + 60}, {"nbf": None}, {"iat": None},
        {"iat": NOON // 1000 + 60}, {"sub": None}, {"sub": 7}, {"sid": None}, {"org": None}, {"org": "1"},
        {"org": True}, {"role": None}, {"mid": None},
    ],
)  # fmt: skip
def test_a_claim_that_is_missing_wrong_or_out_of_time_is_refused(changes: dict[str, Any]) -> None:
    verify(resigned(payload()), KEY, ORIGIN, NOON)

    with pytest.raises(Unauthenticated):
        verify(resigned(payload(**changes)), KEY, ORIGIN, NOON)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'"text"', b"[" * 100_000])
def test_a_payload_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Unauthenticated):
        verify(resigned(body), KEY, ORIGIN, NOON)


def test_another_keys_signature_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        verify(token(OTHER), KEY, ORIGIN, NOON)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_token_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    good = token()
    place = data.draw(st.integers(0, len(good) - 1))
    letter = data.draw(st.sampled_from("ABab01-_.+/= é"))
    if letter == good[place]:
        return
    changed = good[:place] + letter + good[place + 1 :]

    try:
        names_key(changed)
        claims = verify(changed, KEY, ORIGIN, NOON)
    except Unauthenticated:
        return
    assert claims == CLAIMS  # unused bits at the end of a Base64 part
    assert place in (len(good) - 1, good.index(".") - 1, good.rindex(".") - 1)


@given(st.text(max_size=300))
def test_any_text_is_answered_by_a_refusal(text: str) -> None:
    with pytest.raises(Unauthenticated):
        names_key(text)


def wycheproof(folder: Path, name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    groups = json.loads(gzip.decompress((folder / "wycheproof" / name).read_bytes()))["testGroups"]
    return [(group, test) for group in groups for test in group["tests"]]


def imported(group: dict[str, Any]) -> Any:
    said = group.get("public") or group.get("private") or group.get("key") or {}
    kinds: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "oct": OctKey}
    kind = kinds.get(str(said.get("kty")))
    try:
        return kind.import_key(said) if kind else None
    except (JoseError, ValueError, SecurityWarning):  # some keys are broken or too short on purpose
        return None


@pytest.mark.data
def test_wycheproofs_signatures_are_judged_as_it_says_when_they_are_rs256_and_refused_otherwise(
    shared_data: Path,
) -> None:
    accepted, wrong = 0, []

    for group, test in wycheproof(shared_data, "json_web_signature_test.json.gz"):
        key = imported(group)
        if not isinstance(test["jws"], str) or key is None:
            continue
        try:
            tokens.signed(test["jws"], key)
            good = True
        except Unauthenticated:
            good = False
        accepted += good
        rs256 = group.get("public", {}).get("kty") == "RSA" and header_of(test["jws"]).get("alg") == "RS256"
        if good and (test["result"] != "valid" or not rs256):
            wrong.append(test["tcId"])
        if not good and test["result"] == "valid" and rs256:
            wrong.append(test["tcId"])

    assert accepted > 0
    assert wrong == []


@pytest.mark.data
def test_wycheproofs_key_sets_make_nothing_acceptable_that_is_not(shared_data: Path) -> None:
    wrong = []

    for group, test in wycheproof(shared_data, "json_web_key_test.json.gz"):
        said = group.get("public") or group.get("private") or {}
        for key in (imported({"public": one}) for one in said.get("keys", [said])):
            try:
                good = isinstance(key, RSAKey) and bool(tokens.signed(str(test["jws"]), key))
            except Unauthenticated:
                good = False
            if good and test["result"] != "valid" and group["comment"] != "jws_rsa_roca_key":
                wrong.append(test["tcId"])  # a faulty chip's key (ROCA) cannot come to us: we make our own

    assert wrong == []


def header_of(token: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@pytest.mark.anyio
async def test_a_verified_token_is_known_again_in_microseconds(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in(caller=HERE)
    await quay.service.authenticate(grant.access)

    best = min(_timed(quay, grant.access) for _ in range(20))

    assert best < 5_000


def _timed(quay: Clinic, access: str) -> float:
    begun = perf_counter_ns()
    for _ in range(200):
        quay.service.known(access)
    return (perf_counter_ns() - begun) / 200
