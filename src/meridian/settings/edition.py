"""Editions: what tells one of the two from the other."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from meridian.settings.wrong import BadSettings

EDITIONS = ("careconnect360", "meridian-pms")


@dataclass(frozen=True, slots=True)
class Edition:
    """
    What tells one edition from the other: name, look and places; never behaviour.

    Args:
        name: The folder-safe name, one of `EDITIONS`; the portal's look is chosen by it.
        title: As people read it.
        tagline: One line under the title.
        support_email: Where the portal sends people for help.
        mail_from: Sender of every mail.
        public_hosts: Host names it answers to besides the local one.
        document_bucket: Bucket of document bytes where files live in S3.
        secret_prefix: First part of every secret's name.
        first_partner: Medication-safety partner asked first, `medtrack` or `scriptguard`.
    """

    name: str
    title: str
    tagline: str
    support_email: str
    mail_from: str
    public_hosts: tuple[str, ...]
    document_bucket: str
    secret_prefix: str
    first_partner: str


def edition(name: str) -> Edition:
    """
    The edition of that *name*.

    Raises:
        BadSettings: If there is none.
    """
    if name not in EDITIONS:
        raise BadSettings(f"There is no edition {name!r}; choose one of: {', '.join(EDITIONS)}")
    table: dict[str, Any] = tomllib.loads((files("meridian") / "editions" / f"{name}.toml").read_text(encoding="utf-8"))
    return Edition(name=name, **hashable(table))


def hashable(table: dict[str, Any]) -> dict[str, Any]:
    """What a file says, with tuples for lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
