"""
What clients may say, and how each of it is answered.

An event has a name, a schema, a rate and a handler. Whatever comes is checked against the schema, counted, and judged
by who is there now, looked up afresh; then its handler acts through the chart of that person, and every event is
answered `{ok: true, data}` or `{ok: false, error: {code, text, fields?}}` with the codes that HTTP uses. A crash
answers `internal`; the log is told where it was, never what was said.

    registry.add(Event("thread.read", Read, read, acts=True))
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import uuid4

import msgspec

from meridian.access.chart import Chart
from meridian.access.subject import Subject
from meridian.faults import Fault, Forbidden, Invalid, Issue, Throttled
from meridian.identity.facts import Identity
from meridian.realtime.connection import Connection, Guest
from meridian.realtime.rates import Buckets, Rate

if TYPE_CHECKING:
    from meridian.realtime.life import Life
    from meridian.realtime.rooms import Rooms

Answer: TypeAlias = dict[str, Any]
CodeOf: TypeAlias = Callable[[Exception], str]
"""The code of a fault, as HTTP says it."""

USUAL = Rate(5, 20)
"""Of one event of one person, house policy."""
OFTEN = Rate(50, 100)
"""Of what is relayed while a call comes about."""

_log = logging.getLogger("meridian.realtime")


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """What every event's body says: which version of this contract it speaks."""

    v: Literal[1]


@dataclass(frozen=True, slots=True)
class Call:
    """
    One event, on its way through its handler.

    Args:
        connection: The socket it came by.
        rooms: Where to send, and what to join.
        request: Its id, for the audit log.
        identity: Who is there now; `None` for a guest.
        subject: The same, as policy sees them.
        open: Makes the chart of a subject.
        life: The sockets' lives.
    """

    connection: Connection
    rooms: "Rooms"
    request: str
    identity: Identity | None
    subject: Subject | None
    open: Callable[[Subject], Chart]
    life: "Life"

    @property
    def person(self) -> Identity:
        """Who is signed in."""
        if self.identity is None:
            raise Forbidden("That is for those who are signed in")
        return self.identity

    @property
    def guest(self) -> Guest | None:
        """The guest who is there, if it is one."""
        return self.connection.guest

    @property
    def chart(self) -> Chart:
        """The one door, for whoever is signed in."""
        if self.subject is None:
            raise Forbidden("That is for those who are signed in")
        return self.open(self.subject)


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something a client may say.

    Args:
        name: As `thread.send`.
        schema: Of its body.
        handler: What is done about it; what it gives is the answer's `data`.
        rate: Of one person, over all their sockets of this process.
        acts: Whether a person does it on purpose, which keeps the session awake.
        guests: Whether a guest of a visit may say it.
    """

    name: str
    schema: type[Body]
    handler: Callable[[Call, Any], Awaitable[Any]]
    rate: Rate = USUAL
    acts: bool = False
    guests: bool = False


class Registry:
    """The events there are."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}

    def add(self, *events: Event) -> None:
        """Take them up; a name stands once."""
        for event in events:
            if event.name in self._events:
                raise ValueError(f"There are two events {event.name!r}")
            self._events[event.name] = event

    def __contains__(self, name: object) -> bool:
        return name in self._events

    def __getitem__(self, name: str) -> Event:
        return self._events[name]

    def names(self) -> list[str]:
        """All of them."""
        return sorted(self._events)


class Dispatcher:
    """
    Answers events.

    Args:
        registry: The events there are.
        life: Who is there now.
        rooms: Where handlers send.
        chart: The one door, for a subject.
        code_of: The code of a fault.
    """

    def __init__(
        self, registry: Registry, life: "Life", rooms: "Rooms", chart: Callable[[Subject], Chart], code_of: CodeOf
    ) -> None:
        self._registry = registry
        self._life = life
        self._rooms = rooms
        self._chart = chart
        self._code_of = code_of
        self._buckets = Buckets()

    async def answer(self, name: str, sid: str, sent: Any = None) -> Answer:
        """The answer to one event of a socket."""
        request = uuid4().hex
        try:
            connection = self._life[sid]
            return {"ok": True, "data": await self._answered(self._registry[name], connection, sent, request)}
        except Fault as fault:
            return {"ok": False, "error": self._error(fault)}
        except Exception as wrong:  # noqa: BLE001  # whatever it is, the client gets an answer and we get its place
            _log.error("event %s, request %s crashed: %s at %s", name, request, type(wrong).__name__, _frames(wrong))
            return {"ok": False, "error": {"code": "internal", "text": "Something went wrong on our side"}}

    async def _answered(self, event: Event, connection: Connection, sent: Any, request: str) -> Any:
        body = read(event.schema, sent)
        if not self._buckets.take((_whose(connection), event.name), event.rate):
            raise Throttled("That was too often; try again in a moment", retry_after=1)
        call = await self._call(event, connection, request)
        if event.acts:
            await self._life.acted(connection)
        return await event.handler(call, body)

    async def _call(self, event: Event, connection: Connection, request: str) -> Call:
        if connection.guest is None:
            identity = await self._life.now(connection)
            subject = connection.subject(identity, request)
            return Call(connection, self._rooms, request, identity, subject, self._chart, self._life)
        if not event.guests:
            raise Forbidden("That is for those who are signed in")
        await self._life.guest_now(connection)
        return Call(connection, self._rooms, request, None, None, self._chart, self._life)

    def _error(self, fault: Fault) -> dict[str, Any]:
        said: dict[str, Any] = {"code": self._code_of(fault), "text": fault.detail}
        if fields := {issue.place: issue.text for issue in fault.issues if issue.place}:
            said["fields"] = fields
        if isinstance(fault, Throttled):
            said["retry_after"] = fault.retry_after
        return said


_PLACE = re.compile(r" - at `(?:key` in `)?\$\.?(.*)`$")
_FIELD = re.compile(r"required field `(\w+)`")


def read(schema: type[Body], sent: Any) -> Body:
    """
    The body as its schema has it; extra members are refused.

    Raises:
        Invalid: If it is otherwise. Names the place, never what was sent.
    """
    try:
        return msgspec.convert(sent, schema)
    except msgspec.ValidationError as wrong:
        found = _FIELD.search(str(wrong)) or _PLACE.search(str(wrong))
        place = found[1] if found else ""
        raise Invalid("The body breaks its rules", issues=(Issue("invalid", "is not as it must be", place),)) from None


def _whose(connection: Connection) -> str:
    """Whose budget it is: an account's, whichever sockets it has, or a guest's."""
    if connection.identity is not None:
        return connection.identity.account
    return f"guest/{connection.guest.id}" if connection.guest else connection.sid


def _frames(wrong: Exception) -> str:
    """Where it happened, innermost last; not its message, which may hold patient data."""
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in extract_tb(wrong.__traceback__))
