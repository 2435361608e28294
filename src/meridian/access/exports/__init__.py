"""
Exports of many records at once: of the whole organisation, of all its patients, or of the patients of a Group.

Asked for by programs and security officers only, worked on in turns by a job, kept as sealed files for a day, and
handed to whoever asked and to nobody else. Every page that is written and every file that is handed out leaves an
entry. Source: hl7.org/fhir/uv/bulkdata/STU2/export.html; what HTTP makes of it is `web.fhir.exporting`.

    asking.py    what is wanted, and by whom it may be asked
    writing.py   a turn of the job: pages of records become sealed files
    desk.py      how an export stands, its files, its end
"""

from meridian.access.exports.asking import TOPIC, Asked, Level
from meridian.access.exports.desk import Exports, Standing
from meridian.store.exports import State

__all__ = ["TOPIC", "Asked", "Exports", "Level", "Standing", "State"]
