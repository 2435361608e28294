"""Threads between patients and staff, tasks, and the one inbox."""
