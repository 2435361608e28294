"""
The few places where the two databases spell the same thing apart. Plans are written in SQLite's spelling.

    as plans have it                              on SQLite      on MariaDB
    ?                                             ?              %s
    INSERT OR IGNORE INTO t (a, ...) ...          same           ... ON DUPLICATE KEY UPDATE a = a
    ON CONFLICT (k) DO UPDATE SET v = excluded.v  same           ON DUPLICATE KEY UPDATE v = VALUES(v)
    ... FOR UPDATE  (at the very end)             left out       same
    a CROSS JOIN b ON ...  (read in this order)   same           a STRAIGHT_JOIN b ON ...

`INSERT IGNORE` is not used because it would also cut values and hide errors. What `Changed` says after an INSERT that
may find its row there already differs between the engines: do not ask it.

Nothing else is translated: everything but these must be SQL that both read alike. Statements come from constants, so
each is translated once; the cache is bounded because IN lists make many lengths.
"""

import re
from functools import lru_cache

_LOCK = re.compile(r"\s+FOR UPDATE\s*\Z", re.IGNORECASE)
_IGNORE = re.compile(r"\AINSERT OR IGNORE (INTO \w+ \((\w+).*?)(\s+RETURNING\b.*)?\Z", re.IGNORECASE | re.DOTALL)
_CONFLICT = re.compile(r"\bON CONFLICT\s*\([^)]*\)\s*DO UPDATE SET\b(.*)\Z", re.IGNORECASE | re.DOTALL)
_EXCLUDED = re.compile(r"\bexcluded\.(\w+)", re.IGNORECASE)
_PLACE = re.compile(r"'(?:[^']|'')*'|\?|%")


@lru_cache(maxsize=4096)
def for_sqlite(sql: str) -> str:
    """*sql* as SQLite reads it."""
    return _LOCK.sub("", sql)


@lru_cache(maxsize=4096)
def for_mariadb(sql: str) -> str:
    """
    *sql* as asyncmy and MariaDB read it.

    >>> for_mariadb("INSERT OR IGNORE INTO name (value) VALUES (?)")
    'INSERT INTO name (value) VALUES (%s) ON DUPLICATE KEY UPDATE value = value'
    """
    sql = _IGNORE.sub(lambda m: f"INSERT {m[1]} ON DUPLICATE KEY UPDATE {m[2]} = {m[2]}{m[3] or ''}", sql)
    sql = _CONFLICT.sub(lambda m: "ON DUPLICATE KEY UPDATE" + _EXCLUDED.sub(r"VALUES(\1)", m[1]), sql)
    return _PLACE.sub(_place, sql.replace(" CROSS JOIN ", " STRAIGHT_JOIN "))


def _place(found: re.Match[str]) -> str:
    if found[0] == "?":
        return "%s"
    return found[0].replace("%", "%%")


def writes(sql: str) -> bool:
    """Whether a statement changes anything; `INSERT ... RETURNING` is a query that does."""
    return not sql.startswith(("SELECT", "WITH"))
