"""Rows that go in lots, where the driver cannot send them all at once."""

import pytest

from meridian.store.database import MariadbServer
from meridian.store.lots import lots
from meridian.store.migrate import _plain


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 63, 64, 65, 200])
def test_every_row_goes_once_and_in_order(count: int) -> None:
    rows = [(number, str(number)) for number in range(count)]

    sent = list(lots("INSERT INTO t (a, b, c) VALUES (?, ?, 0) ON DUPLICATE KEY UPDATE b = VALUES(b)", rows))

    assert [value for _, args in sent for value in args] == [value for row in rows for value in row]
    assert all(sql.count("?") == len(args) for sql, args in sent)
    assert all(sql.endswith(" ON DUPLICATE KEY UPDATE b = VALUES(b)") for sql, _ in sent)
    assert len({sql for sql, _ in sent}) <= 3


def test_what_is_no_insert_goes_row_by_row() -> None:
    assert list(lots("UPDATE t SET a = ? WHERE b = ?", [(1, 2), (3, 4)])) == [
        ("UPDATE t SET a = ? WHERE b = ?", (1, 2)),
        ("UPDATE t SET a = ? WHERE b = ?", (3, 4)),
    ]


def test_a_migration_s_process_is_told_who_to_be_as_the_vault_has_it() -> None:
    told = _plain(MariadbServer(login=lambda _: ("rotated", "secret")))

    assert (told["user"], told["password"], told["login"]) == ("rotated", "secret", None)
