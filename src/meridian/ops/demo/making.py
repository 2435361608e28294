"""Making the demo clinic in a running house: organisations, records, accounts; and, on later days, new appointments."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from meridian.access.files import Files
from meridian.identity.administration import Administration
from meridian.ops.demo import intray, messages, notes, sharing
from meridian.ops.demo.accounts import PASSWORD, accounts
from meridian.ops.demo.appointments import books, days
from meridian.ops.demo.clinic import Belonging, clinic
from meridian.ops.demo.messages import ChartOf
from meridian.ops.demo.organisations import HARBOR, ORGANISATIONS
from meridian.ops.demo.roster import roster
from meridian.ops.intake.doors import Through, importer
from meridian.ops.intake.loading import Loader
from meridian.ops.intake.reading import Item

Numbers = dict[str, int]
"""Number of each organisation, by key."""
UNIT = 500
"""Resources handed on at a time."""


async def make(administration: Administration, chart_of: ChartOf, now: datetime, files: Files | None = None) -> int:
    """Everything, into an empty house; how many resources. Without *files* nobody has sent a document."""
    numbers: Numbers = {}
    for organisation in ORGANISATIONS:
        numbers[organisation.key] = await administration.create_organisation(organisation.id, organisation.name)
    written = await _load(chart_of, numbers, clinic(now))
    ids = await _accounts(administration, numbers)
    await notes.begin_a_draft(chart_of, numbers[HARBOR.key], ids[f"okafor@{HARBOR.domain}"], now)
    await messages.write(chart_of, numbers, now)
    await sharing.write(chart_of, numbers, ids, now)
    if files is not None:
        await intray.write(chart_of, files, numbers[HARBOR.key], now)
    return written


async def freshen(administration: Administration, chart_of: ChartOf, now: datetime, since: date) -> int:
    """The appointments of today and the next two weeks but those made *since* then; how many resources."""
    known = {identity: number for number, identity, _ in await administration.organisations()}
    numbers = {organisation.key: known[organisation.id] for organisation in ORGANISATIONS}
    return await _load(chart_of, numbers, books(roster(now.date()), now, days(since)), _leave_out)


def _refuse(trouble: object) -> None:
    raise AssertionError(f"the demo clinic holds what may not be stored: {trouble}")


def _leave_out(_: object) -> None:
    """On later days somebody may have taken a time that the book would give out: theirs stands."""


async def _load(
    chart_of: ChartOf, numbers: Numbers, resources: Iterable[Belonging], refuse: Callable[[object], None] = _refuse
) -> int:
    loaders = {
        organisation.key: Loader(Through(chart_of(importer(numbers[organisation.key], organisation.id))), refuse)
        for organisation in ORGANISATIONS
    }
    units: dict[str, list[Item]] = {}
    for organisation, resource in resources:
        unit = units.setdefault(organisation.key, [])
        unit.append(Item("demo", resource["id"], resource))
        if len(unit) >= UNIT:
            await loaders[organisation.key].add(units.pop(organisation.key))
    for key, unit in units.items():
        await loaders[key].add(unit)
    return sum([(await loader.finish()).resources for loader in loaders.values()])


async def _accounts(administration: Administration, numbers: Numbers) -> dict[str, str]:
    """Make them; their ids by address."""
    ids: dict[str, str] = {}
    for account in accounts():
        made = await administration.create_account(account.email, account.name, PASSWORD, totp_seed=account.seed)
        ids[account.email] = made
        for place in account.places:
            number = numbers[place.organisation.key]
            await administration.add_membership(made, number, place.role.value, who=place.who, patients=place.patients)
    return ids
