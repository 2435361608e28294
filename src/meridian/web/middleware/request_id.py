"""Each request's own name, for its answer, its log lines and its audit entry; a caller cannot choose it."""

from secrets import token_hex

HEADER = b"x-request-id"


def request_id() -> str:
    """24 hexadecimal digits that nobody can foresee."""
    return token_hex(12)
