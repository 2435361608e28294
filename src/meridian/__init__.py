"""Meridian: one patient-management platform, two editions, every record behind one door."""

__version__ = "0.1.0"
