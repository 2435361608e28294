"""How the platform fares, for those who look after it."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response, status

from meridian.access.platform import MENDERS, Fares
from meridian.faults import Forbidden, Invalid, Unauthenticated
from meridian.telemetry.minutes import MINUTE, Minute, Step, course, together
from meridian.telemetry.tally import SECONDS, quantile
from meridian.web.api import cookies
from meridian.web.api.dependencies import From, Glance, Own, Parts, Refresh
from meridian.web.api.models import Body, Reauthentication

router = APIRouter(prefix="/api/status", tags=["status"])

Span = Literal["hour", "day"]
SPANS: dict[Span, tuple[int, int]] = {"hour": (60 * MINUTE, MINUTE), "day": (24 * 60 * MINUTE, 15 * MINUTE)}
"""How far back, and how long each step is; milliseconds."""
PRESENT = 3 * MINUTE
"""A process that has kept no minute for that long is gone."""

Times = list[float | None]
"""Seconds at each step; null where nobody measured."""


class Asked(Body):
    """Requests to a partner, at each step."""

    name: str
    answered: list[float]
    failed: list[float]
    resting: bool


class Course(Body):
    """Steps of the plots; all lists are as long as `at`, and hold null where nobody measured."""

    at: list[int]
    load: Times
    p50: Times
    p95: Times
    p99: Times
    errors: Times
    refused: Times
    due: Times
    due_for: Times
    waiting: Times
    lag: Times
    sockets: Times
    calls: Times
    sign_in_failures: Times
    partners: list[Asked]


class Leaned(Body):
    """Something that is leant on."""

    name: str
    state: Literal["up", "away", "resting"]


class Present(Body):
    """How it stands now; seconds, and requests in a second."""

    processes: int
    seen: int | None
    load: float
    p95: float | None
    errors: float
    due: float
    due_for: float
    given_up: float
    sockets: float
    unsigned: float
    signed_ago: float
    backup_ago: float | None
    drill_ago: float | None
    disk: float | None
    parts: list[Leaned]


class AlertSeen(Body):
    """An alarm that a detector raised."""

    kind: str
    at: int


class StoppedJob(Body):
    """A job that was given up."""

    no: int
    topic: str
    tries: int
    due: int
    own: bool


class PlatformStatus(Body):
    """How the platform fares."""

    span: Span
    step: int
    present: Present
    course: Course
    alerts: list[AlertSeen]
    jobs: list[StoppedJob]
    may_retry: bool


@router.get("")
async def read_status(chart: Glance, span: Annotated[Span, Query()] = "hour") -> PlatformStatus:
    """How the platform fared in the last hour or day; asking keeps no session awake."""
    back, step = SPANS[span]
    fares = await chart.fares(back + step)
    ends = fares.now // step * step + (step if step > MINUTE else 0)  # a minute is known once it is over
    kept = [(at, minute) for at, _, minute in fares.minutes]
    return PlatformStatus(
        span=span,
        step=step,
        present=_present(fares),
        course=_course(course(kept, ends - back, ends, step)),
        alerts=[AlertSeen(kind=one.kind, at=one.at) for one in fares.alarms],
        jobs=[StoppedJob(**one._asdict()) for one in fares.stopped],
        may_retry=chart.subject.role in MENDERS,
    )


@router.post("/jobs/{no}/retry", status_code=status.HTTP_204_NO_CONTENT)
async def retry_job(
    *,
    parts: Parts,
    chart: Own,
    body: Reauthentication,
    refresh: Refresh,
    caller: From,
    response: Response,
    no: Annotated[int, Path(ge=1)],
) -> None:
    """Let a job that was given up be tried again; whoever does it proves once more who they are."""
    if chart.subject.role not in MENDERS:
        raise Forbidden("Your role does not look after the platform")
    if (body.password is None) == (body.code is None):
        raise Invalid("Give either the password or a code")
    try:
        grant = await parts.identity.signed_in.reauthenticate(refresh, body.password, body.code, caller)
    except Unauthenticated:
        raise Forbidden("That is not right") from None  # the session goes on; it is this step that is refused
    cookies.keep_signed_in(response, grant)
    await chart.retry_job(no)


def _present(fares: Fares) -> Present:
    """The newest minute of each process that is there."""
    newest = {process: (at, minute) for at, process, minute in fares.minutes if at + MINUTE > fares.now - PRESENT}
    whole = together([minute for _, minute in newest.values()], at_once=True)
    return Present(
        processes=len(newest),
        seen=max((at + MINUTE for at, _ in newest.values()), default=None),
        load=whole.requests * 1000 / MINUTE,
        p95=quantile(0.95, whole.took, SECONDS),
        errors=whole.errors,
        due=whole.due,
        due_for=whole.due_for,
        given_up=whole.given_up,
        sockets=whole.sockets,
        unsigned=whole.unsigned,
        signed_ago=whole.signed_ago,
        backup_ago=whole.backup_ago,
        drill_ago=whole.drill_ago,
        disk=whole.disk,
        parts=_parts(whole),
    )


def _parts(whole: Minute) -> list[Leaned]:
    found = [Leaned(name=name, state="up" if up else "away") for name, up in whole.up.items()]
    partners = sorted({*whole.partners, *whole.resting})
    return [*found, *(Leaned(name=one, state="resting" if one in whole.resting else "up") for one in partners)]


def _course(steps: Sequence[Step]) -> Course:
    def each(name: str) -> Times:
        return [getattr(one.minute, name) if one.known else None for one in steps]

    names = sorted({name for one in steps for name in one.minute.partners})
    return Course(
        at=[one.at for one in steps],
        load=[one.load if one.known else None for one in steps],
        p50=[one.p50 for one in steps],
        p95=[one.p95 for one in steps],
        p99=[one.p99 for one in steps],
        partners=[_asked(name, steps) for name in names],
        errors=each("errors"),
        refused=each("refused"),
        due=each("due"),
        due_for=each("due_for"),
        waiting=each("waiting"),
        lag=each("lag"),
        sockets=each("sockets"),
        calls=each("calls"),
        sign_in_failures=each("sign_in_failures"),
    )


def _asked(name: str, steps: Sequence[Step]) -> Asked:
    pairs = [one.minute.partners.get(name, [0, 0]) for one in steps]
    resting = bool(steps) and name in steps[-1].minute.resting
    return Asked(name=name, answered=[pair[0] for pair in pairs], failed=[pair[1] for pair in pairs], resting=resting)
