"""
Visits to which nobody comes, and holds whose time is over: looked after whether a worker is up or not.

The same jobs and sweeps as the worker's own; what one has done the other finds done.
"""

from meridian.app.functions.timed import Said
from meridian.app.house import House
from meridian.telehealth import missed


async def swept(house: House) -> Said:
    """What is due of `missed.TOPIC`, in every organisation, and what holds a time for nobody."""
    done, failed = await house.worker.catch_up(missed.TOPIC)
    await house.scheduling.sweep()
    return {"looked": done, "failed": failed}
