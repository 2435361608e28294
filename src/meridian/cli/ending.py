"""How a command ends when it cannot do its work: one line for a person, an exit code for a program."""

import errno
import sqlite3
from typing import Any

import click

from meridian.faults import Fault, Unavailable
from meridian.settings import BadSettings

REFUSED, USAGE, NOT_NOW = 1, 2, 3
"""Exit codes: done but something was wrong; not understood; could not be done now."""

FULL = "The disk is full. Free some space and run the command again; nothing that was acknowledged is lost."


class Stop(click.ClickException):
    """A command ends here: *message* says what to do, *exit_code* is one of the above."""

    def __init__(self, message: str, exit_code: int = NOT_NOW) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance all the same

    def show(self, file: Any = None) -> None:
        """On the error stream, as it is."""
        click.echo(click.style("meridian: ", bold=True) + self.message, err=True, file=file)


def stop(wrong: BaseException) -> Stop | None:
    """How *wrong* looks from outside; `None` for what nobody expected, which keeps its trace."""
    if _full(wrong):
        return Stop(FULL)
    match wrong:
        case BadSettings():
            return Stop(f"The settings cannot be used. {wrong}", USAGE)
        case Fault():
            places = "".join(f"\n  {issue.place} {issue.text}" for issue in wrong.issues if issue.place)
            return Stop(f"{wrong.detail}{places}", NOT_NOW if isinstance(wrong, Unavailable) else REFUSED)
        case PermissionError():
            return Stop(f"{wrong.filename} cannot be opened: it belongs to somebody else, or is write-protected.")
        case sqlite3.Error():
            return Stop(f"The database does not work: {wrong}")
        case _:
            return None


def _full(wrong: BaseException) -> bool:
    """Whether a full disk stands behind a fault."""
    cause: BaseException | None = wrong
    while cause is not None:
        if (isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)) or "disk is full" in str(cause):
            return True
        cause = cause.__cause__
    return False


class Ending(click.Command):
    """A command (or group) whose expected failures end as `Stop`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as wrong:
            end = stop(wrong)
            if end is None:
                raise
            raise end from wrong
