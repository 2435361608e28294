"""A restore drill, and its result where nobody can change it: one that fails makes the function fail, which rings."""

from typing import Final

import msgspec

from meridian.app import backups
from meridian.app.functions.archiving import archive
from meridian.app.functions.timed import Said
from meridian.app.house import House
from meridian.audit.archiving import YEAR
from meridian.audit.retention import LEAST_YEARS
from meridian.faults import Unavailable
from meridian.ops.backup.keeping import Drill

FOLDER: Final = "drills"


async def drilled(house: House) -> Said:
    """
    Restore the newest backup, look at it, and keep what was found for `LEAST_YEARS`.

    Raises:
        Unavailable: If the drill did not pass; what was found is kept all the same.
    """
    done = await backups.drill(house)
    await _kept(house, done)
    if not done.passed:
        raise Unavailable(f"The restore drill failed: {', '.join(done.failed) or 'nothing was tried'}")
    return {
        "passed": done.passed,
        "checks": len(done.checks),
        "untried": len(done.untried),
        "rpo": done.rpo,
        "rto": done.rto,
        "size": done.size,
    }


async def _kept(house: House, done: Drill) -> None:
    place = archive(house.settings)
    await place.check()
    until = done.at + LEAST_YEARS * YEAR
    await place.put(f"{FOLDER}/{done.at:015}.json", msgspec.json.encode(done), until)
