"""
The one door: the record store bound to one subject.

Whatever is done on somebody's behalf comes through a `Chart`: decide, plan, record, answer. What it hands out the
subject may see, and the entry that says so is durable.

    chart = Chart(subject, engine, keyring)
    stored = await chart.read("Patient", "17")

The verbs live in `reading`, `searching`, `writing`, `bundles`, `work` and `log`; what they share is in `door`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from meridian import clock as clocks
from meridian.access import (
    bundles,
    drafts,
    feeds,
    lately,
    log,
    merging,
    platform,
    reading,
    searching,
    sharing,
    uses,
    work,
    writing,
)
from meridian.access.answers import Page, Stored, Written
from meridian.access.bundles import Done
from meridian.access.door import Door, shared
from meridian.access.drafts import Draft
from meridian.access.feeds import Caught, Checks
from meridian.access.merging import Preview
from meridian.access.subject import Subject
from meridian.access.uses import Uses, Wanted, Who
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.store.engine import Engine
from meridian.store.records.moving import Merge
from meridian.vault.keyring import Keyring

__all__ = ["Chart", "Done", "Draft", "Page", "Stored", "Written"]

T = TypeVar("T")
Resource: TypeAlias = dict[str, Any]
Pairs: TypeAlias = Sequence[tuple[str, str]]


class Chart:
    """
    The records, as far as one subject reaches.

    Raises (from every method):
        Forbidden: If the role lacks the interaction on the type, whatever the record.
        NotFound: If it is not there, or not the subject's to see: the same.
        Unavailable: If the database or the log does not answer; nothing was handed out then.
    """

    __slots__ = ("_common", "_door")

    def __init__(self, subject: Subject, engine: Engine, keyring: Keyring, clock: Clock = clocks.now) -> None:
        self._common = shared(engine, keyring, clock)
        self._door = Door(subject, self._common)

    @property
    def subject(self) -> Subject:
        """Whose chart it is."""
        return self._door.subject

    @property
    def clock(self) -> Clock:
        """What time it is at the door."""
        return self._door.clock

    async def read(self, resource_type: str, logical_id: str) -> Stored:
        """The current version; `Gone` when it has been deleted."""
        if resource_type == log.KIND:
            return await log.read(self._door, logical_id)
        return await reading.read(self._door, resource_type, logical_id)

    async def vread(self, resource_type: str, logical_id: str, version: int) -> Stored:
        """One version; `Gone` when that is a deletion."""
        if resource_type == log.KIND:
            return await log.vread(self._door, logical_id, version)
        return await reading.vread(self._door, resource_type, logical_id, version)

    async def history(self, resource_type: str, logical_id: str | None, pairs: Pairs = ()) -> Page:
        """Versions of a resource, or of all of a type, newest first: `_since`, `_at`, `_count`, `_cursor`."""
        return await reading.history(self._door, resource_type, logical_id, pairs)

    async def everything(self, patient: str, pairs: Pairs = ()) -> Page:
        """A patient's record: `_since`, `_type`, `_count`, `_cursor`."""
        return await reading.everything(self._door, patient, pairs)

    async def search(self, resource_type: str, pairs: Pairs = (), *, lenient: bool = False, base: str = "") -> Page:
        """Resources of a type that meet the search parameters."""
        if resource_type == log.KIND:
            return await log.search(self._door, pairs)
        return await searching.search(self._door, resource_type, pairs, lenient=lenient, base=base)

    async def create(self, resource_type: str, resource: Resource, *, if_none_exist: Pairs | None = None) -> Written:
        """A new resource, unless one meets *if_none_exist*, which is then `found`."""
        return await writing.create(self._door, resource_type, resource, if_none_exist)

    async def update(
        self, resource_type: str, logical_id: str, resource: Resource, *, if_match: int | None = None
    ) -> Written:
        """A new version; a new resource only for those who may choose ids."""
        return await writing.update(self._door, resource_type, logical_id, resource, if_match)

    async def update_where(
        self, resource_type: str, criteria: Pairs, resource: Resource, *, if_match: int | None = None
    ) -> Written:
        """A new version of the one that meets *criteria*, or a new resource."""
        return await writing.update_where(self._door, resource_type, criteria, resource, if_match)

    async def patch(self, resource_type: str, logical_id: str, body: bytes, *, if_match: int | None = None) -> Written:
        """A new version by the JSON Patch in *body*."""
        return await writing.patch(self._door, resource_type, logical_id, body, if_match)

    async def delete(self, resource_type: str, logical_id: str, *, if_match: int | None = None) -> Written:
        """A version that says it is deleted; deleting it again changes nothing."""
        return await writing.delete(self._door, resource_type, logical_id, if_match)

    async def delete_where(self, resource_type: str, criteria: Pairs) -> Written | None:
        """A deletion of the one that meets *criteria*; `None` when none does."""
        return await writing.delete_where(self._door, resource_type, criteria)

    async def transaction(self, bundle: Resource, base: str = "") -> list[Done]:
        """All that a transaction Bundle asks for, or nothing; *base* is our own address, which entries may use."""
        return await bundles.transaction(self._door, bundle, base)

    async def work(self, action: str, plan: Callable[[Work], Plan[T]], *, what: str = "") -> T:
        """
        One operation as one transaction: what *plan* reads and writes, or nothing; recorded in it.

        Args:
            action: The operation, as `Appointment/$book`; rows of the policy may hold within it only.
            plan: Its steps; may be driven more than once.
            what: What it is about, as `Appointment/17`.
        """
        result: T = await work.work(self._within(action), action, plan, what)
        return result

    async def consult(self, action: str, plan: Callable[[Work], Plan[T]], *, what: str = "") -> T:
        """As `work`, of steps that only look; recorded before the result is handed out."""
        result: T = await work.consult(self._within(action), action, plan, what)
        return result

    def within(self, action: str) -> "Chart":
        """The same chart inside an operation of many steps, each of which is recorded by itself."""
        return Chart(
            replace(self.subject, within=action), self._common.engine, self._common.keyring, self._common.clock
        )

    async def feeds(
        self, since: Mapping[str, int], checks: Checks = feeds.NONE, join: feeds.Join = feeds.nobody
    ) -> dict[str, Caught]:
        """
        What happened in feeds after the numbers one knows; one may follow them from then on.

        Args:
            since: The last number known of each feed; `me`, `team` and `mine` stand for one's own, -1 for "from now".
            checks: Who may follow the feeds that belong to features, by prefix.
            join: Begins to follow, between the checks and the reading.
        """
        return await feeds.since(self._door, self, since, checks, join)

    async def save_draft(
        self, place: str, text: str, *, patient: str = "", base: int = 0, after: int | None = None
    ) -> int:
        """Keep unfinished text, for its author alone; when it was saved (see `drafts.save`)."""
        return await drafts.save(self._door, place, text, patient=patient, base=base, after=after)

    async def draft(self, place: str) -> Draft:
        """One's own unfinished text."""
        return await drafts.read(self._door, place)

    async def drafts(self) -> list[Draft]:
        """Where one has unfinished text, newest first."""
        return await drafts.listed(self._door)

    async def discard_draft(self, place: str) -> None:
        """Throw one's unfinished text away."""
        await drafts.discard(self._door, place)

    async def tidy_drafts(self) -> None:
        """Forget expired drafts of the whole organisation; for the worker."""
        await drafts.tidy(self._door)

    async def merge_preview(self, keep: str, gone: str) -> Preview:
        """What merging the record of *gone* into that of *keep* would do."""
        return await merging.preview(self._within(merging.PREVIEW), keep, gone)

    async def merge(
        self,
        keep: str,
        gone: str,
        choose: Callable[[Resource, Resource], Resource],
        versions: tuple[int, int] | None = None,
    ) -> Merge:
        """Put the record of *gone* into that of *keep*, which says what *choose* makes of both."""
        return await merging.merge(self._within(merging.MERGE), keep, gone, choose, versions)

    async def undo_merge(self, identity: str) -> Merge:
        """Take a merge apart, while nothing else has changed."""
        return await merging.undo(self._within(merging.UNDO), identity)

    async def merges(self) -> list[Merge]:
        """The organisation's merges, newest first."""
        return await merging.listed(self._within(merging.LIST))

    async def through(self, share: str) -> "Chart":
        """The chart that a patient of another organisation lets the subject look at, as far as *share* goes now."""
        seen = await sharing.through(self._door, share)
        return Chart(seen, self._common.engine, self._common.keyring, self._common.clock)

    async def shared_with_us(self) -> list[sharing.Offer]:
        """The records of other organisations that the subject's may read now."""
        return await sharing.offered(self._door)

    async def uses(self, action: str, wanted: Wanted) -> Uses:
        """What was done with one patient's record, within an operation whose rows show it."""
        return await uses.uses(self._within(action), wanted)

    async def outside(self, readers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Who]:
        """Who looked from other organisations, by organisation and account as entries name them."""
        return await uses.outside(self._door, readers)

    def _within(self, action: str) -> Door:
        return Door(replace(self.subject, within=action), self._common)

    async def fares(self, back: int) -> platform.Fares:
        """How the platform fared in the last so many milliseconds, for those who look after it."""
        return await platform.fares(self._door, back)

    async def retry_job(self, no: int) -> None:
        """Let a job that was given up be tried again."""
        await platform.retry(self._door, no)

    async def oversee(self, action: str) -> None:
        """Let an officer have what shows that all is well; recorded as *action*."""
        await platform.oversee(self._door, action)

    async def opened_lately(self, most: int) -> list[str]:
        """Logical ids of the patients whose charts the subject opened last, newest first."""
        return await lately.patients(self._door, most)
