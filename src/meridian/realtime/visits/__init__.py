"""Video visits on the wire (docs/live.md): entering and leaving, signalling, what people send and say, recording."""

from meridian.realtime.visits.visits import Visits

__all__ = ["Visits"]
