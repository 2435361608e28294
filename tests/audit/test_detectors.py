from typing import Any

import pytest

from meridian.audit import detectors, unusual
from meridian.audit.entry import Entry
from meridian.settings.oversight import Oversight
from meridian.telemetry.figures import ALERTS


def kinds(entry: Entry) -> list[str]:
    return [one.kind for one, _ in detectors.concerning(entry)]


def refusal(**changes: str) -> Entry:
    said: dict[str, Any] = {"outcome": "refused", "rule": "NotFound", "what": "Patient/p1", "purpose": "TREAT"}
    return Entry(org=3, time=1, action="read", account="anne", **{**said, **changes})


def test_failed_sign_ins_are_counted_by_their_address() -> None:
    [(detector, key)] = detectors.concerning(Entry(org=0, time=1, action="sign-in-failed", address="203.0.113.9"))

    assert (detector.kind, key) == ("sign-in-failures", "203.0.113.9")
    assert (detector.most, detector.window) == (5, 10 * 60_000)


@pytest.mark.parametrize("action", ["sign-in", "reauthentication-failed", "read"])
def test_nothing_else_is_counted_as_a_failed_sign_in(action: str) -> None:
    assert kinds(Entry(org=0, time=1, action=action, address="203.0.113.9")) == []


def test_a_failure_without_an_address_is_counted_by_nothing() -> None:
    assert kinds(Entry(org=0, time=1, action="sign-in-failed")) == []


def test_a_record_that_is_refused_by_its_id_is_counted_by_the_account() -> None:
    [(detector, key)] = detectors.concerning(refusal())

    assert (detector.kind, key) == ("record-probing", "3|anne")


@pytest.mark.parametrize(
    "changes", [{"outcome": "ok"}, {"rule": "Forbidden"}, {"what": "Patient"}, {"purpose": ""}], ids=str
)
def test_other_refusals_are_no_probing(changes: dict[str, str]) -> None:
    assert kinds(refusal(**changes)) == []


def test_an_alert_names_who_probed_in_their_own_organisations_log_and_no_record() -> None:
    [(probing, _)] = detectors.concerning(refusal())

    alert = detectors.alert(probing, refusal())

    assert (alert.org, alert.action, alert.account, alert.what) == (3, "alert-record-probing", "anne", "")


def test_every_detector_has_a_figure() -> None:
    table = {one.kind for one in (*detectors.TABLE, *detectors.SIGNALS.values())}

    clinics = {one.kind for one in detectors.counted(Oversight())}
    assert table | clinics | detectors.RINGING | set(unusual.KINDS) == set(ALERTS)
