"""How old what there is of evidence is, and what is due: one line a kind, for the command, the page and the pack."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from meridian.hipaa.results import Result
from meridian.ops import evidence
from meridian.ops.backup import keeping
from meridian.ops.evidence import Evidence, Kind, Standing

DAY = 86_400_000
DUE = {
    Kind.VERIFY: 30,
    Kind.PROVE: 365,
    Kind.DRILL: 30,
    Kind.TABLETOP: 365,
    Kind.ACCESS_REVIEW: 90,
    Kind.DOCTOR: 30,
}
"""
Days after which each is due again, house policy; docs/policies say who does it. An incident is answered when there is
one, and due at no time.
"""


class Line(msgspec.Struct, frozen=True):
    """
    One kind of evidence.

    Args:
        kind: What it is of.
        at: When it was last found, ms since the epoch; 0 for never.
        came: `passed`, `failed`, `kept` where it is neither, or `never`.
        standing: What its signature says; empty for never.
        days: After how many it is due.
        overdue: Whether that is past, or it is not as it was signed.
        held: How many there are.
    """

    kind: str
    at: int
    came: str
    standing: str
    days: int
    overdue: bool
    held: int

    @property
    def well(self) -> bool:
        """Whether nobody need do anything about it."""
        return not self.overdue and self.came not in ("failed", "never")


def lines(data: Path, now: int, public: bytes = b"", organisation: str = "") -> list[Line]:
    """
    How each kind stands that is to be made again and again; an exercise counts when somebody was asked.

    Args:
        data: The data folder.
        now: Milliseconds since the epoch.
        public: The key that what is signed must be signed with; empty: one that lies beside it.
        organisation: Logical id of the one whose access reviews count; empty: all.
    """
    found = {kind: everything(data, kind, public) for kind in DUE}
    found[Kind.TABLETOP] = [one for one in found[Kind.TABLETOP] if not one.content.get("unattended")]
    if organisation:
        found[Kind.ACCESS_REVIEW] = [one for one in found[Kind.ACCESS_REVIEW] if organisation in reviewed(one)]
    return [_line(kind, held, now) for kind, held in found.items()]


def reviewed(one: Evidence) -> set[str]:
    """Logical ids of the organisations that a review speaks of; none for other evidence."""
    return {it["id"] for it in one.content.get("organisations", ())}


def everything(data: Path, kind: Kind, public: bytes = b"") -> list[Evidence]:
    """All of a kind, the oldest first; of drills, those too that were kept before evidence was signed."""
    found = evidence.held(data, kind, public)
    if kind is not Kind.DRILL:
        return found
    return sorted([*keeping.unsigned_drills(data), *found], key=lambda one: one.at)


def _line(kind: Kind, found: list[Evidence], now: int) -> Line:
    if not found:
        return Line(kind, 0, "never", "", DUE[kind], overdue=True, held=0)
    last = found[-1]
    late = now - last.at > DUE[kind] * DAY or last.standing is Standing.ALTERED
    return Line(kind, last.at, came(last), last.standing, DUE[kind], overdue=late, held=len(found))


def came(one: Evidence) -> str:
    """What came of it: `passed` or `failed` if that can be told, else `kept`."""
    if one.standing is Standing.ALTERED:
        return "failed"
    passed = _passed(one)
    return "kept" if passed is None else "passed" if passed else "failed"


def _passed(one: Evidence) -> bool | None:
    """Whether it shows that all is well; `None` where it is for people to say."""
    match one.kind, one.content:
        case _, {"passed": bool(passed)}:
            return passed
        case Kind.VERIFY, {"tried": int(tried), "succeeded": int(succeeded)}:
            return tried > 0 and succeeded == 0 and not one.content.get("leftOut")
        case Kind.PROVE, {"twins": list(twins), "unproved": unproved}:
            return bool(twins) and not unproved and all(twin["caught"] for twin in twins)
        case Kind.TABLETOP, {"steps": list(steps)}:
            return not any(step.get("exit") for step in steps)
        case _:
            return None


def results(found: list[Line], day: Mapping[str, str]) -> dict[str, Result]:
    """The same for the HIPAA register: what came of each kind, and on which *day* by kind."""
    return {line.kind: Result(line.came, day[line.kind]) for line in found if line.at}
