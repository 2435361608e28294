"""Prescribing, checks, refills and reconciliation over HTTP; nothing is decided here."""

from meridian.web.api.medications import checks, lists, prescriptions, reference, refills

ROUTERS = (reference, checks, prescriptions, refills, lists)

__all__ = ["ROUTERS"]
