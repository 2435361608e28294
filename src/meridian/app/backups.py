"""What backups, restores and drills need of the house, for the command line and for functions."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from meridian.app import adapters
from meridian.audit.checkpoint import Ed25519
from meridian.files.folder import Folder
from meridian.files.shelf import Shelf
from meridian.ops.backup import drill as drills
from meridian.ops.backup import shelves
from meridian.ops.backup.keeping import Drill
from meridian.ops.backup.taking import Source
from meridian.settings import Backups, BadSettings, Settings
from meridian.store.database import MariadbServer
from meridian.vault.master import Master, open_master
from meridian.vault.platform import made_once

if TYPE_CHECKING:
    from meridian.app.house import House

NAMING = "backup/naming-key"


def source(house: "House") -> Source:
    """What of the house is backed up."""
    return Source(
        data=house.settings.data,
        database=house.database,
        files=house.settings.data / "files" if isinstance(house.files.shelf, Folder) else None,
        anchors=house.settings.anchors_folder,
        master=house.keyring.master,
        signer=house.signer,
        naming=made_once(house.secrets, NAMING),
        serves=isinstance(house.signer, Ed25519),
    )


def shelf(settings: Settings, folder: Path | None = None) -> tuple[Shelf, Backups]:
    """Where backups are, and which are kept; *folder* goes before what the settings say."""
    return shelves.chosen(settings, folder)


def master(settings: Settings, key: Path | None = None) -> Master:
    """The master key: in the file *key*, or where the settings say."""
    return open_master(key) if key else adapters.master(settings)


def public_key(settings: Settings, master: Master) -> bytes:
    """What manifests are signed by, where the vault is not in the backup; empty where it is."""
    return adapters.public_key(adapters.vault(settings, master)) if settings.secrets else b""


async def drill(house: "House", folder: Path | None = None, *, scratch: Path | None = None) -> Drill:
    """
    A drill with the newest backup; its evidence is kept in the data folder and as an entry of the platform's log.

    Args:
        house: Whose backup it is.
        folder: Of backups; else where the settings say.
        scratch: A folder in which there is room.
    """
    from meridian.audit import log  # noqa: PLC0415  # only here
    from meridian.audit.entry import Entry  # noqa: PLC0415  # likewise

    kept, policy = shelf(house.settings, folder)
    into = _scratch_database(house, policy)
    done = await drills.drill(source(house), kept, scratch=scratch, into=into, options=policy.server_options)
    entry = Entry(
        0,
        done.at,
        "drill",
        outcome="ok" if done.passed else "failed",
        what=f"Backup/{done.backup}",
        rule="command-line",
    )
    await house.engine.write(lambda: log.record(entry))
    return done


def _scratch_database(house: "House", policy: Backups) -> MariadbServer | None:
    """
    Where a drill fills rows in; `None`: a private server's.

    Raises:
        BadSettings: If it is the clinic's own.
    """
    if not policy.drill_database or not isinstance(house.database, MariadbServer):
        return None
    if policy.drill_database == house.database.database:
        raise BadSettings("settings.toml, [backups]: drill_database is to be another than the clinic's")
    return replace(house.database, database=policy.drill_database)
