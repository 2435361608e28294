"""DATA-03: statements that are put together from text."""

from typing import Any

from meridian.realtime import events
from meridian.realtime.events import Body
from meridian.store import sqlite
from meridian.store.plan import Change, Many, Query


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


def texts_in_rows() -> None:
    """What somebody brings becomes part of the INSERT that indexes it."""
    strict = sqlite._step  # noqa: SLF001  # likewise

    def step(connection: Any, asked: Any) -> Any:
        if not isinstance(asked, Many):
            return strict(connection, asked)
        for row in asked.rows:
            strict(connection, Change(*_pasted(Query(asked.sql, row))))
        return None

    sqlite._step = step  # type: ignore[assignment]  # noqa: SLF001  # likewise


def events_unread() -> None:
    """Events are done as they come, whatever stands in them."""

    def read(schema: type[Body], sent: Any) -> Body:
        return schema(**sent)

    events.read = read


WEAKNESSES = {
    "texts-in-statements": texts_in_statements,
    "texts-in-rows": texts_in_rows,
    "events-unread": events_unread,
}
