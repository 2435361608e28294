"""AUTH-02: a house that is quick to say that it does not know somebody."""

from typing import Any

from meridian.identity.builtin import BuiltIn


def nobody_at_once() -> None:
    """Where there is no account, no password is checked."""
    strict = BuiltIn.password

    async def password(self: BuiltIn, email: str, account: Any, given: str, caller: Any) -> Any:
        return await strict(self, email, account, given, caller) if account else None

    BuiltIn.password = password  # type: ignore[method-assign]  # what is taken out


WEAKNESSES = {"nobody-at-once": nobody_at_once}
