"""Tables of inbox."""

revision = "0008"
down_revision = "0007"
repeatable = True


def upgrade() -> None:
    """Nothing yet."""
