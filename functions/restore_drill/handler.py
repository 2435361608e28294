"""The newest backup is restored, looked at and thrown away; the result is evidence (`meridian.ops.backup.drill`)."""

from meridian.app.functions.drilling import drilled
from meridian.app.functions.standing import house
from meridian.app.functions.timed import timed

handler = timed(house("restore-drill"), drilled)
