"""Sessions."""

IDLE_MS = 15 * 60 * 1000
