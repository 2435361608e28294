"""What officers concluded of alarms."""

from sqlalchemy import BigInteger, Column, Integer, String

from meridian.store.schema import Blob, table

alarm_review = table(
    "alarm_review",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("verdict", String(16), nullable=False),
    Column("note", Blob, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""By the place of the alarm's entry in the organisation's log; `note` is sealed."""
