"""
Many rows in few statements, where the driver's own way is shut.

MariaDB takes any number of rows at once (COM_STMT_BULK_EXECUTE), but only from a client whose first packet says so,
which over TLS the driver does not: the server then refuses with error 1295. There rows go in lots of a few sizes, so
that few statements have to be kept prepared.
Source: MariaDB's protocol, "Connection": the SSLRequest packet carries the extended capabilities.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

SIZES = (64, 8, 1)
_INSERT = re.compile(r"(?is)(?P<head>(?:INSERT|REPLACE)\b.*?\bVALUES\s*)(?P<row>\([^()]*\))(?P<rest>.*)")


def lots(sql: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """
    Statements and their arguments that do for all *rows* what *sql* does for one.

    >>> [(sql.count("?"), len(args)) for sql, args in lots("INSERT INTO t (a, b) VALUES (?, 0)", [(1,)] * 10)]
    [(8, 8), (1, 1), (1, 1)]
    >>> len(list(lots("DELETE FROM t WHERE a = ?", [(1,)] * 10)))
    10
    """
    insert = _INSERT.fullmatch(sql)
    done = 0
    while done < len(rows):
        size = next(size for size in SIZES if size <= len(rows) - done) if insert else 1
        lot = rows[done : done + size]
        text = f"{insert['head']}{', '.join([insert['row']] * size)}{insert['rest']}" if insert else sql
        yield text, tuple(value for row in lot for value in row)
        done += size
