"""
Video visits: where each stands, who takes part, and the links of guests. See `meridian.store.video_visits`.

Ids, codes and times. The name that a guest chose and the address a link is sent to are sealed under the patient's key.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import Blob, Bytes, table

visit = table(
    "visit",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), primary_key=True),
    Column("pat", BigInteger, nullable=False),
    Column("encounter", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("room", Integer, nullable=False),
    Column("locked", SmallInteger, nullable=False),
    Column("recording", String(8), nullable=False),
    Column("recorder", String(8), nullable=False),
    Column("consent", String(64), nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("begun", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Index("ix_visit_ended", "ended", "starts"),
)
"""
`id` is the Appointment's, `pat` the patient's number. `epoch` counts who came and went, `room` the gateway's rooms.
`recorder` is `gateway` or `browser`, `consent` the Consent to the recording, `recorded` when one was started last.
`begun` is the first time two spoke.
"""

visit_person = table(
    "visit_person",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("visit", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("who", String(128), nullable=False),
    Column("part", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("answer", String(8), nullable=False),
    Column("agreed", BigInteger, nullable=False),
    Column("waited", BigInteger, nullable=False),
    Column("joined", BigInteger, nullable=False),
    Column("gone", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("media", SmallInteger, nullable=False),
    Column("name", Blob, nullable=True),
    Index("ix_visit_person_who", "org", "who"),
    Index("ix_visit_person_state", "state", "seen"),
)
"""
`who` is a reference, or `Guest/<id>`; `agreed` when they agreed to be seen by video, `waited` when they came to the
lobby, `joined` when they were first let in, `gone` when they left last, `seen` when their socket was there last.
`answer` is to the recording. `name` is what a guest wants to be called, sealed.
"""

visit_guest = table(
    "visit_guest",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), primary_key=True),
    Column("visit", String(64), nullable=False),
    Column("part", String(16), nullable=False),
    Column("way", String(8), nullable=False),
    Column("address", Blob, nullable=True),
    Column("made_by", String(128), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("code", Bytes(32), nullable=True),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("session", Bytes(32), nullable=True),
    Column("ends", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Index("ix_visit_guest_visit", "org", "visit"),
    Index("ix_visit_guest_code", "code", unique=True),
    Index("ix_visit_guest_session", "session", unique=True),
)
"""
One link for one visit and part. `code` is the SHA-256 of what it carries, none until it is sent; `session` that of the
cookie it was exchanged for, which ends at `ends`. `address` is where it goes, sealed, none once it is sent.
"""
