"""
How long the log is kept: for ever, which is longer than the law asks.

45 CFR 164.316(b)(2)(i) asks that documentation of required actions and activities be kept for six years. There is no
path in this code that deletes or changes an entry, a tile or a checkpoint: an entry that is gone is a log that does not
verify. Entries hold ids and no other patient data, so destroying a patient's key (which destroys the record) leaves the
log whole. Should a log ever have to be shortened, it is exported, the export is verified and kept for `LEAST_YEARS`,
and a new log is begun.
"""

LEAST_YEARS = 6
"""Source: 45 CFR 164.316(b)(2)(i)."""
