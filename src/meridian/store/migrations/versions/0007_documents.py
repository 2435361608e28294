"""Tables of documents."""

revision = "0007"
down_revision = "0006"
repeatable = True


def upgrade() -> None:
    """Nothing yet."""
