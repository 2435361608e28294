import subprocess
import sys

QUESTION = """
import sys
import meridian.store.sqlite, meridian.store.records, meridian.store.search, meridian.store.rotation
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "asyncmy", "greenlet"}))
"""


def test_a_server_on_sqlite_carries_neither_sqlalchemy_nor_the_other_driver() -> None:
    said = subprocess.run([sys.executable, "-c", QUESTION], capture_output=True, text=True, check=True)  # noqa: S603  # our own words

    assert said.stdout.split() == []
