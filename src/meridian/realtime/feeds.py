"""
Following feeds: what was missed, then what comes, with nothing between.

A socket is put into a feed's rooms after the door has said that it may follow, and before the door reads what was
missed; so whatever is committed meanwhile is in the answer, or comes by itself, or both, and its number tells.
What a role reads nothing of it hears of without a name, so a feed has a room for each role.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from meridian.access import feeds
from meridian.access.feeds import Caught, Checks, Happening
from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.faults import TooCostly
from meridian.realtime.connection import Connection
from meridian.realtime.events import Body, Call, Event
from meridian.realtime.rates import Rate
from meridian.realtime.rooms import Rooms, of_feed

__all__ = ["Feeds", "Happening"]

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{1,20}(:[A-Za-z0-9./-]{1,100})?$")]
Number = Annotated[int, msgspec.Meta(ge=-1, le=2**53)]

SYNCING = Rate(5, 30)
MOST = 500
"""Feeds that one socket follows."""


class Sync(Body):
    """The last number known of each feed; -1 for one that is followed from now on."""

    since: Annotated[dict[Name, Number], msgspec.Meta(max_length=200)]


class Leave(Body):
    """Feeds to follow no longer."""

    feeds: Annotated[tuple[Name, ...], msgspec.Meta(max_length=200)]


class Feeds:
    """
    The events, and the way of a happening to its followers.

    Args:
        rooms: Where followers are.
        checks: Who may follow the feeds of features, by prefix.
    """

    def __init__(self, rooms: Rooms, checks: Checks) -> None:
        self._rooms = rooms
        self._checks = checks
        self.events = (
            Event("feeds.sync", Sync, self.sync, SYNCING),
            Event("feeds.leave", Leave, self.leave, SYNCING),
        )

    async def sync(self, call: Call, body: Sync) -> dict[str, Any]:
        """What came in each feed since, by its own name; the socket follows these from now on."""
        joined: list[str] = []
        try:
            caught = await call.chart.feeds(body.since, self._checks, self._joining(call, joined))
        except BaseException:
            for feed in joined:
                await self._quit(call.connection, feed)
            raise
        return {"feeds": {feed: _caught(each) for feed, each in caught.items()}}

    async def leave(self, call: Call, body: Leave) -> None:
        """Hear of them no more."""
        for feed in body.feeds:
            await self._quit(call.connection, feed)

    async def happened(self, one: Happening) -> None:
        """Tell everybody who follows its feed."""
        for said, rooms in _rooms_of(one):
            await self._rooms.emit("happened", said, rooms)

    def _joining(self, call: Call, joined: list[str]) -> Callable[[Sequence[str]], Awaitable[None]]:
        """Puts the socket into the rooms of feeds it may follow; *joined* are those it was not in before."""

        async def join(names: Sequence[str]) -> None:
            fresh = [feed for feed in names if feed not in call.connection.feeds]
            if len(call.connection.feeds) + len(fresh) > MOST:
                raise TooCostly(f"At most {MOST} feeds are followed at once")
            for feed in fresh:
                joined.append(feed)
                call.connection.feeds.add(feed)
                await self._rooms.join(call.connection, _room(call.connection, feed))

        return join

    async def _quit(self, connection: Connection, feed: str) -> None:
        connection.feeds.discard(feed)
        await self._rooms.leave(connection, _room(connection, feed))


def _room(connection: Connection, feed: str) -> str:
    role = connection.identity.role if connection.identity else ""
    return of_feed(connection.org, feed, role)


def followers(org: int, feed: str) -> list[str]:
    """The rooms of all who follow a feed, whatever their role."""
    return [of_feed(org, feed, role) for role in Role]


def _rooms_of(one: Happening) -> Iterable[tuple[dict[str, Any], list[str]]]:
    """What is said of a happening, and in which rooms: those whose role reads its kind are told what it is."""
    kind = one.what.partition("/")[0]
    knowing, others = _parted(kind)
    if knowing:
        yield _line(one), [of_feed(one.org, one.feed, role) for role in knowing]
    if others:
        blank = feeds.shown(_anybody(others[0]), one)
        yield _line(blank), [of_feed(one.org, one.feed, role) for role in others]


@lru_cache(maxsize=256)
def _parted(kind: str) -> tuple[list[Role], list[Role]]:
    """The roles that are shown a happening about a *kind* as it is, and those that are not."""
    sample = Happening(0, "", 0, 0, "", f"{kind}/x" if kind else "", {})
    shown = {role: feeds.shown(_anybody(role), sample) == sample for role in Role}
    return [role for role in Role if shown[role]], [role for role in Role if not shown[role]]


@lru_cache(maxsize=len(Role))
def _anybody(role: Role) -> Subject:
    return Subject(account="", org=0, organisation="", role=role, purpose=PURPOSE_OF[role])


def _line(one: Happening) -> dict[str, Any]:
    return {
        "feed": one.feed,
        "seq": one.seq,
        "at": one.at,
        "kind": one.kind,
        "what": one.what,
        "said": dict(one.said),
    }


def _caught(each: Caught) -> dict[str, Any]:
    return {"seq": each.seq, "events": [_line(one) for one in each.events], "reset": each.reset}
