"""
DATA-03 at sockets: text that would be a statement in every field of an event that is looked up or kept.

Where an id or a feed's name belongs, a text is to be refused; where words belong, it is to be kept as it was written.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx

from meridian.threats.attack import ARSENAL, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.attacks.data_03 import TEXTS, THREAT, Said, shows
from meridian.threats.wire import Socket, opened


async def heard(socket: Socket, event: str, body: Mapping[str, Any]) -> tuple[Said, str]:
    """
    What an event is answered, as HTTP's answers are judged: `internal` is a server that broke. And `ok`, or why not.

    Raises:
        NotRun: If it was too often.
    """
    began = time.monotonic()
    answer = await socket.say(event, body)
    code = "ok" if answer["ok"] else str(answer["error"]["code"])
    if code == "throttled":
        raise NotRun(f"{event} is said too often")
    status = httpx.codes.INTERNAL_SERVER_ERROR if code == "internal" else httpx.codes.OK
    return Said(httpx.Response(status, json=answer), time.monotonic() - began), code


def lookups(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events in which a *text* stands where an id, a name or a state belongs."""
    yield "feeds.sync", {"since": {text: -1}}
    yield "feeds.sync", {"since": {f"thread:{text}": 0}}
    yield "thread.read", {"thread": text}
    yield "thread.typing", {"thread": text, "on": True}
    yield "thread.send", {"thread": text, "cid": uuid4().hex, "text": "verification"}
    yield "visit.sync", {"visit": text, "since": -1}
    yield "presence.set", {"state": text}


@ARSENAL.attack(THREAT, "socket", "Statements within events of a socket, where ids, names and states belong")
async def looked_up(attacker: Attacker) -> str | None:
    """By the clinician, to whom each of these events is answered when it is honest."""
    async with opened(attacker, "clinician") as socket:
        for event, body in (("feeds.sync", {"since": {"me": -1}}), ("presence.set", {"state": "available"})):
            if (code := (await heard(socket, event, body))[1]) != "ok":
                raise NotRun(f"{event} is answered {code} when it is honest")
        attacker.evidence()
        for text in TEXTS:
            for event, body in lookups(text):
                said, code = await heard(socket, event, body)
                if found := shows(said, text):
                    return f"{event}: {found}"
                if code == "ok":
                    return f"{event} took {text!r}"
    return None


@ARSENAL.attack(THREAT, "message", "Statements within messages that are sent over a socket")
async def kept(attacker: Attacker) -> str | None:
    """A conversation of the patient's own, which must hold afterwards what was written, and no more than before."""
    person = attacker.material.people["patient"]
    begins = {"key": f"begin-{person.id}", "subject": person.word, "text": person.word}
    async with attacker.signed_in("patient") as browser, opened(attacker, "patient") as socket:
        begun = await browser.ask("POST", "/api/messages/threads", begins)
        if not begun.is_success:
            raise NotRun(f"the patient cannot write to the clinic: {begun.status_code}")
        thread = begun.json()["thread"]
        before = await _words(attacker, thread)
        for text in TEXTS:
            said, code = await heard(socket, "thread.send", {"thread": thread, "cid": uuid4().hex, "text": text})
            if found := shows(said, text):
                return found
            if code != "ok":
                return f"{text!r} was answered {code}"
        after = await _words(attacker, thread)
    if after != before + [text.strip() for text in TEXTS]:
        return "the conversation does not hold what was written"
    return None


async def _words(attacker: Attacker, thread: str) -> list[str]:
    async with attacker.signed_in("patient") as browser:
        answer = await browser.ask("GET", f"/api/messages/threads/{thread}")
    if not answer.is_success:
        raise NotRun(f"the patient cannot read their own conversation: {answer.status_code}")
    return [one["text"] for one in answer.json()["messages"]]
