"""The downtime packet: where it is put, and when it is made anew."""

import re
from dataclasses import dataclass

from meridian.settings.wrong import BadSettings

LANGUAGES = ("en", "es")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Downtime:
    """
    Packets for the time when the system is down.

    Args:
        folder: On a machine of the clinic's own; closed to others.
        times: When they are made anew, by the organisation's clock, as `18:00`.
        hours: After the end of the last day in it, a packet is kept for so long.
        language: Of its words, `en` or `es`.

    Raises:
        BadSettings: If a time is none, or the language another.
    """

    folder: str
    times: tuple[str, ...] = ("05:30", "18:00")
    hours: int = 12
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.folder or not self.times or not all(_TIME.fullmatch(one) for one in self.times):
            raise BadSettings('settings.toml, [downtime]: folder is a path, times are as "18:00"')
        if self.language not in LANGUAGES or self.hours < 0:
            raise BadSettings('settings.toml, [downtime]: language is "en" or "es", hours are not negative')
