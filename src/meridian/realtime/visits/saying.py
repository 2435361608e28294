"""What people in a visit send and say beside the media: what of them is on, the chat, captions, how the call goes."""

from typing import Any

from meridian.faults import Forbidden
from meridian.realtime.events import Call, Event
from meridian.realtime.rates import Rate
from meridian.realtime.visits import bodies, shapes
from meridian.realtime.visits.desk import Desk, who
from meridian.telehealth import chat
from meridian.telehealth.view import PICTURE, SCREEN, SOUND

CAPTIONING = frozenset({"captioner", "interpreter"})
CHATTING = Rate(2, 10)
TYPING = Rate(10, 30)


class Saying:
    """The events; *desk* knows who is inside."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.events = (
            Event("media.state", bodies.Media, self.media, guests=True),
            Event("visit.chat", bodies.Line, self.chat, CHATTING, acts=True, guests=True),
            Event("caption.line", bodies.Caption, self.caption, TYPING, guests=True),
        )

    async def media(self, call: Call, body: bodies.Media) -> None:
        """What one sends from now on."""
        me, here = await self._desk.inside(call, body.visit), call.connection
        sent = SOUND * body.audio + PICTURE * body.video + SCREEN * body.screen
        await self._desk.parts.calls.sends(here.org, body.visit, who(here), sent)
        said = {"audio": body.audio, "video": body.video, "screen": body.screen, "quality": body.quality}
        await self._desk.to_others(call, "media.state", body.visit, {"visit": body.visit, "from": me.person, **said})

    async def chat(self, call: Call, body: bodies.Line) -> dict[str, Any]:
        """A line for everybody inside, kept with the Encounter."""
        said = await chat.say(await self._desk.door(call), body.visit, body.cid, body.text)
        await self._desk.to_others(call, "visit.chat", body.visit, shapes.line(body.visit, said))
        return {"id": said.id, "at": said.at}

    async def caption(self, call: Call, body: bodies.Caption) -> None:
        """What somebody says, typed by whoever is there for that."""
        me = await self._desk.inside(call, body.visit)
        if me.part not in CAPTIONING:
            raise Forbidden("Captions are typed by a captioner or an interpreter")
        said = {"visit": body.visit, "from": me.person, "text": body.text, "final": body.final}
        await self._desk.to_others(call, "caption.line", body.visit, said)
