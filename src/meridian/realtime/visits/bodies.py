"""What clients say in a visit, as schemas; what is handed on to others is what stands in them, and nothing besides."""

from typing import Annotated, Literal

import msgspec

from meridian.realtime.events import Body
from meridian.telehealth.chat import LONGEST
from meridian.telehealth.visits import LONGEST_NAME

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Wrapped = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,400}$")]
Attempt = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{0,64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
Level = Literal["good", "fair", "poor", "unknown"]
Found = Literal["ok", "weak", "failed", "skipped"]

LONGEST_SDP = 60_000
"""Characters of a session description; a packet has 64 kB."""
LONGEST_CAPTION = 500
SHORT = 2000
"""Characters of an ICE candidate, which has about a hundred."""


class Visit(Body):
    """Which one."""

    visit: Id


class Enter(Visit):
    """Be there; a guest says what they want to be called."""

    consent: bool = False
    name: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""


class About(Visit):
    """Somebody in it."""

    person: Id


class Switch(Visit):
    """Whether something is to be so."""

    on: bool


class Sync(Visit):
    """The last number known of the visit's feed."""

    since: Annotated[int, msgspec.Meta(ge=-1, le=2**53)] = -1


class Description(msgspec.Struct, forbid_unknown_fields=True):
    """RTCSessionDescriptionInit, w3.org/TR/webrtc section 4.6."""

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: Annotated[str, msgspec.Meta(max_length=LONGEST_SDP)] = ""


class Candidate(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """RTCIceCandidateInit, w3.org/TR/webrtc section 4.8."""

    candidate: Annotated[str, msgspec.Meta(max_length=SHORT)] = ""
    sdpMid: Annotated[str, msgspec.Meta(max_length=64)] | None = None  # noqa: N815  # the standard's name
    sdpMLineIndex: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None  # noqa: N815  # likewise
    usernameFragment: Annotated[str, msgspec.Meta(max_length=256)] | None = None  # noqa: N815  # likewise


class Signal(Visit, omit_defaults=True):
    """What one browser says to another to find it, of one try at a connection."""

    to: Id
    attempt: Attempt
    description: Description | None = None
    candidate: Candidate | None = None
    wants: Literal["rebuild", "restart"] | None = None


class WrappedKey(Visit):
    """The key of frames, sealed for one of the others."""

    to: Id
    epoch: Count
    wrapped: Wrapped


class Media(Visit):
    """What one sends."""

    audio: bool
    video: bool
    screen: bool
    quality: Level = "unknown"


class Line(Visit):
    """A line of the chat; `cid` is chosen by the client, another for each line."""

    cid: Key
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2 * LONGEST)]


class Caption(Visit):
    """What somebody says, as it is typed; `final` once it will not change."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST_CAPTION)]
    final: bool


class Answer(Visit):
    """To being recorded."""

    yes: bool


class DeviceReport(Visit):
    """What the device test found; `weak`: it failed, and the call can do without it."""

    camera: Found
    microphone: Found
    socket: Found
    udp: Found
    tcp: Found
    tls: Found


class TurnFailure(msgspec.Struct, forbid_unknown_fields=True):
    """Why a relay gave none."""

    code: Literal[401, 486, 701]
    transport: Literal["udp", "tcp", "tls"]


class Quality(Visit, rename="camel"):
    """How a call goes: counts and codes. Times in ms, loss in per cent, available in bits a second."""

    mode: Literal["p2p", "mesh", "sfu"]
    level: Level
    relayed: bool | None = None
    loss: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None
    rtt: Amount | None = None
    available: Amount | None = None
    frames_decoded: Count = 0
    connect_ms: Amount | None = None
    first_frame_ms: Amount | None = None
    restarts: Count = 0
    rebuilds: Count = 0
    failures: Annotated[tuple[TurnFailure, ...], msgspec.Meta(max_length=9)] = ()
