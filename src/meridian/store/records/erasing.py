"""
Destroying a patient's record: the key first, and with it every copy of a body anywhere; then the readable rows.

What stays is that there was a patient with that id, and the audit log. Nothing can be written to the record again.
"""

from meridian.faults import NotFound
from meridian.store import bookings, index
from meridian.store.kinds import NAMES
from meridian.store.plan import Change, Plan, Query
from meridian.store.records.moving import merged_into


def destroy_key(org: int, logical_id: str) -> Plan[int]:
    """
    Destroy the key of a patient and empty the rows sealed with it; gives how many resources it sealed.

    Raises:
        NotFound: If no patient has that id.
    """
    rows = yield Query("SELECT no FROM patient WHERE org = ? AND id = ? FOR UPDATE", (org, logical_id))
    if not rows or not logical_id:
        raise NotFound("No Patient with that id")
    for merged in (yield from merged_into(org, [logical_id])):  # what moved has its older versions under these keys
        yield from _destroy(org, merged)
    yield from _forget_exports(org)
    return (yield from _destroy(org, logical_id))


def _destroy(org: int, logical_id: str) -> Plan[int]:
    rows = yield Query("SELECT no FROM patient WHERE org = ? AND id = ? FOR UPDATE", (org, logical_id))
    number = rows[0][0] if rows else -1
    yield Change("UPDATE patient SET wrapped = NULL WHERE no = ?", (number,))
    yield Change("DELETE FROM draft WHERE org = ? AND pat = ?", (org, number))
    held = yield Query("SELECT rid, type FROM resource WHERE org = ? AND pat = ? FOR UPDATE", (org, number))
    for rid, kind in held:
        yield from index.erase(org, rid, NAMES[kind])
        yield Change("DELETE FROM compartment WHERE rid = ?", (rid,))
        yield Change("DELETE FROM care WHERE rid = ?", (rid,))
        yield from bookings.forget(rid)
        yield Change("DELETE FROM history WHERE rid = ?", (rid,))  # a merge that was undone left some under another key
    yield Change("DELETE FROM compartment WHERE org = ? AND pat = ?", (org, number))
    yield Change("DELETE FROM history WHERE org = ? AND pat = ?", (org, number))
    yield Change(
        "UPDATE resource SET deleted = 1, keyed = 0, body = ?, version = version + 1 WHERE org = ? AND pat = ?",
        (b"", org, number),
    )
    return len(held)


def _forget_exports(org: int) -> Plan[None]:
    """
    Destroy the files of the organisation's exports, any of which may hold the record.

    Whoever asked for one is told that it failed (`meridian.store.exports.State.FAILED`), and asks again.
    """
    rows = yield Query("SELECT id FROM bulk_export WHERE org = ?", (org,))
    for (identity,) in rows:
        yield Change("DELETE FROM bulk_file WHERE export = ?", (identity,))
    yield Change("UPDATE bulk_export SET state = 2 WHERE org = ?", (org,))
