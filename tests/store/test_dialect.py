import pytest

from meridian.store.dialect import for_mariadb, for_sqlite, writes


@pytest.mark.parametrize(
    ("plan", "server"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = %s AND c = %s"),
        ("SELECT a FROM t WHERE b LIKE '50%?' AND c = ?", "SELECT a FROM t WHERE b LIKE '50%%?' AND c = %s"),
        ("SELECT 'it''s ?', 7 % 3", "SELECT 'it''s ?', 7 %% 3"),
        ("SELECT a FROM t FOR UPDATE", "SELECT a FROM t FOR UPDATE"),
        ("SELECT a FROM t CROSS JOIN u ON u.b = t.b WHERE c = ?",
         "SELECT a FROM t STRAIGHT_JOIN u ON u.b = t.b WHERE c = %s"),
        ("INSERT OR IGNORE INTO t (a, b) VALUES (?, ?)",
         "INSERT INTO t (a, b) VALUES (%s, %s) ON DUPLICATE KEY UPDATE a = a"),
        ("INSERT OR IGNORE INTO t (a) VALUES (?) RETURNING a",
         "INSERT INTO t (a) VALUES (%s) ON DUPLICATE KEY UPDATE a = a RETURNING a"),
        ("INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET b = excluded.b, c = excluded.c + ?",
         "INSERT INTO t (a, b) VALUES (%s, %s) ON DUPLICATE KEY UPDATE b = VALUES(b), c = VALUES(c) + %s"),
    ],
)  # fmt: skip
def test_mariadb_reads_a_plan_in_its_own_spelling(plan: str, server: str) -> None:
    assert for_mariadb(plan) == server


def test_sqlite_takes_no_row_locks() -> None:
    assert for_sqlite("SELECT a FROM t WHERE b = ? FOR UPDATE") == "SELECT a FROM t WHERE b = ?"
    assert for_sqlite("SELECT 'FOR UPDATE' FROM t") == "SELECT 'FOR UPDATE' FROM t"


def test_a_query_that_inserts_counts_as_a_write() -> None:
    assert [writes(sql) for sql in ("SELECT 1", "WITH a AS (SELECT 1) SELECT 1")] == [False, False]
    assert writes("INSERT INTO t (a) VALUES (1) RETURNING a")
