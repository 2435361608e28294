"""API-04: a house that does what it is told as often as it is told."""

from dataclasses import replace
from typing import Any

from meridian.documents import intake
from meridian.identity import totp
from meridian.identity.sealing import open_text
from meridian.medications import issues, prescribing
from meridian.store.plan import Query


def reports_anew() -> None:
    """A report is not looked for before it is kept."""

    def known(*_: Any) -> Any:
        yield from ()

    intake._known = known  # type: ignore[assignment]  # noqa: SLF001  # what is taken out


def late_reports_win() -> None:
    """Whatever comes last counts."""
    intake._is_older = lambda *_: False  # noqa: SLF001  # likewise


def checks_for_ever() -> None:
    """A check serves for any number of orders."""
    strict = issues.of

    def of(issue: Any) -> Any:
        return replace(strict(issue), used=False)

    issues.of = of
    prescribing.serves = lambda *_: None


def codes_twice() -> None:
    """A code is good for its half minute."""

    def spend(sealer: Any, account: str, code: str, now: int) -> Any:
        rows = yield Query("SELECT seed FROM totp WHERE account = ?", (account,))
        seed = open_text(sealer, "totp.seed", account, rows[0][0])
        return totp.matching_step(seed, code, now, -1) is not None

    totp.spend = spend


WEAKNESSES = {
    "reports-anew": reports_anew,
    "late-reports-win": late_reports_win,
    "checks-for-ever": checks_for_ever,
    "codes-twice": codes_twice,
}
