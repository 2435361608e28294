"""Interactions on SQL, written once and driven by two engines: SQLite and MariaDB."""
