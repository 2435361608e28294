"""Tables of charting."""

revision = "0009"
down_revision = "0008"
repeatable = True


def upgrade() -> None:
    """Nothing yet."""
