"""What is wrong with settings."""


class BadSettings(Exception):
    """The settings cannot be used; the message says which one and why."""
