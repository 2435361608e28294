"""What was shut while an incident is answered, as a partner that is not to be called; of no record."""

from sqlalchemy import BigInteger, Column, String

from meridian.store.schema import table

shut = table(
    "shut",
    Column("kind", String(20), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("since", BigInteger, nullable=False),
)
