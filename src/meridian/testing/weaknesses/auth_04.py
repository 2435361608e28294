"""AUTH-04: a house that forgets who could not get in."""

from typing import Any

from meridian.audit import detectors
from meridian.identity.sign_in import SignIn


def failures_unrecorded() -> None:
    """Nothing is written down of a wrong password."""

    def failed(*_: Any) -> Any:
        yield from ()

    SignIn._failed = failed  # type: ignore[assignment]  # noqa: SLF001  # what is taken out


def alarms_unraised() -> None:
    """Failures are written down, and nobody counts them."""

    def nothing(*_: Any) -> Any:
        yield from ()

    detectors.concerning = nothing  # type: ignore[assignment]  # what is taken out


WEAKNESSES = {"failures-unrecorded": failures_unrecorded, "alarms-unraised": alarms_unraised}
