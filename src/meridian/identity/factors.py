"""Which second factors an account has, and so what a sign-in asks for next."""

from typing import NamedTuple

from meridian.identity import memberships, passkeys, recovery_codes, totp
from meridian.store.plan import Plan


class Factors(NamedTuple):
    """An account's second factors, and whether it must have one."""

    totp: bool
    passkeys: int
    recovery_codes: int
    staff: bool

    @property
    def enough(self) -> bool:
        """Whether there is a second factor."""
        return self.totp or self.passkeys > 0

    @property
    def step(self) -> str:
        """What a sign-in asks for after the password."""
        if self.totp:
            return "totp"
        if self.passkeys:
            return "passkey"
        return "enrol-totp" if self.staff else "done"

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways to take that step."""
        if not self.enough:
            return ("totp", "passkey") if self.staff else ()
        offered = (
            ("totp", self.totp),
            ("passkey", self.passkeys > 0),
            ("recovery-code", self.recovery_codes > 0),
        )
        return tuple(name for name, there in offered if there)


def of_account(account: str) -> Plan[Factors]:
    """An account's second factors."""
    return Factors(
        totp=(yield from totp.enrolled(account)),
        passkeys=(yield from passkeys.count(account)),
        recovery_codes=(yield from recovery_codes.left(account)),
        staff=(yield from memberships.needs_second_factor(account)),
    )
