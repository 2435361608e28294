"""What is noted of each request to a partner: how it ended and how long it took (API-03); never what was asked."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from meridian.medications.partners.breaker import Breaker
from meridian.medications.partners.port import Call
from meridian.telemetry import figures, logs, spans

GIVEN_UP = "timeout"
"""How a request ended that was not waited for."""


@contextmanager
def watched(partner: str, calls: Sequence[Call]) -> Iterator[None]:
    """Note the request that is made within, the last of *calls*; one that was not made leaves nothing."""
    made, began, end = len(calls), time.perf_counter_ns(), GIVEN_UP
    try:
        with spans.span(f"partner {partner}", spans.CLIENT, server_address=partner):
            yield
        end = "ok"
    except Exception as wrong:
        why = getattr(wrong, "why", None)
        end = why.value if why is not None else "crash"
        raise
    finally:
        if len(calls) > made:
            took = time.perf_counter_ns() - began
            figures.PARTNER_CALLS.add(partner, end)
            figures.PARTNER_TOOK.took(took / 1e9, partner)
            logs.partner(partner, end, took, calls[-1].request)


def standing(partner: str, breaker: Breaker) -> None:
    """Note whether the partner is left alone for now."""
    figures.BREAKER_OPEN.set(float(breaker.open), partner)
