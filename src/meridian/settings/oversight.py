"""What counts as unusual access, and who besides the officers is told of alarms (docs/audit.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from meridian.settings.wrong import BadSettings

BASELINE: Mapping[str, int] = {
    "front-desk": 150,
    "nurse": 80,
    "clinician": 60,
    "lab": 200,
    "pharmacist": 150,
    "administrator": 40,
    "security-officer": 40,
    "service": 0,
}
"""Patients whose records a member of a role opens in an hour of hard work; nought: never counted. House policy."""
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Oversight:
    """
    Thresholds of the detectors, and where alarms go.

    Args:
        patients_an_hour: Of a role; what is not named stays as in `BASELINE`.
        lists_an_hour: Lists of ten or more patients that one account is given in an hour before it is an alarm.
        strangers_a_day: Patients in a day whose records one account opens although nothing connects the two.
        accounts_an_address: Accounts that sign in from one address in an hour.
        exports_a_day: Exports of records that one account starts in a day.
        night: When nobody is at work, as `22:00-06:00`; empty: the clinic is never closed.
        zone: The clock that `night` is told by, as `America/Chicago`.
        hosts: Hosts that alarms may be sent to.
        webhook: URL to which each alarm is posted, signed with the secret `oversight/webhook`; empty: none.
        alertmanager: URL of an Alertmanager, to whose API each alarm is posted; empty: none.

    Raises:
        BadSettings: If a number is below one, the night is none, or a URL's host is not among `hosts`, or it is not
            HTTPS and not this machine's own.
    """

    patients_an_hour: Mapping[str, int] | tuple[tuple[str, int], ...] = ()
    lists_an_hour: int = 60
    strangers_a_day: int = 5
    accounts_an_address: int = 40
    exports_a_day: int = 3
    night: str = ""
    zone: str = "UTC"
    hosts: tuple[str, ...] = ()
    webhook: str = ""
    alertmanager: str = ""

    def __post_init__(self) -> None:
        said = {**BASELINE, **dict(self.patients_an_hour)}
        object.__setattr__(self, "patients_an_hour", tuple(sorted(said.items())))
        object.__setattr__(self, "hosts", tuple(self.hosts))
        numbers = (self.lists_an_hour, self.strangers_a_day, self.accounts_an_address, self.exports_a_day)
        if any(type(one) is not int or one < 0 for one in said.values()) or said.keys() != BASELINE.keys():
            raise BadSettings("settings.toml, [oversight]: patients_an_hour names roles, with whole numbers")
        if any(type(one) is not int or one < 1 for one in numbers):
            raise BadSettings("settings.toml, [oversight]: thresholds are whole numbers from 1")
        if self.night and not re.fullmatch(f"{_TIME}-{_TIME}", self.night):
            raise BadSettings('settings.toml, [oversight]: night is to be as "22:00-06:00"')
        try:
            ZoneInfo(self.zone)
        except (ValueError, OSError, KeyError):
            raise BadSettings("settings.toml, [oversight]: zone is to be as America/Chicago") from None
        for url in filter(None, (self.webhook, self.alertmanager)):
            self._expect(url)

    def _expect(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname is None or parts.username or parts.hostname not in self.hosts:
            raise BadSettings("settings.toml, [oversight]: the host of webhook and alertmanager is to be among hosts")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise BadSettings("settings.toml, [oversight]: webhook and alertmanager are to be https")

    def baseline(self, role: str) -> int:
        """
        Patients in an hour that are no alarm for the role; nought: whatever their number.

        >>> Oversight(patients_an_hour={"nurse": 9}).baseline("nurse"), Oversight().baseline("patient")
        (9, 0)
        """
        return dict(self.patients_an_hour).get(role, 0)

    def is_night(self, minute: int) -> bool:
        """
        Whether nobody is at work in that *minute* of the day.

        >>> [Oversight(night="22:00-06:00").is_night(hour * 60) for hour in (21, 22, 3, 6)]
        [False, True, True, False]
        """
        if not self.night:
            return False
        begins, ends = (int(one[:2]) * 60 + int(one[3:]) for one in self.night.split("-"))
        return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends

    @property
    def clock(self) -> ZoneInfo:
        """The time zone of `zone`."""
        return ZoneInfo(self.zone)
