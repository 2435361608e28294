"""
Mails: plain text, no word on health, put as `.eml` files in a folder from which a mail program takes them.

The texts are here, so that they can be read in one place. A link's secret stands in its fragment, which a browser
sends to no server and no log.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from pathlib import Path

from meridian.clock import Clock
from meridian.identity.opaque import new_id


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail; kept out of logs, since it names a person and may hold a link."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Product:
    """
    Who writes.

    Args:
        title: The edition's name.
        sender: `From:` of every mail.
        support: Address to turn to.
        origin: Scheme, host and port of the portal's links.
    """

    title: str
    sender: str
    support: str
    origin: str


class Outbox:
    """
    Puts mails into a folder.

    Args:
        folder: Made if need be, for its owner only.
        product: Who writes.
        clock: What time it is.
    """

    def __init__(self, folder: Path, product: Product, clock: Clock) -> None:
        self._folder, self._product, self._clock = folder, product, clock

    def post(self, letter: Letter) -> Path:
        """The file of the mail, complete as soon as it can be seen."""
        now = self._clock()
        message = EmailMessage(default.clone(utf8=True))  # RFC 6531, for addresses beyond ASCII
        message["From"] = self._product.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
        message["Message-ID"] = f"<{new_id()}@{self._product.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5
        message.set_content(letter.text)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{now}-{new_id()[:8]}.eml"
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(message.as_bytes())
        return part.rename(path)


def _signed(product: Product, *paragraphs: str) -> str:
    return "\n\n".join((*paragraphs, f"{product.title}\n{product.support}")) + "\n"


def invitation(product: Product, email: str, organisation: str, secret: str) -> Letter:
    """An invitation to an organisation."""
    return Letter(
        email,
        f"You are invited to {product.title}",
        _signed(
            product,
            f"{organisation} invites you to {product.title}.",
            f"Open this link within seven days:\n{product.origin}/invitation#{secret}",
            "If you do not know why you get this, do nothing.",
        ),
    )


def recovery(product: Product, email: str, secret: str) -> Letter:
    """A link to set a new password."""
    return Letter(
        email,
        f"Set a new password for {product.title}",
        _signed(
            product,
            "Somebody, probably you, asked for a new password.",
            f"Open this link within 30 minutes:\n{product.origin}/recovery#{secret}",
            "If it was not you, do nothing: your password stays as it is.",
        ),
    )


def new_device(product: Product, email: str, agent: str, address: str, when: int) -> Letter:
    """A sign-in from a device not seen before."""
    moment = datetime.fromtimestamp(when / 1000, UTC)
    return Letter(
        email,
        f"New sign-in to {product.title}",
        _signed(
            product,
            "Your account was signed in from a device that it was not signed in from before.",
            f"When: {moment:%d-%b-%Y %H:%M} UTC\nAddress: {address or 'unknown'}\nProgram: {agent or 'unknown'}",
            f"If it was not you, change your password and end that session at {product.origin}/account, "
            "and tell your clinic.",
        ),
    )


CHANGES = {
    "password": "The password of your account was changed.",
    "factor-added": "A way to prove who you are was added to your account.",
    "factor-removed": "A way to prove who you are was removed from your account.",
    "factors-reset": "The second factors of your account were reset by an administrator; you will set up new ones.",
    "recovery-code": "A recovery code of your account was used. Make new ones before they run out.",
}


def changed(product: Product, email: str, what: str) -> Letter:
    """Something about the account's protection is different; *what* is one of `CHANGES`."""
    return Letter(
        email,
        f"Your {product.title} account",
        _signed(product, CHANGES[what], "If it was not you, set a new password at once and tell your clinic."),
    )
