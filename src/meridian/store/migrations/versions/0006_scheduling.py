"""Tables of scheduling."""

revision = "0006"
down_revision = "0005"
repeatable = True


def upgrade() -> None:
    """Nothing yet."""
