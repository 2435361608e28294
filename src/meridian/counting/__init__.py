"""
How often somebody did something in a sliding window of time: in this process, or in all that share a Redis.

    counter.py    what a count is, drawn from the two
    memory.py     of one process
    shared.py     of all processes

Whoever counts refuses when nothing can be counted: `Unavailable`.
"""

from meridian.counting.counter import Count, Counter, Window
from meridian.counting.memory import InMemory

__all__ = ["Count", "Counter", "InMemory", "Window"]
