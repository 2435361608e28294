"""
The sandbox as a web application: both partners under their own paths, and a door for mischief.

A customer changes its key or signing secret by the one it has (`…/v2/credentials`); the one before stays good, so that
its servers may change over one by one.

    PUT /admin/faults/medtrack {"fault": "slow", "seconds": 10}
    PUT /admin/faults/scriptguard {"fault": "500", "times": 3}
    DELETE /admin/faults

It listens on this machine only. It keeps nothing of what it is asked: the list of calls has ids and endings.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Path, Request, Response
from pydantic import BaseModel, Field

from meridian.medications.partners import medtrack, rotating, scriptguard
from meridian.medications.partners.sandbox import faults, replies
from meridian.medications.partners.sandbox.faults import Mischief, Now
from meridian.medications.partners.sandbox.gate import Credentials, Gate, Refused
from meridian.medications.partners.signing import REQUEST

Keys = Callable[[str], Sequence[Credentials]]
"""The good credentials of a partner's customers, now."""
KEPT = 1000


class Fault(BaseModel):
    """What is to go wrong."""

    fault: Mischief
    times: int = Field(-1, ge=-1, description="For so many requests; -1 until it is taken back")
    seconds: float = Field(30.0, ge=0, le=120, description="How slow")
    to: str = Field("https://elsewhere.example/", description="Where a redirect leads")


class Seen(BaseModel):
    """A call, of which nothing is kept but this."""

    partner: str
    request: str
    ending: str


@dataclass(slots=True)
class Side:
    """One partner of the sandbox."""

    id: str
    gate: Gate
    reply: Callable[[bytes], Any]
    changed: list[Credentials] = field(default_factory=list)
    now: Now = field(default_factory=Now)


def application(keys: Keys, clock: Callable[[], float] = time.time) -> FastAPI:
    """
    Both partners.

    Args:
        keys: The credentials that are good.
        clock: Seconds since the epoch.
    """
    sides = {
        medtrack.ID: _side(medtrack.ID, _medtrack, keys, clock),
        scriptguard.ID: _side(scriptguard.ID, _scriptguard, keys, clock),
    }
    calls: list[Seen] = []
    app = FastAPI(
        title="Safety partners, sandbox",
        version="2",
        summary="MedTrack Pro and ScriptGuard as Meridian speaks to them, failing on demand.",
        docs_url=None,
        redoc_url=None,
    )

    async def serve(side: Side, request: Request) -> Response:
        answer, ending = await _serve(side, request)
        calls.append(Seen(partner=side.id, request=request.headers.get(REQUEST, "")[:64], ending=ending))
        del calls[:-KEPT]
        return answer

    @app.post("/medtrack/v2/interactions", tags=["MedTrack Pro"], openapi_extra=_described(medtrack.Enquiry))
    async def interactions(request: Request) -> Response:
        """Interactions of a medicine with others and with allergies; a `Reply` of the client's module."""
        return await serve(sides[medtrack.ID], request)

    @app.post("/scriptguard/v2/screenings", tags=["ScriptGuard"], openapi_extra=_described(scriptguard.Enquiry))
    async def screenings(request: Request) -> Response:
        """A screening of a medicine; a `Reply` of the client's module."""
        return await serve(sides[scriptguard.ID], request)

    @app.post("/{partner}/v2/credentials", tags=["keys"], openapi_extra=_described(rotating.Change))
    async def change(partner: Annotated[Literal["medtrack", "scriptguard"], Path()], request: Request) -> Response:
        """Another key or signing secret, or with an empty value only whether these are good."""
        return await _change(sides[partner], request)

    Name = Annotated[Literal["medtrack", "scriptguard"], Path()]  # noqa: N806  # a type

    @app.put("/admin/faults/{partner}", tags=["mischief"])
    async def set_fault(partner: Name, body: Fault) -> Fault:
        """Have a partner fail so from now on."""
        sides[partner].now = Now(body.fault, body.times, body.seconds, body.to)
        return body

    @app.get("/admin/faults", tags=["mischief"])
    async def list_faults() -> dict[str, Fault]:
        """What goes wrong now."""
        return {
            name: Fault(fault=side.now.mischief, times=side.now.left, seconds=side.now.seconds, to=side.now.to)
            for name, side in sides.items()
        }

    @app.delete("/admin/faults", tags=["mischief"], status_code=204)
    async def mend() -> None:
        """Both work again."""
        for side in sides.values():
            side.now = Now()

    @app.get("/admin/calls", tags=["mischief"])
    async def list_calls() -> list[Seen]:
        """The last calls, oldest first."""
        return calls

    return app


