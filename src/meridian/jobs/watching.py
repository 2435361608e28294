"""What is noted of each try of a job: how it ended, how long it took, and the story it belongs to."""

import time
from collections.abc import Awaitable, Callable

from meridian.jobs.later import Later
from meridian.store.outbox import Job
from meridian.telemetry import figures, spans, trace


async def watched(job: Job, handler: Callable[[Job], Awaitable[None]]) -> None:
    """Have *handler* do the job, as a part of what put it into the outbox; raises whatever it raises."""
    here = trace.begun(job.trace)
    trace.current.set(here)
    began, end = time.perf_counter_ns(), "failed"
    try:
        await handler(job)
        end = "done"
    except Later:
        end = "later"
        raise
    finally:
        took = time.perf_counter_ns() - began
        figures.JOBS.add(job.topic, end)
        figures.JOB_TOOK.took(took / 1e9, job.topic)
        spans.ended(here, f"job {job.topic}", spans.CONSUMER, took, {"job.tries": job.tries}, failed=end == "failed")
