"""A day of a busy platform, made up: minutes, alarms and jobs that stopped, put into a clinic's database."""

import math
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec

from meridian.store.outbox import FAILED
from meridian.store.watched import mark
from meridian.telemetry.minutes import MINUTE, Minute

DAY = 1440
"""Minutes."""
SLOW = frozenset({*range(300, 330), *range(20, 24)})
FAILING = frozenset(range(310, 325))
"""Minutes ago."""
HOUR_MS = 60 * MINUTE


def fared(data: Path) -> None:
    """Put a day into the SQLite database of the clinic in the folder *data*."""
    now = int(time.time() * 1000)
    last = now // MINUTE * MINUTE
    rows = [
        (last - ago * MINUTE, process, msgspec.json.encode(minute))
        for process in ("api@one:1", "api@two:1", "worker@two:2")
        for ago, minute in _day(process)
    ]
    with closing(sqlite3.connect(data / "meridian.db", timeout=30)) as connection, connection:
        connection.executemany("INSERT OR IGNORE INTO sample (at, process, said) VALUES (?, ?, ?)", rows)
        for kind, hours in (("sign-in-failures", 2), ("new-region", 9), ("token-algorithm", 51)):
            at = now - hours * HOUR_MS
            connection.execute(
                "INSERT OR IGNORE INTO watched (kind, mark, times, last, alerted) VALUES (?, ?, ?, ?, ?)",
                (kind, mark(kind), struct.pack(">q", at), at, at),
            )
        for org, topic, hours in ((1, "notify-post", 7), (0, "mail", 31)):
            connection.execute(
                "INSERT INTO outbox (org, topic, what, due, leased, tries, state, said) "
                "VALUES (?, ?, '-', ?, 0, 12, ?, ?)",
                (org, topic, now - hours * HOUR_MS, FAILED, b"{}"),
            )


def _day(process: str) -> Iterator[tuple[int, Minute]]:
    """A clinic's day: a morning and an afternoon, a quarter of an hour in which a partner failed."""
    chance = Random(process)  # noqa: S311  # the same each time
    for ago in range(1, DAY):
        wave = max(0.0, 1.2 + math.sin(ago / 170) + 0.3 * math.sin(ago / 23))
        requests = max(0.0, round(60 * wave * chance.uniform(0.8, 1.2)))
        slow = 8 if ago in SLOW else 1
        failing = ago in FAILING
        partners = {"medtrack": [0.0, 3.0], "scriptguard": [2.0, 0.0]} if failing else {"medtrack": [round(wave), 0.0]}
        spread = (0.55, 0.2, 0.12, 0.07, 0.03 * slow, 0.01 * slow, 0.004 * slow, 0.001 * slow, 0, 0, 0, 0)
        yield (
            ago,
            Minute(
                requests=requests,
                errors=float(not chance.randrange(50)) + (3.0 if failing else 0.0),
                refused=round(requests * 0.01),
                took=[round(requests * share, 1) for share in spread],
                lag=chance.uniform(0.001, 0.02) * slow,
                waiting=float(chance.randrange(3)),
                due=float(chance.randrange(4)) + (40.0 if failing else 0.0),
                due_for=95.0 if failing else chance.uniform(0, 2),
                given_up=2,
                jobs=4,
                sockets=round(9 * wave),
                calls=float(not chance.randrange(20)),
                sign_in_failures=float(not chance.randrange(16)),
                signed_ago=0.6,
                partners=partners,
                up={"database": True, "files": True, "clamd": True, "redis": True},
                backup_ago=3.1 * 3600,
                drill_ago=6 * 86_400.0,
                disk=0.46,
            ),
        )
