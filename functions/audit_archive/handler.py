"""Checkpoints and tiles of the audit logs go where nobody can change them (`meridian.audit.archiving`)."""

from meridian.app.functions.archiving import archived
from meridian.app.functions.ground import ground
from meridian.app.functions.timed import timed

handler = timed(ground("audit-archive"), archived)
