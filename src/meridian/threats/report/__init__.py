"""
A campaign on paper: `report.html` for people, `report.json` for programs, and a signature of each.

The page loads nothing and runs nothing, so that it can be mailed, printed and kept for six years.
"""

from meridian.threats.report.signed import Key, made_key, read_key, write

__all__ = ["Key", "made_key", "read_key", "write"]
