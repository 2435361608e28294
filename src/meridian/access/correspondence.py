"""
What goes with messages beside the records: who has read how far, and what people want to be told. Steps of a `Work`.

A list of threads and the count of those unread are the same rows within the same scope, so they cannot disagree.
"""

from meridian.access.interaction import Interaction
from meridian.access.work import Plan, Work
from meridian.store import correspondence
from meridian.store.correspondence import Line, People, Wanted, Wish

__all__ = [
    "Line",
    "People",
    "Wanted",
    "Wish",
    "begin",
    "follow",
    "noted",
    "people",
    "route",
    "said",
    "see",
    "settle",
    "standing",
    "take_part",
    "threads",
    "unread",
    "wish",
    "wishes",
]

_KIND = "Communication"


def threads(work: Work, wanted: Wanted, most: int) -> Plan[list[Line]]:
    """
    Threads that the subject may see, those with the newest first.

    Raises:
        Forbidden: If the role may not look at messages.
    """
    scope = yield from work._scope(Interaction.SEARCH, _KIND)  # noqa: SLF001  # a step of `Work`, kept beside its table
    return (yield from correspondence.threads(scope, wanted, most))


def unread(work: Work, wanted: Wanted) -> Plan[int]:
    """How many of the same threads have something unread."""
    scope = yield from work._scope(Interaction.SEARCH, _KIND)  # noqa: SLF001  # as above
    return (yield from correspondence.unread(scope, wanted))


def begin(work: Work, thread: str, team: str) -> Plan[None]:
    """The thread of a Communication that has just been made; *team* is the role that answers."""
    yield from correspondence.begin(work.subject.org, thread, team)


def said(work: Work, thread: str, who: str, at: int, *, waiting: bool) -> Plan[None]:
    """Something was said that the patient sees, by *who* at *at*; *waiting*: now the patient waits for an answer."""
    yield from correspondence.said(work.subject.org, thread, who, at, waiting=waiting)


def noted(work: Work, thread: str, who: str, at: int) -> Plan[None]:
    """Something was noted among staff."""
    yield from correspondence.noted(work.subject.org, thread, who, at)


def settle(work: Work, thread: str) -> Plan[None]:
    """The patient waits for no answer any more."""
    yield from correspondence.settle(work.subject.org, thread)


def route(work: Work, thread: str, team: str) -> Plan[None]:
    """Another team answers from now on."""
    yield from correspondence.route(work.subject.org, thread, team)


def standing(work: Work, thread: str) -> Plan[tuple[str, int, int, bool] | None]:
    """Team, last, noted and waiting of a thread the subject has read, kept from others meanwhile."""
    return (yield from correspondence.standing(work.subject.org, thread))


def see(work: Work, who: str, thread: str, at: int) -> Plan[None]:
    """Somebody has read a thread up to *at*; 0 makes it unread."""
    yield from correspondence.see(work.subject.org, who, thread, at)


def follow(work: Work, who: str, thread: str) -> Plan[None]:
    """Somebody takes part in a thread."""
    yield from correspondence.follow(work.subject.org, who, thread)


def take_part(work: Work, who: str, thread: str, at: int) -> Plan[None]:
    """Both at once."""
    yield from correspondence.take_part(work.subject.org, who, thread, at)


def people(work: Work, thread: str) -> Plan[People]:
    """Who has read a thread that the subject has read, and who takes part in it."""
    return (yield from correspondence.people(work.subject.org, thread))


def wishes(work: Work, who: str) -> Plan[list[Wish]]:
    """What somebody of the subject's organisation wants to be told; one's own, or as the platform."""
    return (yield from correspondence.wishes(work.subject.org, who))


def wish(work: Work, who: str, wanted: Wish) -> Plan[None]:
    """Keep what somebody wants of one kind."""
    yield from correspondence.wish(work.subject.org, who, wanted)
