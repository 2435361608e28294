"""What one process does, where the parts of the platform run apart."""

from enum import StrEnum


class Role(StrEnum):
    """
    A part.

    `all` is every part. `api` answers requests, `realtime` carries sockets, `worker` does what is due; none of them
    leans on being the only one of its kind.
    """

    ALL = "all"
    API = "api"
    REALTIME = "realtime"
    WORKER = "worker"

    @property
    def answers(self) -> bool:
        """Whether it answers the requests of people and programs."""
        return self in {Role.ALL, Role.API}

    @property
    def carries(self) -> bool:
        """Whether it carries sockets."""
        return self in {Role.ALL, Role.REALTIME}

    @property
    def works(self) -> bool:
        """Whether it does what the outbox says, and what happens at set times."""
        return self in {Role.ALL, Role.WORKER}
