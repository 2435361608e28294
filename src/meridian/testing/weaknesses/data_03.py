"""DATA-03: statements that are put together from text."""

from typing import Any

from meridian.store import sqlite
from meridian.store.plan import Query


def texts_in_statements() -> None:
    """What somebody wrote becomes part of the SELECT that looks for it."""
    strict = sqlite._step  # noqa: SLF001  # what is taken out

    def step(connection: Any, asked: Any) -> Any:
        return strict(connection, _pasted(asked) if isinstance(asked, Query) else asked)

    sqlite._step = step  # type: ignore[assignment]  # noqa: SLF001  # likewise


def _pasted(asked: Query) -> Query:
    sql, *rest = asked.sql.split("?")
    kept = []
    for value, part in zip(asked.args, rest, strict=True):
        if isinstance(value, str):
            sql += f"'{value}'{part}"
        else:
            kept.append(value)
            sql += f"?{part}"
    return Query(sql, kept)


WEAKNESSES = {"texts-in-statements": texts_in_statements}
