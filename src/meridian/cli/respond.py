"""`meridian respond`: what is done while an incident is answered, each step in the log and in the incident's record."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import incidents, options, tabletop, touched
from meridian.cli.ending import REFUSED, USAGE, Ending, Stop
from meridian.cli.incidents import incident, noted
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House

PARTNERS = click.Choice(["medtrack", "scriptguard"])
SECRETS = ("signing-key", "database-password", "partner-key", "partner-signing")


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("respond", cls=Group)
def group() -> None:
    r"""
    Answer a security incident: cut off, put evidence aside, find whom it touched, keep its record and its clock.

    \b
      meridian respond open "Stolen laptop at the desk" --kind lost-device
      meridian respond preserve /media/evidence/1 --incident 1
      meridian respond freeze nurse@clinic.example --incident 1
      meridian respond revoke --account nurse@clinic.example --incident 1
      meridian respond affected --account nurse@clinic.example --since 2026-11-20 --incident 1
      meridian respond clock 1

    docs/runbooks has the order in which, for each kind of incident. `meridian respond tabletop` practises it.
    """


for each in (*incidents.COMMANDS, touched.affected, tabletop.tabletop):
    group.add_command(each)


@group.command("revoke")
@click.option("--account", metavar="EMAIL", help="All sessions of an account.")
@click.option("--session", metavar="ID", help="One session, as the log names it.")
@click.option("--org", help="All sessions that act in an organisation, by id or name.")
@click.option("--everyone", is_flag=True, help="Every session there is, programs' too.")
@incident
@options.data()
def revoke(
    *, account: str | None, session: str | None, org: str | None, everyone: bool, incident: int | None, data: Path
) -> None:
    """End sessions; who may sign in can sign in again. Other processes follow within ten seconds."""
    if sum((account is not None, session is not None, org is not None, everyone)) != 1:
        raise Stop("Say whose: one of --account, --session, --org, --everyone.", USAGE)

    async def work(house: "House") -> int:
        responding = house.identity.responding
        if account is not None:
            return await responding.revoke_account(account)
        if session is not None:
            return await responding.revoke_session(session)
        if org is not None:
            return await responding.revoke_organisation((await organisation(house, org))[0])
        return await responding.revoke_everyone()

    count = noted(data, incident, "revoke", work)
    click.echo(f"{count} sessions have ended.")


@group.command("freeze")
@click.argument("email")
@incident
@options.data()
def freeze(email: str, incident: int | None, data: Path) -> None:
    """Let EMAIL sign in no more, and end their sessions, until `thaw`."""

    async def work(house: "House") -> None:
        await house.identity.administration.enable(email, active=False)

    noted(data, incident, "freeze", work)
    click.echo(f"{email} is frozen and signed out.")


@group.command("thaw")
@click.argument("email")
@incident
@options.data()
def thaw(email: str, incident: int | None, data: Path) -> None:
    """Let EMAIL sign in again."""

    async def work(house: "House") -> None:
        await house.identity.administration.enable(email, active=True)

    noted(data, incident, "thaw", work)
    click.echo(f"{email} can sign in again.")


@group.command("rotate")
@click.argument("what", type=click.Choice(SECRETS))
@click.option("--partner", type=PARTNERS, help="Whose, of a partner's key or signing secret.")
@incident
@options.data()
def rotate(what: str, partner: str | None, incident: int | None, data: Path) -> None:
    """
    Make a key or secret anew, and have the old one count for nothing.

    signing-key: of access tokens; sessions go on with new ones. database-password: Meridian's own user of MariaDB.
    partner-key, partner-signing: with --partner. The master key and organisations' keys: `meridian key rotate`.
    """
    if what.startswith("partner") and partner is None:
        raise Stop("Say whose with --partner.", USAGE)

    async def work(house: "House") -> None:
        if what == "signing-key":
            await house.identity.responding.replace_signing_key()
        else:
            await _changed(house, what, partner or "")

    noted(data, incident, f"rotate {what}", work)
    click.echo(f"{what} was made anew; what was there counts for nothing.")


async def _changed(house: "House", what: str, partner: str) -> None:
    """A secret that somebody else checks."""
    from meridian.app.functions import turning  # noqa: PLC0415  # --help does not need it
    from meridian.medications.partners import lines  # noqa: PLC0415  # likewise
    from meridian.vault.changing import change  # noqa: PLC0415  # likewise

    settings = house.settings
    if settings.secrets is not None:
        raise Stop("The secrets are in Secrets Manager: aws secretsmanager rotate-secret does it, by our functions.")
    names = {
        "database-password": settings.mariadb.password if settings.mariadb else "",
        "partner-key": lines.key_name(settings.edition, partner),
        "partner-signing": lines.signing_name(settings.edition, partner),
    }
    name = names[what]
    if not name:
        raise Stop("There is no database password: the records are in a SQLite file.", REFUSED)
    await change(house.secrets, name, turning.checker(settings, name))
    await house.identity.responding.note("secret-changed", f"Secret/{name}")


@group.command("isolate")
@click.argument("partner", type=PARTNERS)
@incident
@options.data()
def isolate(partner: str, incident: int | None, data: Path) -> None:
    """Have no process call PARTNER until `rejoin`; checks say that it was not asked."""

    async def work(house: "House") -> bool:
        return await house.identity.responding.isolate(partner)

    was_open = noted(data, incident, "isolate", work)
    click.echo(f"{partner} is isolated." if was_open else f"{partner} was isolated already.")


@group.command("rejoin")
@click.argument("partner", type=PARTNERS)
@incident
@options.data()
def rejoin(partner: str, incident: int | None, data: Path) -> None:
    """Have PARTNER called again."""

    async def work(house: "House") -> bool:
        return await house.identity.responding.rejoin(partner)

    was_shut = noted(data, incident, "rejoin", work)
    click.echo(f"{partner} is called again." if was_shut else f"{partner} was not isolated.")


@group.command("close-program")
@click.argument("client")
@incident
@options.data()
def close_program(client: str, incident: int | None, data: Path) -> None:
    """Let the program with the client id CLIENT no longer work; its tokens end at once."""

    async def work(house: "House") -> None:
        await house.identity.administration.remove_program(client)

    noted(data, incident, "close-program", work)
    click.echo(f"{client} is closed.")


@group.command("preserve")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@incident
@options.data()
def preserve(folder: Path, incident: int | None, data: Path) -> None:
    """
    Put evidence into the empty FOLDER, read-only: audit logs with their proofs, lines, configuration, versions.

    Each file's SHA-256 stands in SHA256SUMS, which is signed. No secret and no record is in it, but ids are.
    """
    from meridian.ops.respond import preserving  # noqa: PLC0415  # --help does not need it

    async def work(house: "House") -> int:
        preserving.begin(folder)
        await _exported(house, folder)
        return preserving.finish(folder, house.settings, house.signer)

    count = noted(data, incident, "preserve", work)
    click.echo(f"{count} files are in {folder}, listed in SHA256SUMS. Copy them to where nobody of the house writes.")


async def _exported(house: "House", folder: Path) -> None:
    from meridian.audit.export import export  # noqa: PLC0415  # --help does not need it
    from meridian.cli.audit import key_of  # noqa: PLC0415  # likewise

    await house.checkpointer.once()
    for org in (0, *(no for no, *_ in await house.identity.administration.organisations())):
        place = folder / "audit" / str(org)
        await export(house.engine, org, place, key=key_of(house, org), anchors=house.anchors)
    await house.identity.responding.note("evidence-preserved")


@group.command("status")
@options.data()
def status(data: Path) -> None:
    """Say what is cut off: accounts that are frozen, partners that are isolated, incidents that are open."""

    async def work(house: "House") -> list[str]:
        responding = house.identity.responding
        lines = [f"frozen    {email}" for email in await responding.frozen()]
        lines += [f"isolated  {name} since {incidents.moment(at)}" for name, at in await responding.isolated()]
        return lines + [incidents.line(one) for one in incidents.kept(house).every() if not one.closed]

    lines = with_house(options.settings(options.existing(data)), work)
    for line in lines or ["Nothing is cut off, and no incident is open."]:
        click.echo(line)
