"""Where backups lie: the shelf that the settings or the command name."""

from pathlib import Path

from meridian.files.bucket import Bucket, Place
from meridian.files.folder import Folder
from meridian.files.shelf import Shelf
from meridian.settings import Backups, BadSettings, Settings


def chosen(settings: Settings, folder: Path | None = None) -> tuple[Shelf, Backups]:
    """
    The shelf, and the policy that goes with it.

    Args:
        settings: May have a section `[backups]`.
        folder: Said on the command line, in place of the settings' place.

    Raises:
        BadSettings: If neither says where.
    """
    policy = settings.backups
    if folder is not None:
        return Folder(folder), policy or Backups(folder=str(folder))
    if policy is None:
        raise BadSettings("Say where backups are: --shelf FOLDER, or a section [backups] in settings.toml")
    if policy.folder:
        return Folder(Path(policy.folder)), policy
    place = Place(policy.bucket, policy.region, policy.account, policy.kms_key, policy.endpoint)
    return Bucket(place), policy
