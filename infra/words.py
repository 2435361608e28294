"""
What Meridian's commands say when they have done their work, by which CloudWatch counts that they did.

Tests of Meridian hold its own words against these; no CDK is needed for that.
"""

from __future__ import annotations

BACKED_UP = ("Backup", "MB sent")
"""In one line of `meridian backup`, which says nothing of the kind when it made none."""


def pattern(words: tuple[str, ...]) -> str:
    """
    All of these *words* in one line, as CloudWatch Logs has it.

    >>> pattern(("Backup", "MB sent"))
    '"Backup" "MB sent"'
    """
    return " ".join(f'"{word}"' for word in words)
