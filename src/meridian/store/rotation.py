"""
Changing keys without rewriting what they seal.

    rotate_organisation     a new wrapping key; patients' keys are wrapped anew, some at a time, then the old one goes
    rewrap_organisations    after a new master key: the organisations' keys are wrapped by it

Both may be stopped at any point and called again.
"""

from functools import partial

from meridian.store.engine import Engine
from meridian.store.keys import owner
from meridian.store.plan import Change, Many, Plan, Query
from meridian.vault.keyring import Keyring, rewrapped
from meridian.vault.master import GENERATION

AT_ONCE = 500
"""Keys wrapped anew in one transaction."""


async def rotate_organisation(engine: Engine, keyring: Keyring, org: int) -> None:
    """Give the organisation a new wrapping key, and strike out the old ones once nothing needs them."""
    await engine.write(lambda: _begin(keyring, org))
    last: int | None = 0
    while last is not None:
        last = await engine.write(partial(_rewrap, keyring, org, last))
    await engine.write(lambda: _finish(keyring, org))


def _begin(keyring: Keyring, org: int) -> Plan[None]:
    present = yield from owner(keyring, org)
    generation = present.generation + 1
    yield Change(
        "INSERT INTO organisation_key (org, generation, wrapped) VALUES (?, ?, ?)",
        (org, generation, keyring.fresh_organisation(org, generation)),
    )


def _rewrap(keyring: Keyring, org: int, after: int) -> Plan[int | None]:
    """Wrap some keys anew; gives the last number done, `None` at the end."""
    by = yield from owner(keyring, org)
    rows = yield Query(
        "SELECT no, wrapped FROM patient WHERE org = ? AND no > ? AND wrapped IS NOT NULL"
        " ORDER BY no LIMIT ? FOR UPDATE",
        (org, after, AT_ONCE),
    )
    yield Many("UPDATE patient SET wrapped = ? WHERE no = ?", [(rewrapped(by, wrapped), no) for no, wrapped in rows])
    return int(rows[-1][0]) if rows else None


def _finish(keyring: Keyring, org: int) -> Plan[None]:
    """Strike out older generations, unless a key was wrapped by one of them meanwhile."""
    by = yield from owner(keyring, org)
    left = yield Query(
        "SELECT 1 FROM patient WHERE org = ? AND wrapped IS NOT NULL AND SUBSTR(wrapped, 1, 2) <> ? LIMIT 1",
        (org, by.generation.to_bytes(GENERATION, "big")),
    )
    if not left:
        yield Change("DELETE FROM organisation_key WHERE org = ? AND generation < ?", (org, by.generation))


def rewrap_organisations(keyring: Keyring) -> Plan[int]:
    """Wrap every organisation's keys by the newest master key; gives how many."""
    rows = yield Query("SELECT org, generation, wrapped FROM organisation_key FOR UPDATE")
    yield Many(
        "UPDATE organisation_key SET wrapped = ? WHERE org = ? AND generation = ?",
        [(keyring.organisation_rewrapped(org, number, wrapped), org, number) for org, number, wrapped in rows],
    )
    return len(rows)
