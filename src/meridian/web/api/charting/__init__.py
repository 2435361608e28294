"""Visits, notes, vital signs and findings over HTTP; nothing is decided here."""

from meridian.web.api.charting import encounters, findings, notes, vitals

ROUTERS = (encounters, notes, vitals, findings)

__all__ = ["ROUTERS"]
