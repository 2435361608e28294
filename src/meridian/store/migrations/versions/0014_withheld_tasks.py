"""
Tasks of staff that were kept before they were withheld from their patient are withheld, in all their versions.

Their bodies are sealed and get the label by a job: one for each organisation, once.
"""

import time

import sqlalchemy as sa
from alembic import op

from meridian.fhir.ours import STAFF_TASKS, TASK
from meridian.fhir.search import hashing
from meridian.store.kinds import NUMBERS
from meridian.store.visible import WITHHELD

revision = "0014"
down_revision = "0013"
repeatable = True  # what is withheld stays so, and a job that is there twice finds nothing the second time

_CODES = ", ".join(f"'{hashing.code(kind)}'" for kind in sorted(STAFF_TASKS))
_WITHHOLD = (
    f"UPDATE {{}} SET restricted = restricted | {WITHHELD} WHERE type = {NUMBERS['Task']} AND rid IN"
    f" (SELECT rid FROM index_token WHERE param = {hashing.number('Task.code')}"
    f" AND system = {hashing.system(TASK)} AND code IN ({_CODES}))"
)
STEPS = (_WITHHOLD.format("resource"), _WITHHOLD.format("history"))
JOBS = (
    "INSERT INTO outbox (org, topic, what, due, leased, tries, state, said)"
    " SELECT no, 'tasks-unlabelled', 'Task', :now, 0, 0, 0, x'7B7D' FROM organisation"
)


def upgrade() -> None:
    for step in STEPS:
        op.execute(step)
    op.execute(sa.text(JOBS).bindparams(now=round(time.time() * 1000)))
