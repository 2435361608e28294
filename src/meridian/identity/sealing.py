"""Text sealed by the platform's key for one place in the database."""

from meridian.vault.platform import PlatformKey


def seal_text(sealer: PlatformKey, column: str, row: str, text: str) -> bytes:
    """*text* sealed for one column of one row, so that it cannot be moved to another."""
    return sealer.seal(text.encode("utf-8", "surrogatepass"), f"{column}|{row}".encode())


def open_text(sealer: PlatformKey, column: str, row: str, sealed: bytes) -> str:
    """
    The text that was sealed for that column and row.

    Raises:
        Unreadable: If the key or the place is another, or the bytes were altered.
    """
    return sealer.open(sealed, f"{column}|{row}".encode()).decode("utf-8", "surrogatepass")
