"""
Video visits beside the records: where each stands, who takes part, and the links of guests. Steps of a `Work`.

A visit is reached by whoever may read its Appointment: each step that looks or writes has read it within the operation
first. What a guest wants to be called, and where a link is sent, is sealed under the key of the visit's patient.
`Calls` answers what a socket asks at every event, in codes and ids, on behalf of somebody whose session was looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from meridian.access.interaction import Interaction
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.clock import now as real_now
from meridian.store import keys, video_visits
from meridian.store.engine import Engine
from meridian.store.video_visits import PERSON_STATES, STATES, Guest, Person, Seat, Visit
from meridian.vault.seal import place, seal, unseal

__all__ = [
    "PERSON_STATES",
    "STATES",
    "Calls",
    "Guest",
    "Person",
    "Seat",
    "Visit",
    "cancel_guest",
    "find",
    "guest",
    "guests",
    "invite",
    "keep",
    "lock",
    "opened",
    "sealed",
    "sending",
    "sent",
    "standing",
]

_NAME = "visit"


def find(work: Work, visit: str) -> Plan[Visit | None]:
    """A visit whose Appointment the subject has read; `None` where nobody has come to it yet."""
    _allowed(work)
    return (yield from video_visits.find(work.subject.org, visit))


def lock(work: Work, visit: Visit, patient: str) -> Plan[Visit]:
    """Likewise, kept from others until this is done; made as *visit*, of the patient with that id, where none is."""
    _allowed(work)
    org = work.subject.org
    known = yield from video_visits.find(org, visit.id)
    if known is None:
        [number] = yield from keys.numbers(org, [patient])
        made = Visit(visit.id, number, starts=visit.starts)
        return (yield from video_visits.lock(org, made))
    return (yield from video_visits.lock(org, known))


def keep(work: Work, before: Visit, after: Visit) -> Plan[None]:
    """What is different in *after*, of a visit that was locked."""
    _allowed(work)
    yield from video_visits.keep(work.subject.org, before, after)


def standing(work: Work, ids: Sequence[str]) -> Plan[dict[str, str]]:
    """The states of those among the Appointments the subject has found to which somebody came."""
    _allowed(work)
    return (yield from video_visits.standing(work.subject.org, ids))


def waiting(work: Work, ids: Sequence[str]) -> Plan[dict[str, int]]:
    """Since when somebody waits in those among the Appointments the subject has found; ms since the epoch."""
    _allowed(work)
    return (yield from video_visits.waiting(work.subject.org, ids))


def sealed(work: Work, visit: Visit, owner: str, words: str) -> Plan[bytes]:
    """*words* of a person's or a guest's row, under the key of the visit's patient."""
    key = yield from keys.of_number(work._door.records.kit.keyring, work.subject.org, visit.pat)  # noqa: SLF001  # a step of `Work`, kept beside its table
    return seal(key, place(work.subject.org, _NAME, owner, 1), words.encode())


def opened(work: Work, visit: Visit, owner: str, body: bytes) -> Plan[str]:
    """The words again."""
    key = yield from keys.of_number(work._door.records.kit.keyring, work.subject.org, visit.pat)  # noqa: SLF001  # as above
    return unseal(key, place(work.subject.org, _NAME, owner, 1), body).decode()


def invite(work: Work, made: Guest, *, code: bytes | None, address: bytes | None) -> Plan[None]:
    """One more link: with its code's SHA-256, or with the sealed address that one is to be sent to."""
    _allowed(work)
    yield from video_visits.invite(made, code, address)


def guests(work: Work, visit: str) -> Plan[list[Guest]]:
    """The links of a visit, oldest first."""
    _allowed(work)
    return (yield from video_visits.guests(work.subject.org, visit))


def guest(work: Work, guest_id: str) -> Plan[Guest | None]:
    """One link."""
    _allowed(work)
    return (yield from video_visits.guest(work.subject.org, guest_id))


def cancel_guest(work: Work, guest_id: str) -> Plan[None]:
    """Take a link back, with whatever it was exchanged for."""
    _allowed(work)
    yield from video_visits.cancel(work.subject.org, guest_id, work.now)


def sending(work: Work, guest_id: str, code: bytes, expires: int) -> Plan[bytes | None]:
    """The sealed address to which the link is to go, which carries *code* from now on; `None` if it has gone."""
    _allowed(work)
    address = yield from video_visits.sending(work.subject.org, guest_id)
    if address is not None:
        yield from video_visits.minted(work.subject.org, guest_id, code, expires)
    return address


def sent(work: Work, guest_id: str) -> Plan[None]:
    """It has gone: the address is forgotten."""
    _allowed(work)
    yield from video_visits.sent(work.subject.org, guest_id)


def _allowed(work: Work) -> None:
    """
    Pass if the role may look at Appointments here.

    Raises:
        Forbidden: If not.
    """
    work._allow(Interaction.READ, "Appointment")  # noqa: SLF001  # as above


@dataclass(frozen=True, slots=True)
class Calls:
    """What is asked of visits outside of operations: codes and ids only."""

    engine: Engine
    clock: Clock = real_now

    async def visit(self, org: int, visit: str) -> Visit | None:
        """A visit with its people, whose names stay sealed."""
        return await self.engine.read(lambda: video_visits.find(org, visit))

    async def seat(self, org: int, visit: str, who: str) -> Seat | None:
        """Where somebody stands in a visit; asked at every event of a socket."""
        return await self.engine.read(lambda: video_visits.seat(org, visit, who))

    async def state_of(self, org: int, visit: str, person: str) -> str:
        """The state of one of a visit's people, by their id in it; empty where there is none."""
        return await self.engine.read(lambda: video_visits.person_state(org, visit, person))

    async def sends(self, org: int, visit: str, who: str, media: int) -> None:
        """What somebody inside sends from now on: 1 sound, 2 picture, 4 screen, added up."""
        await self.engine.write(lambda: video_visits.sends(org, visit, who, media))

    async def there(self, seats: Sequence[tuple[int, str, str]]) -> None:
        """The sockets of *seats*, each organisation, visit and who, are there now."""
        now = self.clock()
        await self.engine.write(lambda: video_visits.there(seats, now))

    async def away(self, longer_than: int) -> list[tuple[int, str, str]]:
        """Organisation, visit and person of those whose socket was not seen for longer than *longer_than* ms."""
        before = self.clock() - longer_than
        return await self.engine.read(lambda: video_visits.away(before))

    async def outlived(self, longer_than: int) -> list[tuple[int, str]]:
        """Organisation and id of visits nobody ended, *longer_than* ms after their appointment began."""
        before = self.clock() - longer_than
        return await self.engine.read(lambda: video_visits.outlived(before))

    async def redeem(self, code: bytes, session: bytes, lasting: int) -> Guest | None:
        """
        Exchange a guest's code for a session of at most *lasting* ms, both by their SHA-256; a code works once.

        `None` if there is no such code, or it was used, taken back or is too old: nobody can tell which.
        """
        now = self.clock()

        def plan() -> Plan[Guest | None]:
            found = yield from video_visits.redeem(code, now)
            if found is not None:
                yield from video_visits.begin_session(found, session, now + lasting)
            return found

        return await self.engine.write(plan)

    async def guest(self, session: bytes) -> Guest | None:
        """The guest whose cookie has that SHA-256, while it holds."""
        now = self.clock()
        return await self.engine.read(lambda: video_visits.by_session(session, now))
