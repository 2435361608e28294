"""The bodies of video visits; the socket's `visit.state` and `visit.admitted` have the same shapes."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Id, Printable

VisitState = Literal["scheduled", "lobby", "admitted", "in-call", "hold", "no-show", "ended"]
PersonState = Literal["expected", "lobby", "admitted", "left", "removed", "denied"]
Part = Literal["host", "patient", "family", "interpreter", "captioner", "guest"]
Mode = Literal["p2p", "mesh", "sfu"]
Recording = Literal["off", "asked", "on"]
GuestPart = Literal["family", "interpreter", "captioner", "guest"]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""What a guest's link carries after its `#`."""


class ListedVisit(Body):
    """A visit in a list; `open` says whether it can be entered now."""

    visit: str
    start: str
    end: str
    opens: str
    closes: str
    open: bool
    state: VisitState
    waiting: int = Field(description="Since when somebody waits to be let in, ms since the epoch; 0 when nobody does")
    status: str
    patient: str
    patient_name: str
    hosts: list[str]


class VisitPerson(Body):
    """Somebody in a visit; `waited` is since when, in ms since the epoch."""

    id: str
    name: str
    part: Part
    state: PersonState
    audio: bool
    video: bool
    screen: bool
    answer: Literal["", "yes", "no"] = Field("", description="To the recording")
    waited: int


class VideoVisit(Body):
    """A visit as the caller may see it: who waits sees themselves and the hosts, who is inside sees everybody."""

    visit: str
    start: str
    end: str
    opens: str
    closes: str
    state: VisitState
    mode: Mode
    epoch: int = Field(description="Counts who came and went: the age of the keys")
    room: int
    locked: bool
    recording: Recording
    recorder: Literal["", "gateway", "browser"]
    part: Part
    me: str = Field(description="The caller's id in the visit; empty before they came")
    hosts: list[str]
    people: list[VisitPerson]
    encounter: str = Field("", description="For those who write in it; empty for others")
    patient: str = Field("", description="Likewise")
    consented: bool = Field(default=False, description="Whether the patient has agreed to be seen by video")
    recordable: bool = Field(default=False, description="Whether the caller may ask to record it")


class VideoPolicy(Body):
    """What the organisation says of video visits."""

    recording: bool = Field(description="Whether a clinician may ask to record one")


class GuestInvited(Body):
    """Whom to invite, and how the link gets there; `to` is a mail address or a telephone number."""

    part: GuestPart
    way: Literal["link", "mail", "sms"] = "link"
    to: Annotated[Printable, StringConstraints(max_length=254)] = ""


class VisitGuest(Body):
    """A link; times are ms since the epoch, 0 for never. `path` is there once, for a link that is shown."""

    id: Id
    part: GuestPart
    way: Literal["link", "mail", "sms"]
    created: int
    expires: int
    used: int
    cancelled: int
    path: str = ""


class GuestCode(Body):
    """What the link carries."""

    code: Code


class GuestVisit(Body):
    """What a guest sees before they enter."""

    clinic: str
    ends: int = Field(description="Until when the cookie holds, ms since the epoch")
    seen: VideoVisit


class RecordingPart(Body):
    """One part of what a page recorded without a break, its *take*; each is a whole WebM file of *size* bytes."""

    take: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{1,16}$")] = Field(description="Chosen by the page")
    part: Annotated[int, Field(ge=1, le=1000, description="Counted from 1")]
    size: Annotated[int, Field(ge=1)]


class IceServers(Body):
    """Relays as RTCIceServer; `expires` in Unix seconds, 0 when there are none."""

    servers: list[dict[str, Any]]
    expires: int


class ChatLine(Body):
    """A line of the chat; `person` is its writer's id in the visit, `at` an instant."""

    id: str
    person: str
    name: str
    at: str
    text: str
    cid: str
