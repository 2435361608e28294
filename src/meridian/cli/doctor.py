"""`meridian doctor`."""

import asyncio
import os
import socket
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house
from meridian.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meridian.app import House
    from meridian.ops.doctor import Finding
    from meridian.settings import Settings

OLDEST = 26
"""Hours, where the settings say nothing of backups."""
COLOURS = {"OK": "green", "WARN": "yellow", "FAIL": "red"}


@click.command("doctor", cls=Ending)
@click.option("--port", type=click.IntRange(1, 65535), help="Port that is to be free.  [default: 8360]")
@options.data()
@options.database
def command(port: int | None, data: Path, database: str | None) -> None:
    """
    Look for what is wrong, and say what to do.

    Nothing is changed. Exit code 1 when something fails.
    """
    settings = options.settings(data, where=database, port=port)
    failed = False
    for finding in findings(settings):
        click.echo(
            f"{click.style(f'{finding.level:<5}', fg=COLOURS[finding.level])} {finding.what:<12} {finding.found}"
        )
        if finding.do:
            click.echo(f"      {'':<12} → {finding.do}")
        failed = failed or finding.level == "FAIL"
    if failed:
        raise Stop("Something has to be done; see the lines that begin with FAIL.", REFUSED)


def findings(settings: "Settings") -> "Iterator[Finding]":
    """Everything that is looked at, in order."""
    import meridian.web  # noqa: PLC0415  # --help does not need it
    from meridian.ops import doctor  # noqa: PLC0415  # likewise

    service = None if settings.kms is None else partial(_wrap, settings)
    yield from doctor.examine(settings.data, Path(meridian.web.__file__).parent / "portal", service)
    yield doctor.port(settings.port, lambda: _listen(settings))
    yield from _backups(settings)
    if _begun(settings):
        yield from _database(settings)


def _begun(settings: "Settings") -> bool:
    return settings.kms is not None or (settings.data / "master.key").exists()


def _wrap(settings: "Settings") -> None:
    """
    Have the key service wrap something and unwrap it.

    Raises:
        Unavailable: If it does not.
    """
    from meridian.app import adapters  # noqa: PLC0415  # --help does not need it

    wrapped = adapters.master(settings).wrap(b"doctor", b"doctor")
    adapters.master(settings).unwrap(wrapped, b"doctor")


def _backups(settings: "Settings") -> "list[Finding]":
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops import doctor  # noqa: PLC0415  # likewise
    from meridian.ops.backup import keeping  # noqa: PLC0415  # likewise

    if settings.demo or not _begun(settings):
        return []
    now, policy = clock.now(), settings.backups
    held = keeping.last_drill(settings.data)
    drilled = doctor.Drilled((now - held.at) / 1000, held.passed, tuple(held.untried)) if held else None
    return doctor.backups(keeping.backup_age(settings.data, now), policy.oldest if policy else OLDEST, drilled)


def _listen(settings: "Settings") -> None:
    with closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((settings.host, settings.port))


def _database(settings: "Settings") -> "Iterator[Finding]":
    from meridian.app import House  # noqa: PLC0415  # --help does not need it
    from meridian.ops.doctor import Finding, Level, schema  # noqa: PLC0415  # likewise
    from meridian.store import migrate  # noqa: PLC0415  # likewise

    try:
        found = schema(asyncio.run(migrate.revision(House(settings).database)), migrate.head())
        yield found
        files = _files(settings)
        yield files
        yield _partners(settings)
        yield from asyncio.run(_pool(settings))
        yield from asyncio.run(_media(settings))
        if found.level is Level.OK and files.level is Level.OK:
            yield from with_house(settings, _inside)
    except Fault as wrong:
        yield Finding(
            Level.FAIL, "Database", wrong.detail, "See the message; a backup and `meridian migrate` may help."
        )


def _files(settings: "Settings") -> "Finding":
    from meridian.app import House  # noqa: PLC0415  # --help does not need it
    from meridian.ops import doctor  # noqa: PLC0415  # likewise

    try:
        asyncio.run(House(settings).files.shelf.check())
    except Fault as wrong:
        return doctor.files(wrong.detail)
    return doctor.files("")


