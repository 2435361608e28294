"""
API-01 at sockets: what is told live of one patient, and what is said in their name.

Each event is first answered to whoever may say it: the neighbour, or the clinician who is to see them. Then another
patient and another organisation's clinician say it, and say it of what is not there: both are to be answered alike.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.attacks.api_01 import NOBODY, THREAT, filled
from meridian.threats.attacks.api_01_pages import conversing
from meridian.threats.wire import Socket, opened


@dataclass(frozen=True, slots=True)
class Saying:
    """
    Something that is said over a socket.

    Args:
        title: What it does.
        event: As docs/live.md has it.
        body: Of the event, without its version; places in it as in a `Way`.
        whose: The part whose it is.
        first: A feed that is to be followed before.
    """

    title: str
    event: str
    body: Mapping[str, Any]
    whose: str = "neighbour"
    first: str = ""

    async def say(self, socket: Socket, places: Mapping[str, str]) -> str:
        """Say it, with *places* filled in: `ok`, or the code of why not."""
        if self.first:
            await _said(socket, "feeds.sync", _follows(self.first).body, places)
        return await _said(socket, self.event, self.body, places)


async def _said(socket: Socket, event: str, body: Mapping[str, Any], places: Mapping[str, str]) -> str:
    answer = await socket.say(event, filled(dict(body), places))
    return "ok" if answer["ok"] else str(answer["error"]["code"])


def _follows(feed: str, whose: str = "neighbour") -> Saying:
    return Saying(f"follows {feed.partition(':')[0]}: of the neighbour", "feeds.sync", {"since": {feed: -1}}, whose)


SAYINGS: Mapping[str, Saying] = {
    "feed-patient": _follows("patient:{patient}"),
    "feed-person": _follows("person:Patient/{patient}"),
    "feed-thread": _follows("thread:{thread}"),
    "feed-notes": _follows("notes:{thread}", "clinician"),
    "feed-visit": _follows("visit:{Appointment}", "clinician"),
    "send": Saying(
        "answers in a conversation",
        "thread.send",
        {"thread": "{thread}", "cid": "socket-{patient}", "text": "verification"},
    ),
    "read": Saying("marks a conversation as read", "thread.read", {"thread": "{thread}"}),
    "typing": Saying(
        "seems to write in a conversation",
        "thread.typing",
        {"thread": "{thread}", "on": False},
        first="thread:{thread}",
    ),
    "visit": Saying("looks into a video visit", "visit.sync", {"visit": "{Appointment}", "since": -1}),
}
"""Name → what is said."""


def overheard(saying: Saying, part: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack in which a *part* of the material says what is not theirs to say."""

    async def run(attacker: Attacker) -> str | None:
        there = await conversing(attacker)
        async with opened(attacker, saying.whose) as socket:
            if (heard := await saying.say(socket, there)) != "ok":
                raise NotRun(f"the {saying.whose} is answered {heard}")
        attacker.evidence()
        async with opened(attacker, part) as socket:
            theirs = await saying.say(socket, there)
            nobodys = await saying.say(socket, {**dict.fromkeys(there, NOBODY), "word": "Nobodywhosename"})
        if theirs == "ok":
            return f"{saying.event} was done for the {part}"
        return None if theirs == nobodys else f"{theirs} where there is one, {nobodys} where there is none"

    return run


for part in ("patient", "stranger"):
    for name, saying in SAYINGS.items():
        title = f"The {part} {saying.title} over a socket"
        ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{part}-live-{name}", title, overheard(saying, part)))
