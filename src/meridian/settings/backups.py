"""Where backups go, and which are kept."""

from dataclasses import dataclass

from meridian.settings.wrong import BadSettings

METHODS = ("auto", "physical", "rows")


@dataclass(frozen=True, slots=True)
class Backups:
    """
    A place for backups: a folder on another disk, or a bucket.

    Args:
        folder: Path of the folder; best on another machine's disk. Empty where there is a bucket.
        bucket: Name of the bucket, with the rights of the machine's role; empty where there is a folder.
        region, account, kms_key, endpoint: Of the bucket, as for `S3`.
        method: How MariaDB is copied: `physical` by mariadb-backup, `rows` row by row; `auto` is physical where the
            server's files are on this machine and the program is installed.
        server_options: Further options for the private server that a restore starts, as those of encryption at rest.
        drill_database: Name of a scratch database on the same MariaDB server, which a drill fills and clears; for where
            no server can be started, as in a function. Empty: a private server is started.
        recent: Hours before the newest backup within which every one is kept.
        daily, weekly, monthly: Of how many days, weeks and months the last one is kept.
        full_every: Days after which everything is written anew.
        oldest: Hours after which a backup is too old: `meridian doctor` and the alert say so.

    Raises:
        BadSettings: If it is no place or two, or nothing were kept.
    """

    folder: str = ""
    bucket: str = ""
    region: str = ""
    account: str = ""
    kms_key: str = ""
    endpoint: str = ""
    method: str = "auto"
    server_options: tuple[str, ...] = ()
    drill_database: str = ""
    recent: int = 48
    daily: int = 14
    weekly: int = 8
    monthly: int = 12
    full_every: int = 30
    oldest: int = 26

    def __post_init__(self) -> None:
        if bool(self.folder) == bool(self.bucket):
            raise BadSettings("settings.toml, [backups]: name a folder or a bucket, and not both")
        if self.bucket and not (self.region and self.account and self.kms_key):
            raise BadSettings("settings.toml, [backups]: a bucket needs its region, account and kms_key")
        if self.method not in METHODS:
            raise BadSettings(f"settings.toml, [backups]: method is one of {', '.join(METHODS)}")
        if min(self.recent, self.daily, self.weekly, self.monthly) < 0 or self.full_every < 1 or self.oldest < 1:
            raise BadSettings("settings.toml, [backups]: numbers are not negative, full_every and oldest at least 1")