def _partners(settings: "Settings") -> "Finding":
    from meridian.app import House  # noqa: PLC0415  # --help does not need it
    from meridian.medications.partners import lines  # noqa: PLC0415  # likewise
    from meridian.ops import doctor  # noqa: PLC0415  # likewise

    kept = set(House(settings).secrets.names())
    wanted = [name(settings.edition, one) for one in lines.PARTNERS for name in (lines.key_name, lines.signing_name)]
    return doctor.partners([name for name in wanted if name not in kept], len(lines.PARTNERS))


async def _pool(settings: "Settings") -> "list[Finding]":
    """The user pool that keeps passwords, where there is one."""
    from meridian.app import House  # noqa: PLC0415  # --help does not need it
    from meridian.identity.cognito import inspection  # noqa: PLC0415  # likewise
    from meridian.ops import doctor  # noqa: PLC0415  # likewise

    house = House(settings)
    if house.pool is None:
        return []
    name = house.pool.client.place.client_secret
    try:
        found = await inspection.facts(house.pool.client)
        return doctor.pool(inspection.wrong(found, secret=not name or name in house.secrets.names()))
    except Fault as wrong:
        return doctor.pool([wrong.detail])
    finally:
        house.pool.client.close()


async def _media(settings: "Settings") -> "list[Finding]":
    """Relays and gateway of video visits, where there are any."""
    from meridian.app import House  # noqa: PLC0415  # --help does not need it

    house = House(settings)
    return [*await _relays(house), *await _gateway(house)]


async def _relays(house: "House") -> "list[Finding]":
    from meridian import clock  # noqa: PLC0415  # only here
    from meridian.ops import doctor  # noqa: PLC0415  # likewise
    from meridian.telehealth import probing  # noqa: PLC0415  # likewise

    turn = house.settings.turn
    if turn is None:
        return []
    if turn.secret not in house.secrets.names():
        return [doctor.relay(host, f"the vault lacks {turn.secret}") for host in turn.hosts]
    secret, now = house.secrets.get(turn.secret).reveal(), clock.now() // 1000
    return [doctor.relay(host, await probing.relay(turn, host, secret, now=now)) for host in turn.hosts]


async def _gateway(house: "House") -> "list[Finding]":
    from meridian.ops import doctor  # noqa: PLC0415  # only here
    from meridian.telehealth import recording  # noqa: PLC0415  # likewise

    gateway = house.gateway
    if gateway is None:
        return []
    wrong = ""
    try:
        await gateway.check()
    except Fault as fault:
        wrong = fault.detail
    finally:
        await gateway.let_go()
    found = [doctor.gateway(wrong)]
    if gateway.records:
        folder = Path(gateway.settings.recordings)
        waited = [recording.waiting(place) for place, _ in recording.rooms(folder)]
        found.append(doctor.recordings(str(folder), waited, writable=os.access(folder, os.W_OK | os.X_OK)))
    return found


async def _inside(house: "House") -> "list[Finding]":
    return [*await _logs(house), await _jobs(house), await _diary(house)]


async def _diary(house: "House") -> "Finding":
    from meridian import clock  # noqa: PLC0415  # only here
    from meridian.ops import doctor  # noqa: PLC0415  # likewise
    from meridian.store import bookings  # noqa: PLC0415  # likewise

    now = clock.now()
    return doctor.diary(await house.engine.read(lambda: bookings.twice(now)))


async def _jobs(house: "House") -> "Finding":
    from meridian import clock  # noqa: PLC0415  # only here
    from meridian.ops import doctor  # noqa: PLC0415  # likewise
    from meridian.store import outbox  # noqa: PLC0415  # likewise

    now = clock.now()
    found = await house.engine.read(lambda: outbox.standing(now))
    return doctor.jobs(found.due, (now - found.since) / 1000 if found.due else 0, found.failed)


async def _logs(house: "House") -> "list[Finding]":
    from meridian.cli.audit import verified  # noqa: PLC0415  # only here
    from meridian.ops.doctor import Finding, Level  # noqa: PLC0415  # likewise

    shown = []
    for number, _, name in [(0, "", "platform"), *await house.identity.administration.organisations()]:
        report = await verified(house, number)
        whole = f"{name}: {report.entries} entries, whole"
        broken = f"{name}: {report.findings[0].text}" if report.findings else ""
        shown.append(
            Finding(Level.FAIL, "Audit log", broken, "Keep everything as it is; meridian audit export")
            if broken
            else Finding(Level.OK, "Audit log", whole)
        )
    return shown
