import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.audit import events
from meridian.audit.entry import Entry
from meridian.fhir import codec, validation

READ = Entry(
    org=1,
    time=1_780_000_000_123,
    action="read",
    account="acc-1",
    who="Practitioner/anne",
    role="clinician",
    purpose="TREAT",
    what="Observation/o1",
    patient="p1",
    rule="care-team|own-record",
    address="10.1.2.3",
    agent="Mozilla/5.0",
    request="req-1",
    session="ses-1",
)

ACTIONS = [
    "read",
    "vread",
    "history-instance",
    "history-type",
    "search-type",
    "everything",
    "create",
    "update",
    "update-create",
    "patch",
    "delete",
    "batch",
    "transaction",
    "capabilities",
    "sign-in",
    "sign-in-failed",
    "sign-out",
    "alert-sign-in-failures",
    "break-glass-start",
    "export",
    "import",
    "account-password",
    "member-added",
    "passkey-removed",
    "sign-in-alert",
    "session-revoked",
    "something-new",
]


def shown(entry: Entry) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(events.show(entry, "1-7"))
    return event


def test_a_read_is_shown_as_who_did_what_to_whose_record() -> None:
    event = shown(READ)

    assert (event["id"], event["recorded"], event["action"], event["outcome"]) == (
        "1-7",
        "2026-05-28T20:26:40.123Z",
        "R",
        "0",
    )
    [person, program] = event["agent"]
    assert person["who"] == {"reference": "Practitioner/anne"}
    assert person["purposeOfUse"][0]["coding"][0]["code"] == "TREAT"
    assert person["network"] == {"address": "10.1.2.3", "type": "2"}
    assert person["policy"] == ["urn:meridian:audit:rule:care-team", "urn:meridian:audit:rule:own-record"]
    assert program["name"] == "Mozilla/5.0"
    [observation, patient, request] = event["entity"]
    assert observation["what"] == {"reference": "Observation/o1"}
    assert (patient["what"], patient["role"]["code"]) == ({"reference": "Patient/p1"}, "1")
    assert request["what"]["identifier"]["value"] == "req-1"


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("outcome", ["ok", "refused", "failed"])
def test_every_event_is_good_r4(action: str, outcome: str) -> None:
    entry = Entry(
        **{name: getattr(READ, name) for name in READ.__struct_fields__}
        | {"action": action, "outcome": outcome, "seen": ("Patient/p1", "Encounter/e1"), "count": 2}
    )

    validation.check(codec.decode(events.show(entry, "1-7")))


@pytest.mark.parametrize("what", ["", "Observation", "Patient/p1/_history/3", "account/acc-1", "Nonsense/1", "x y"])
def test_whatever_it_was_done_to_is_shown_as_good_r4(what: str) -> None:
    validation.check(codec.decode(events.show(Entry(org=1, time=0, action="read", what=what), "1-0")))


def test_an_entry_that_says_next_to_nothing_is_good_r4() -> None:
    validation.check(codec.decode(events.show(Entry(org=0, time=0, action="sign-in-failed"), "0-0")))


@given(rule=st.text(max_size=30), agent=st.text(max_size=30), address=st.text(max_size=30))
def test_no_text_in_an_entry_makes_its_event_bad_r4(rule: str, agent: str, address: str) -> None:
    entry = Entry(org=1, time=0, action="read", rule=rule, agent=agent, address=address, request=agent, role=rule)

    validation.check(codec.decode(events.show(entry, "1-0")))


@pytest.mark.parametrize(
    ("action", "code", "letter"),
    [
        ("read", "rest", "R"),
        ("update-create", "rest", "U"),
        ("everything", "rest", "E"),
        ("Appointment/$book", "rest", "E"),
        ("sign-in-failed", "110114", "E"),
        ("alert-sign-in-failures", "110113", "E"),
        ("sign-in-alert", "110113", "E"),
        ("recovery-codes-renewed", "110113", "E"),
        ("something-new", "110100", "E"),
    ],
)
def test_an_action_is_called_what_the_standard_calls_it(action: str, code: str, letter: str) -> None:
    found = events.codes(action)

    assert (found.type["code"], found.letter) == (code, letter)
    assert action in [coding["code"] for coding in found.subtypes]
