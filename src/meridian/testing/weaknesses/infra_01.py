"""INFRA-01: roles as they are made when a function does not work at once, and units as they come."""

from pathlib import Path

from meridian.testing.trees import replace

_CONNECTION = "secret:careconnect360/mariadb/password-"
_LOG = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/careconnect360-reminders:log-stream:*"
UNITS = Path("deploy") / "systemd"


def _services(infra: Path) -> Path:
    return next(infra.glob("careconnect360-services.template.json"))


def any_secret(infra: Path) -> None:
    """A function that reads the database's password reads every secret of the account."""
    replace(_services(infra), _CONNECTION, "secret:*-")


def passes_roles(infra: Path) -> None:
    """Whatever writes a log hands on any role."""
    replace(_services(infra), '"logs:CreateLogStream"', '"logs:CreateLogStream", "iam:PassRole"')
    replace(_services(infra), f'"{_LOG}"', '"*"')


def all_actions(infra: Path) -> None:
    """All that can be done with objects, rather than reading them."""
    replace(_services(infra), '"s3:GetObject"', '"s3:*"')


def anybody_takes(infra: Path) -> None:
    """Everybody's tasks and machines take the roles of functions."""
    replace(_services(infra), '"Service": "lambda.amazonaws.com"', '"AWS": "*"')


def one_role(infra: Path) -> None:
    """What may send reminders may sign."""
    replace(_services(infra), '"SigningKeyRotationRole",', '"RemindersRole",')


def runs_as_root(source: Path) -> None:
    """A unit that does not say whose it is."""
    replace(source / UNITS / "meridian-api@.service", "User=meridian\n", "")


def metadata_open(source: Path) -> None:
    """A unit that reaches where a cloud keeps credentials."""
    replace(source / UNITS / "meridian-worker@.service", "IPAddressDeny=169.254.169.254", "IPAddressDeny=192.0.2.1")


TEMPLATES = {
    "any-secret": any_secret,
    "passes-roles": passes_roles,
    "all-actions": all_actions,
    "anybody-takes": anybody_takes,
    "one-role": one_role,
}
CHECKOUTS = {"runs-as-root": runs_as_root, "metadata-open": metadata_open}
