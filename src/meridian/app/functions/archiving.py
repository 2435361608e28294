"""The audit logs go into the archive; one that does not continue what is there makes the function fail, which rings."""

import logging
from typing import Final

from meridian import clock
from meridian.app import adapters
from meridian.app.functions.ground import Ground
from meridian.app.functions.timed import Said
from meridian.audit.archiving import Archivist, Broken
from meridian.files.archive import Archive, FolderArchive
from meridian.files.bucket import Place
from meridian.files.locked import LockedBucket
from meridian.settings import Settings

AREA: Final = "audit-archive"

_log = logging.getLogger("meridian.functions")


def archive(settings: Settings) -> Archive:
    """Where what stays is put: the bucket of `[archive]`, else the folder `archive` of the data folder."""
    place = settings.archive
    if place is None:
        return FolderArchive(settings.data / "archive")
    name = place.bucket or f"{settings.edition.secret_prefix}-{AREA}"
    return LockedBucket(Place(name, place.region, place.account, place.kms_key, place.endpoint))


async def archived(ground: Ground) -> Said:
    """
    Archive what is new of every log.

    Raises:
        Broken: If one does not continue what is archived; the others were archived all the same.
    """
    now = clock.now()
    archivist = Archivist(ground.engine, archive(ground.settings), adapters.public_key(ground.secrets))
    done, broken = await archivist.everything(now)
    for org, reason in broken.items():
        _log.critical("audit log of organisation %d is not archived: %s", org, reason)
        await ground.note("audit-archive", now, what=f"Log/{org}", outcome="failed")
    if broken:
        raise Broken(f"{len(broken)} audit logs do not continue what is archived of them")
    return {"logs": len(done), "entries": sum(one.entries for one in done), "new": sum(one.new for one in done)}
