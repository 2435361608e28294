"""
Codes of an authenticator app (RFC 6238): six digits, 30 seconds, SHA-1, which is what every app can do.

One step of drift either way is allowed, and no step is accepted twice (RFC 6238 section 5.2): the last one used is
kept with the seed.
"""

import hmac
from io import BytesIO

from meridian.identity.sealing import open_text, seal_text
from meridian.identity.views import Seed
from meridian.store.plan import Change, Plan, Query
from meridian.vault.platform import PlatformKey

STEP_MS = 30_000
DRIFT = 1
"""Steps a clock may be off, either way."""
DIGITS = 6


def new_seed() -> str:
    """A secret of 160 random bits in Base32."""
    import pyotp  # noqa: PLC0415  # loaded with the first second factor, not with the server

    return pyotp.random_base32()


def code_at(seed: str, step: int) -> str:
    """The code of a time step."""
    import pyotp  # noqa: PLC0415  # as above

    return pyotp.TOTP(seed).generate_otp(step)


def matching_step(seed: str, code: str, now: int, after: int) -> int | None:
    """
    The time step whose code *code* is, if it is near *now* (ms) and later than *after*; else `None`.

    Every step is compared, so that the time taken says nothing.
    """
    present, found = now // STEP_MS, None
    given = code.replace(" ", "").encode("utf-8", "surrogatepass")
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(code_at(seed, step).encode(), given) and step > after:
            found = step
    return found


def show(seed: str, email: str, product: str) -> Seed:
    """The seed for an app: to type, to tap, and to photograph."""
    import pyotp  # noqa: PLC0415  # as above
    import segno  # noqa: PLC0415  # as above

    uri = pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=product)
    picture = BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", xmldecl=False, omitsize=True, border=2, nl=False)
    return Seed(seed, uri, picture.getvalue().decode())


def begin(sealer: PlatformKey, account: str, seed: str) -> Plan[None]:
    """Keep a seed that counts once it is confirmed; a confirmed one must have been removed before."""
    sealed = seal_text(sealer, "totp.seed", account, seed)
    yield Change("DELETE FROM totp WHERE account = ? AND confirmed = 0", (account,))
    yield Change("INSERT INTO totp (account, seed, confirmed, step) VALUES (?, ?, 0, 0)", (account, sealed))


def confirm(sealer: PlatformKey, account: str, code: str, now: int) -> Plan[bool]:
    """Let the seed count if *code* proves that the app has it."""
    step = yield from _step(sealer, account, code, now, confirmed=False)
    if step is None:
        return False
    done = yield Change(
        "UPDATE totp SET confirmed = ?, step = ? WHERE account = ? AND confirmed = 0", (now, step, account)
    )
    return bool(done.rows)


def spend(sealer: PlatformKey, account: str, code: str, now: int) -> Plan[bool]:
    """Whether *code* is right and was not used before; it cannot be used again."""
    step = yield from _step(sealer, account, code, now, confirmed=True)
    if step is None:
        return False
    done = yield Change("UPDATE totp SET step = ? WHERE account = ? AND step < ?", (step, account, step))
    return bool(done.rows)


def _step(sealer: PlatformKey, account: str, code: str, now: int, *, confirmed: bool) -> Plan[int | None]:
    rows = yield Query("SELECT seed, confirmed, step FROM totp WHERE account = ?", (account,))
    if not rows or bool(rows[0][1]) is not confirmed:
        return None
    sealed, _, last = rows[0]
    return matching_step(open_text(sealer, "totp.seed", account, sealed), code, now, last)


def enrolled(account: str) -> Plan[bool]:
    """Whether a confirmed seed is kept."""
    rows = yield Query("SELECT 1 FROM totp WHERE account = ? AND confirmed > 0", (account,))
    return bool(rows)


def remove(account: str) -> Plan[bool]:
    """Forget the seed; gives whether there was one that counted."""
    was = yield from enrolled(account)
    yield Change("DELETE FROM totp WHERE account = ?", (account,))
    return was
