"""A letter as a message of RFC 5322, the same for every carrier."""

import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime

from meridian.post.letters import Letter, Product


def message(letter: Letter, product: Product, now: int, *, ascii_only: bool = False) -> EmailMessage:
    """
    The message; *now* is its date, in ms since the epoch.

    It is UTF-8 throughout (RFC 6531), for addresses beyond ASCII, unless the carrier wants *ascii_only* (RFC 2047).
    """
    made = EmailMessage(default.clone(utf8=not ascii_only, cte_type="7bit" if ascii_only else "8bit"))
    made["From"] = product.sender
    made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    made["Message-ID"] = f"<{secrets.token_hex(16)}@{product.sender.rpartition('@')[2].rstrip('>')}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5
    made.set_content(letter.text)
    made["Content-Language"] = letter.language  # RFC 3282; after the content, which brings headers of that name
    return made
