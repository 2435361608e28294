from typing import Any

import pytest

from meridian.settings.oversight import BASELINE, Oversight
from meridian.settings.wrong import BadSettings


@pytest.mark.parametrize(
    "said",
    [
        {"patients_an_hour": {"nurses": 3}},
        {"patients_an_hour": {"nurse": -1}},
        {"lists_an_hour": 0},
        {"strangers_a_day": "five"},
        {"night": "22-6"},
        {"night": "25:00-06:00"},
        {"zone": "Nowhere/Land"},
        {"zone": "../etc/passwd"},
        {"webhook": "https://hooks.example/x"},
        {"webhook": "https://hooks.example.evil/x", "hosts": ("hooks.example",)},
        {"webhook": "http://hooks.example/x", "hosts": ("hooks.example",)},
        {"webhook": "https://user@hooks.example/x", "hosts": ("hooks.example",)},
        {"alertmanager": "file:///etc/passwd", "hosts": ("",)},
        {"alertmanager": "http://169.254.169.254/", "hosts": ("169.254.169.254",)},
    ],
    ids=str,
)
def test_what_makes_no_sense_or_leads_elsewhere_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(BadSettings):
        Oversight(**said)


def test_what_is_named_replaces_the_house_s_number_and_the_rest_stays() -> None:
    limits = Oversight(patients_an_hour={"nurse": 9}, hosts=("hooks.example",), webhook="https://hooks.example/x")

    assert [limits.baseline(role) for role in ("nurse", "lab", "service")] == [9, BASELINE["lab"], 0]


def test_this_machine_s_own_alertmanager_needs_no_certificate() -> None:
    assert Oversight(alertmanager="http://127.0.0.1:9093", hosts=("127.0.0.1",)).alertmanager


def test_a_night_may_be_in_the_middle_of_the_day_or_go_past_midnight() -> None:
    day, night = Oversight(night="12:00-13:00"), Oversight(night="22:00-06:00")

    assert [day.is_night(minute) for minute in (719, 720, 779, 780)] == [False, True, True, False]
    assert [night.is_night(minute) for minute in (0, 359, 360, 1319, 1320)] == [True, True, False, False, True]
    assert not Oversight().is_night(0)
