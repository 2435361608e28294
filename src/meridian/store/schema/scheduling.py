"""
Who is taken when, and links that act without a session. See `meridian.store.bookings` and `store.appointment_links`.

`booking` follows the Appointments as the index does: it says nothing that they do not, and is made anew with them.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String

from meridian.store.schema import Bytes, Key, table

booking = table(
    "booking",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("actor", String(80), primary_key=True),
    Column("ends", BigInteger, primary_key=True, autoincrement=False),
    Column("starts", BigInteger, primary_key=True, autoincrement=False),
    Column("rid", Key, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("quiet_before", Integer, nullable=False),
    Column("quiet_after", Integer, nullable=False),
    Index("ix_booking_rid", "rid"),
    Index("ix_booking_until", "until"),
    sqlite_with_rowid=False,
)
"""One actor's time, taken by one Appointment."""

bookable = table(
    "bookable",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("actor", String(80), primary_key=True),
    sqlite_with_rowid=False,
)
"""One row for each actor that was ever taken, to be locked while a booking is decided."""

appointment_link = table(
    "appointment_link",
    Column("hash", Bytes(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("confirmed", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Index("ix_appointment_link_appointment", "org", "appointment"),
    Index("ix_appointment_link_expires", "expires"),
    sqlite_with_rowid=False,
)
"""A link of a reminder, by the SHA-256 of its token; when each of its two actions was used, 0 for not yet."""
