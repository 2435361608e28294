"""
Tokens that the platform's own key signed and that must not work all the same: too old, too early, too long, of another.

Only who has the keys can make them, so they are made when the material is, and so is a link that has ended. Each stands
for a session that is alive, so that nothing but what is wrong with it can be the reason why it is refused.
"""

import base64
import json
from typing import TYPE_CHECKING, Any

from joserfc.jwk import RSAKey

from meridian import clock
from meridian.identity import keys, tokens
from meridian.identity.facts import NOBODY
from meridian.identity.opaque import mark, new_id, new_secret
from meridian.identity.tokens import LASTING_MS, Claims
from meridian.store import filing
from meridian.threats.attack import NotRun

if TYPE_CHECKING:
    from meridian.identity.service import Service

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
ELSEWHERE = "https://evil.example"


async def mint(identity: "Service", email: str, password: str, code: str) -> dict[str, str]:
    """
    Sign somebody in, and make tokens of their session; by what they are.

    Raises:
        NotRun: If they cannot sign in.
    """
    stage = await identity.sign_in.password(email, password, NOBODY)
    if stage.step == "totp":
        stage = await identity.sign_in.totp(stage.pending, code, NOBODY)
    if stage.grant is None:
        raise NotRun(f"{email} cannot sign in: {stage.step}")
    return {"genuine": stage.grant.access, **await _others(identity, _claims(stage.grant.access))}


async def _others(identity: "Service", claims: Claims) -> dict[str, str]:
    tools = identity.tools
    now, name = tools.clock(), tools.issuer.name
    key = keys.signer(await tools.engine.read(lambda: keys.load(now)), now)
    if key is None:
        raise NotRun("there is no key that signs")
    private = RSAKey.import_key(keys.open_private(tools.sealer, key))

    def signed(claims: Claims, *, at: int = now, by: str = name) -> str:
        return tokens.sign(private, kid=key.kid, issuer=by, claims=claims, now=at, identifier=new_id())

    return {
        "expired": signed(_ending(claims, now - 1000), at=now - LASTING_MS),
        "not-yet": signed(_ending(claims, now + DAY_MS + LASTING_MS), at=now + DAY_MS),
        "too-long": signed(_ending(claims, now + DAY_MS)),
        "issuer": signed(claims, by=ELSEWHERE),
        "other-session": signed(claims._replace(session="A" * 22)),
    }


def until(genuine: str, kid: str, private: RSAKey, ends: int) -> str:
    """A token of the session of a *genuine* one that ends at *ends*, in ms, signed by the key of that name."""
    now, issuer = clock.now(), _said(genuine)["iss"]
    claims = _ending(_claims(genuine), ends)
    return tokens.sign(private, kid=kid, issuer=issuer, claims=claims, now=now, identifier=new_id())


async def expired_link(identity: "Service", genuine: str, document: str) -> str:
    """A link to a *document* that the session of a *genuine* token asked for, and that was over an hour ago."""
    tools, claims, token = identity.tools, _claims(genuine), new_secret()
    kept = filing.Link(claims.account, claims.session, document, 1, tools.clock() - HOUR_MS, 0)
    await tools.engine.write(lambda: filing.keep_link(claims.org, mark(token), kept))
    return token


def _ending(claims: Claims, expires: int) -> Claims:
    return claims._replace(expires=expires)


def _said(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _claims(token: str) -> Claims:
    said = _said(token)
    return Claims(said["sub"], said["sid"], said["mid"], said["org"], said["role"], said["exp"] * 1000)