def _side(partner: str, reply: Callable[[bytes], Any], keys: Keys, clock: Callable[[], float]) -> Side:
    changed: list[Credentials] = []
    return Side(partner, Gate(lambda: [*changed, *keys(partner)], clock), reply, changed)


async def _change(side: Side, request: Request) -> Response:
    body = await request.body()
    try:
        present = side.gate.admit(request, body)
        asked = msgspec.json.decode(body, type=rotating.Change)
    except Refused:
        return _json({"error": "not authorised"}, 401)
    except msgspec.MsgspecError:
        return _json({"error": "not understood"}, 400)
    if asked.value:
        place = "key" if asked.kind == rotating.APIKEY else "secret"
        side.changed[:] = [present._replace(**{place: asked.value}), present]
    return _json({"accepted": True})


async def _serve(side: Side, request: Request) -> tuple[Response, str]:
    body = await request.body()
    mischief = side.now.take()
    if mischief is Mischief.EXPIRED:
        return _json({"error": "key expired"}, 401), "expired-key"
    try:
        side.gate.admit(request, body)
    except Refused as refused:
        return _json({"error": "not authorised"}, 401), refused.reason
    if mischief is Mischief.SLOW:
        await asyncio.sleep(side.now.seconds)
    if bad := faults.answer(side.now, mischief):
        return bad, mischief.value
    try:
        reply = msgspec.to_builtins(side.reply(body))
    except msgspec.MsgspecError:
        return _json({"error": "not understood"}, 400), "not-understood"
    return _json(_spoilt(reply, mischief)), "ok" if mischief is Mischief.NONE else mischief.value


def _medtrack(body: bytes) -> medtrack.Reply:
    return replies.of_medtrack(msgspec.json.decode(body, type=medtrack.Enquiry))


def _scriptguard(body: bytes) -> scriptguard.Reply:
    return replies.of_scriptguard(msgspec.json.decode(body, type=scriptguard.Enquiry))


def _spoilt(reply: dict[str, Any], mischief: Mischief) -> dict[str, Any]:
    """A good answer with one thing wrong in it."""
    ours = "screened" in reply
    match mischief:
        case Mischief.PARTIAL:
            if ours:
                return reply | {"screened": reply["screened"][:-1]}
            coverage = reply["coverage"]
            left = {"full": coverage["full"][:-1], "none": [*coverage["none"], *coverage["full"][-1:]]}
            return reply | {"status": "partial", "coverage": left}
        case Mischief.STRANGER:
            return reply | (
                {"screened": [*reply["screened"], "d99"]} if ours else {"coverage": {"full": [99], "none": []}}
            )
        case Mischief.UNKNOWN_SEVERITY:
            bad = {"refs": ["d0"], "severity": "harmless", "title": "x", "description": "", "duplicate": False}
            other = {"category": "DDI", "level": 9, "between": [0], "code": "SG-1", "summary": "x", "advice": ""}
            return reply | ({"interactions": [bad]} if ours else {"findings": [other]})
        case _:
            return reply


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _described(kind: type) -> dict[str, Any]:
    """The request body of a struct, for the description; its parts stand within it."""
    schema = msgspec.json.schema(kind)
    parts = schema.pop("$defs")

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return resolved(parts[value["$ref"].rpartition("/")[2]])
            return {key: resolved(inner) for key, inner in value.items()}
        return [resolved(inner) for inner in value] if isinstance(value, list) else value

    return {"requestBody": {"required": True, "content": {"application/json": {"schema": resolved(schema)}}}}
