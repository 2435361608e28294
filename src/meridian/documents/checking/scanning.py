"""Looking for harm in one file: by the checks that are always made, and by ClamAV where there is one."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from meridian.documents.checking import builtin
from meridian.documents.checking.clamd import Clamd
from meridian.documents.checking.kinds import Kind
from meridian.documents.checking.sight import Sight
from meridian.files.sealed import Sealed


class Verdict(NamedTuple):
    """
    What scanning a file came to.

    Args:
        harm: What was found, in words; empty when nothing was.
        by: Who looked, as the document says.
    """

    harm: str
    by: str


@dataclass(frozen=True, slots=True)
class Scanner:
    """
    All that look at a file.

    Args:
        clamd: ClamAV's daemon; `None` when there is none.
    """

    clamd: Clamd | None = None

    async def look(self, sealed: Sealed, kind: Kind | None) -> Verdict:
        """
        Look at all of a file.

        Raises:
            Unavailable: If the daemon does not answer: then nobody knows, and it is looked at again later.
            Unreadable: If the file does not open.
        """
        sight = Sight(sealed, asyncio.get_running_loop())
        harm = await asyncio.to_thread(builtin.harm, sight, kind)
        if self.clamd is None:
            return Verdict(harm, f"{builtin.NAME} (no virus scanner is installed)")
        by = f"{await self.clamd.version()} and {builtin.NAME.lower()}"
        if not harm and (name := await self.clamd.harm(sealed.read())):
            harm = f"The virus scanner found {name}"
        return Verdict(harm, by)
