"""
`meridian` on the command line.

Each command is a module of its own, imported when it is called, so that `serve` does not wait for what `import` needs.
`ending` decides how a failure looks: one line that says what to do, and an exit code; never a trace for what can be
expected.
"""

from typing import Any

import click

from meridian import __version__
from meridian.cli.ending import Ending

COMMANDS = {
    "serve": ("serve", "command", "Serve the portal, FHIR and everything else."),
    "demo": ("demo", "group", "A clinic with made-up people, to look around in."),
    "import": ("importing", "command", "Bring records in from files."),
    "user": ("user", "group", "Accounts: add, invite, list, mend, disable."),
    "org": ("org", "group", "Organisations: add, list."),
    "key": ("key", "group", "Keys: change the master key, or an organisation's."),
    "secret": ("secret", "group", "Secrets: keep one by name, list the names."),
    "audit": ("audit", "group", "The audit log: verify it, export it."),
    "jobs": ("jobs", "group", "What happens after a write: list what failed, try it anew."),
    "partners": ("partners", "command", "Both safety partners as a sandbox."),
    "backup": ("backup", "command", "Back everything up, while it is in use."),
    "restore": ("restore", "command", "Lay a backup into an empty folder."),
    "shred": ("shred", "group", "Destroyed keys: what two people approved, and the ledger."),
    "downtime-packet": ("downtime", "command", "What a clinic needs on paper for a day without us."),
    "drill": ("drill", "command", "Show that the newest backup can be restored."),
    "doctor": ("doctor", "command", "Look for what is wrong, and say what to do."),
    "respond": ("respond", "group", "Answer a security incident: cut off, put aside, find out, keep its record."),
    "verify": ("verify", "command", "Attack a running deployment, and say what came of it."),
    "evidence": ("evidence", "group", "What shows that all is well, as one pack for an auditor."),
    "migrate": ("migrate", "command", "Bring the database up to date."),
}
"""Name, module, what it is there, and one line of help."""


class Lazy(Ending, click.Group):
    """Knows every command by name and line, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """In the order of `COMMANDS`: what a newcomer needs first comes first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002  # likewise
        """The command, from its module."""
        if name not in COMMANDS:
            return None
        from importlib import import_module  # noqa: PLC0415  # the point of this class

        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(import_module(f"meridian.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # likewise
        """The list in `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


EXAMPLES = """
\b
Look around:
  meridian demo                          a clinic with made-up people on http://localhost:8360
  meridian demo code okafor@harbor.example
                                         the six digits that sign-in asks for
\b
Begin in earnest:
  meridian org add "Harbor Family Clinic"
  meridian user invite admin@clinic.example --role administrator
  meridian serve

\b
Bring records in, and look after them:
  meridian import bundles/ export.tar.xz --dry-run
  meridian doctor
  meridian audit verify

\b
Exit codes: 0 well; 1 done, but something was refused or found wrong; 2 the command was not understood;
3 it could not be done now (the port is taken, a key is unreadable, the disk is full).
"""


@click.group(cls=Lazy, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="meridian")
def main(**_: Any) -> None:
    """Meridian: patient records behind one door, sealed, audited, with a portal."""
