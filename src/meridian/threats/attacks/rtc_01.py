"""
RTC-01: a relay that relays for anybody, or into networks that only it can reach (CWE-306, CWE-441).

The relay is asked as a browser asks it, with no credentials, with such as are wrong, old or changed, and, with good
ones, for addresses that are nobody's business.
"""

from collections.abc import Awaitable, Callable

from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.relay import GRANTED, Relay

THREAT = "RTC-01"
INSIDE = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "0.0.0.0",  # noqa: S104  # asked for, not listened at
    "255.255.255.255", "192.0.2.1", "::1", "fe80::1", "fd00:ec2::254", "fc00::1", "::ffff:169.254.169.254",
)  # fmt: skip
"""Addresses of special purpose (RFC 6890); the fifth gives a cloud machine's credentials to whoever asks."""
OUTSIDE = "198.51.45.7"
"""An address that anybody may have: none is sent anything."""
STANDING = (("admin", "admin"), ("turn", "turn"), ("user", "pass"), ("test", "test123"), ("coturn", "coturn"))


def place(attacker: Attacker) -> tuple[str, int]:
    """
    Where the relay is.

    Raises:
        NotRun: If nobody said.
    """
    host, _, port = attacker.material.places.get("turn", "").rpartition(":")
    if not host:
        raise NotRun("where the relay is is not known")
    return host, int(port)


async def answered(attacker: Attacker, username: str = "", password: str = "") -> int:
    """What an Allocate with these credentials is answered."""
    try:
        async with Relay(*place(attacker), username, password) as relay:
            code = await relay.allocate()
    except (OSError, TimeoutError) as wrong:
        raise NotRun(f"the relay does not answer: {type(wrong).__name__}") from wrong
    attacker.keep(Exchange(f"Allocate as {username or 'nobody'}", str(code or "granted")))
    return code


async def good(attacker: Attacker) -> tuple[str, str]:
    """
    Credentials that the relay takes.

    Raises:
        NotRun: If it does not, or there are none.
    """
    username, _, password = attacker.material.secrets.get("turn", "").partition(" ")
    if not password:
        raise NotRun("what the relay takes is not known")
    if await answered(attacker, username, password) != GRANTED:
        raise NotRun("the relay does not take good credentials either")
    attacker.evidence()
    return username, password


def with_wrong(change: Callable[[str, str], tuple[str, str]]) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack with credentials that *change* makes of good ones."""

    async def run(attacker: Attacker) -> str | None:
        wrong = change(*await good(attacker))
        return "a relay was granted" if await answered(attacker, *wrong) == GRANTED else None

    return run


def _prolonged(username: str, password: str) -> tuple[str, str]:
    ends, _, who = username.partition(":")
    return f"{int(ends) + 86_400}:{who}", password


WRONG: dict[str, tuple[str, Callable[[str, str], tuple[str, str]]]] = {
    "nobody": ("no credentials", lambda *_: ("", "")),
    "password": ("a wrong password", lambda username, _: (username, "d3JvbmcgcGFzc3dvcmQgb2Ygbm9ib2R5")),
    "prolonged": ("an end put off by a day", _prolonged),
    "other": ("another name with the same password", lambda username, given: (f"{username}x", given)),
    "no-end": ("a name without an end", lambda username, given: (username.partition(":")[2], given)),
}
for name, (title, change) in WRONG.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", f"A relay is granted for {title}", with_wrong(change)))


@ARSENAL.attack(THREAT, "expired", "A relay is granted for credentials that have ended")
async def expired(attacker: Attacker) -> str | None:
    """Made with the relay's own secret, an hour ago."""
    await good(attacker)
    username, password = attacker.material.secrets["turn-expired"].split(" ", 1)
    return "a relay was granted" if await answered(attacker, username, password) == GRANTED else None


@ARSENAL.attack(THREAT, "standing", "A relay is granted for a name and password that everybody tries")
async def standing(attacker: Attacker) -> str | None:
    """A handful."""
    await good(attacker)
    for pair in STANDING:
        if await answered(attacker, *pair) == GRANTED:
            return f"a relay was granted to {pair[0]}"
    return None


@ARSENAL.attack(THREAT, "inside", "A relay reaches into networks that only it can reach")
async def inside(attacker: Attacker) -> str | None:
    """Permissions for addresses of special purpose are refused (403), for others they are not."""
    username, password = await good(attacker)
    for peer in INSIDE:
        async with Relay(*place(attacker), username, password) as relay:
            if await relay.allocate() != GRANTED:
                raise NotRun("the relay grants no more: its quota is spent")
            if await relay.permit(OUTSIDE) != GRANTED:
                raise NotRun("the relay reaches nobody at all")
            code = await relay.permit(peer)
        attacker.keep(Exchange(f"CreatePermission {peer}", str(code or "granted")))
        if code == GRANTED:
            return f"it may reach {peer}"
    return None
