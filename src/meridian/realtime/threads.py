"""
Messages on the wire: the same as over HTTP, with the sender's key, so that what is sent twice is kept once.

Who follows a thread's feed hears of a message by a happening, and sees who is writing; the words are read over HTTP.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

import msgspec

from meridian.access.feeds import Checks
from meridian.faults import NotFound
from meridian.identity.facts import Identity
from meridian.messaging import threads, writing
from meridian.messaging.letters import MOST_ATTACHMENTS, Draft
from meridian.realtime.events import Body, Call, Event
from meridian.realtime.feeds import Happening, followers
from meridian.realtime.rates import Rate

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{16,64}$")]
Words = Annotated[str, msgspec.Meta(max_length=6000)]
Attachments = Annotated[tuple[Id, ...], msgspec.Meta(max_length=MOST_ATTACHMENTS)]

SENDING = Rate(10, 40)
TYPING = Rate(2, 10)
REMEMBERED = 2000
"""Messages whose numbers are at hand for the answer to their senders."""


class SendMessage(Body):
    """A message, or a note among staff; `cid` is chosen by the client, another for each message."""

    thread: Id
    cid: Key
    text: Words = ""
    attachments: Attachments = ()
    note: bool = False


class Thread(Body):
    """Which one."""

    thread: Id


class Typing(Body):
    """Whether one is writing."""

    thread: Id
    on: bool


class Threads:
    """
    The events.

    Args:
        portrait: A person's own name.
        checks: Who may follow the feeds of features, by prefix.
    """

    def __init__(self, portrait: Callable[[Identity], Awaitable[str]], checks: Checks) -> None:
        self._portrait = portrait
        self._checks = checks
        self._numbers: OrderedDict[tuple[int, str], int] = OrderedDict()
        self.events = (
            Event("thread.send", SendMessage, self.send, SENDING, acts=True),
            Event("thread.read", Thread, self.read, SENDING, acts=True),
            Event("thread.typing", Typing, self.typing, TYPING),
        )

    def told(self, happened: Iterable[Happening]) -> None:
        """Remember the numbers of messages, which their senders are about to be answered."""
        for one in happened:
            if one.feed.startswith(("thread:", "notes:")) and "message" in one.said:
                self._numbers[one.org, one.said["message"]] = one.seq
                if len(self._numbers) > REMEMBERED:
                    self._numbers.popitem(last=False)

    async def send(self, call: Call, body: SendMessage) -> dict[str, Any]:
        """Say or note something; its id, and its number in the feed or 0 where that is not at hand."""
        draft = Draft(body.text, body.cid, body.attachments)
        writes = writing.note if body.note else writing.answer
        kept = await writes(call.chart, body.thread, draft)
        return {"id": kept, "seq": self._numbers.get((call.connection.org, kept), 0)}

    async def read(self, call: Call, body: Thread) -> dict[str, int]:
        """One has read it up to now."""
        at = call.life.time()
        await threads.see(call.chart, body.thread, at)
        return {"at": at}

    async def typing(self, call: Call, body: Typing) -> None:
        """Show those who follow the thread that one is writing; only who follows it oneself may, and may still."""
        here = call.connection
        feed = f"thread:{body.thread}"
        if feed not in here.feeds:
            raise NotFound("There is no such thread")
        await self._checks["thread"](call.chart, body.thread)
        here.name = here.name or await self._portrait(call.person)
        said = {"thread": body.thread, "who": threads.me(call.chart.subject), "name": here.name, "on": body.on}
        await call.rooms.emit("typing", said, followers(here.org, feed), but=here)
