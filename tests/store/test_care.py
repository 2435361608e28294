from typing import Any

import pytest

from meridian.store.care import members

DOCTOR = {"reference": "Practitioner/x"}


@pytest.mark.parametrize(
    ("resource", "who"),
    [
        ({"resourceType": "Patient", "generalPractitioner": [DOCTOR, {"display": "Who"}]}, {"Practitioner/x"}),
        ({"resourceType": "CareTeam", "status": "active", "participant": [{"member": DOCTOR}]}, {"Practitioner/x"}),
        ({"resourceType": "CareTeam", "status": "inactive", "participant": [{"member": DOCTOR}]}, set()),
        ({"resourceType": "CareTeam", "participant": [{"member": {"reference": "Patient/x"}}]}, set()),
        ({"resourceType": "Encounter", "status": "finished", "participant": [{"individual": DOCTOR}, {}]},
         {"Practitioner/x"}),
        ({"resourceType": "Encounter", "status": "cancelled", "participant": [{"individual": DOCTOR}]}, set()),
        ({"resourceType": "Observation", "performer": [DOCTOR]}, set()),
        ({"resourceType": "Patient", "generalPractitioner": [{"reference": "http://else.org/Practitioner/x"}]}, set()),
        ({"resourceType": "Patient", "generalPractitioner": [{"reference": "Practitioner/x/_history/3"}]},
         {"Practitioner/x"}),
    ],
)  # fmt: skip
def test_who_cares_is_said_by_the_resource(resource: dict[str, Any], who: set[str]) -> None:
    assert members(resource) == who
