"""What patients let other organisations read. See `meridian.store.shares`."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import table

share = table(
    "share",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("patient", String(64), nullable=False),
    Column("consent", String(64), nullable=False),
    Column("recipient", Integer, nullable=False),
    Column("parts", String(400), nullable=False),
    Column("labelled", SmallInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("withdrawn", BigInteger, nullable=False),
    Index("ix_share_org_patient", "org", "patient"),
    Index("ix_share_recipient_ends", "recipient", "ends"),
)
"""What a patient agreed to, as codes, beside the Consent that says so; `withdrawn` is 0 while it is not."""
