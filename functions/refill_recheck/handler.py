"""What was ordered while no safety partner answered is checked again (`meridian.medications.rechecking`)."""

from meridian.app.functions.feeding import fed

handler = fed("refill-recheck", "rechecks")
