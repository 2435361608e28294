"""Running a piece of work with the house open, from a command that is not asynchronous itself."""

import asyncio
from typing import TYPE_CHECKING, TypeVar

from meridian.cli.ending import REFUSED, Stop
from meridian.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from meridian.app import House

T = TypeVar("T")


def with_house(settings: Settings, work: "Callable[[House], Awaitable[T]]") -> T:
    """Open the house, do *work*, close it; what it gave."""
    from meridian.app import opened  # noqa: PLC0415  # --help and `demo code` do not need it

    async def inside() -> T:
        async with opened(settings) as house:
            return await work(house)

    return asyncio.run(inside())


async def organisation(house: "House", wanted: str | None) -> tuple[int, str, str]:
    """
    Number, logical id and name of the organisation meant: named by either, or the only one.

    Raises:
        Stop: If there is none such, or several and none was named.
    """
    known = await house.identity.administration.organisations()
    if wanted is None and len(known) == 1:
        return known[0]
    found = [one for one in known if wanted is not None and wanted in (one[1], one[2])]
    if len(found) == 1:
        return found[0]
    if not known:
        raise Stop('There is no organisation yet. Begin with: meridian org add "NAME"', REFUSED)
    names = "\n".join(f"  {identity:<40} {name}" for _, identity, name in known)
    why = f"There is no organisation {wanted!r}." if wanted else "Which organisation? Say it with --org."
    raise Stop(f"{why} There are:\n{names}", REFUSED)
