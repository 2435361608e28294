"""AUTH-04: a house that forgets who could not get in."""

from typing import Any

from meridian.identity.sign_in import SignIn


def failures_unrecorded() -> None:
    """Nothing is written down of a wrong password."""

    def failed(*_: Any) -> Any:
        yield from ()

    SignIn._failed = failed  # type: ignore[assignment]  # noqa: SLF001  # what is taken out


WEAKNESSES = {"failures-unrecorded": failures_unrecorded}
