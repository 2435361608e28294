"""What a newcomer reads when the demo clinic is up: where it is, whom to sign in as, and how."""

from meridian.access.subject import Role
from meridian.ops.demo.accounts import PASSWORD, Account, accounts
from meridian.ops.demo.calls import Joinable
from meridian.settings import Settings

WORDS = {
    Role.PATIENT: "patient",
    Role.PROXY: "proxy",
    Role.FRONT_DESK: "front desk",
    Role.SECURITY_OFFICER: "security officer",
    Role.PLATFORM_OPERATOR: "platform operator",
}
"""Roles as people say them, where that differs from the code."""
FIRST = (
    "okafor@harbor.example", "nurse@harbor.example", "desk@harbor.example", "lab@harbor.example",
    "pharmacy@harbor.example", "security@harbor.example", "admin@harbor.example", "adeyemi@harbor.example",
    "sorensen@lakeside.example", "operator@meridian.example", "margaret-obrien@mail.example",
    "dorothy-thornton@mail.example", "elena-rossi@mail.example", "sofia-alvarez@mail.example",
)  # fmt: skip
"""One account for each role, and those with something special; `meridian demo accounts` lists all."""


def role_of(account: Account) -> str:
    """The account's roles in words."""
    return " and ".join(dict.fromkeys(WORDS.get(place.role, place.role.value) for place in account.places))


def line(account: Account) -> str:
    """One account as a line of the list."""
    return f"  {account.email:<30} {role_of(account):<20} {account.note}"


def welcome(settings: Settings, visit: Joinable, command: str = "meridian") -> str:
    """
    The text.

    Args:
        settings: Of the running server.
        visit: That can be joined.
        command: How to call the command line from where the reader stands.
    """
    known = {account.email: account for account in accounts()}
    listed = "\n".join(line(known[email]) for email in FIRST)
    return f"""
  {settings.edition.title} - {settings.edition.tagline}
  A demonstration with made-up people. Do not enter real ones.

  Portal      {settings.public_origin}
  FHIR R4     {settings.public_origin}/fhir/R4/metadata
  Mails       {settings.data}/outbox
  Video       {settings.public_origin}/visits/{visit.visit}
              open it in two browser windows, one of them private: as {visit.host}
              and as {visit.patient}, who waits until let in

  Sign in with the password   {PASSWORD}
  Staff are asked for a six-digit code as well. Get it with:
      {command} demo code okafor@harbor.example
  (with --phone: a QR code for an authenticator app)

{listed}

  All accounts: {command} demo accounts        Stop: Ctrl+C
"""
