"""What somebody wants to be told about, and how."""

from typing import NamedTuple

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.correspondence import Wish
from meridian.access.work import Plan, Work
from meridian.faults import Invalid, Issue
from meridian.messaging.kinds import KINDS, Kind
from meridian.messaging.threads import PERSONAL, me


class Choice(NamedTuple):
    """One kind, and the ways in which it is told."""

    kind: str
    mail: bool
    sms: bool


async def read(chart: Chart) -> list[Choice]:
    """What the person is told about, in the order of `KINDS`."""

    def plan(work: Work) -> Plan[list[Choice]]:
        said = {one.kind: one for one in (yield from correspondence.wishes(work, me(work.subject)))}
        return [_choice(name, kind, said.get(name)) for name, kind in _offered(chart).items()]

    return await chart.consult("notifications/$read", plan, what="notifications")


async def choose(chart: Chart, choices: list[Choice]) -> None:
    """
    Keep what the person wants; kinds that are not named stay as they are.

    Raises:
        Invalid: If there is no such kind for them.
    """
    unknown = [one.kind for one in choices if one.kind not in _offered(chart)]
    if unknown:
        raise Invalid("That is nothing you are told about", issues=(Issue("code-invalid", "is unknown", "kind"),))

    def plan(work: Work) -> Plan[None]:
        for one in choices:
            yield from correspondence.wish(work, me(work.subject), Wish(*one))

    await chart.work("notifications/$choose", plan, what="notifications")


def _offered(chart: Chart) -> dict[str, Kind]:
    personal = chart.subject.role in PERSONAL
    return {name: kind for name, kind in KINDS.items() if kind.staff != personal}


def _choice(name: str, kind: Kind, said: Wish | None) -> Choice:
    return Choice(name, said.mail, said.sms) if said else Choice(name, kind.mail, kind.sms)
