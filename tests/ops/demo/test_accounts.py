from datetime import UTC, datetime
from pathlib import Path

from meridian.access.subject import MEMBERS, Role
from meridian.identity.facts import is_staff
from meridian.identity.passwords import check_new
from meridian.ops.demo.accounts import PASSWORD, accounts
from meridian.ops.demo.calls import Joinable
from meridian.ops.demo.clinic import clinic
from meridian.ops.demo.welcome import FIRST, welcome
from meridian.settings import Settings, edition

WITH_ACCOUNTS = MEMBERS - {Role.SERVICE}


def test_there_is_somebody_of_every_role_but_programs_and_guests() -> None:
    roles = {place.role for account in accounts() for place in account.places}

    assert roles == WITH_ACCOUNTS


def test_the_welcome_names_somebody_of_every_role() -> None:
    known = {account.email: account for account in accounts()}

    assert {p.role for email in FIRST for p in known[email].places} == WITH_ACCOUNTS


def test_the_welcome_says_where_two_windows_meet_and_as_whom() -> None:
    text = welcome(Settings(edition("meridian-pms"), data=Path("nowhere"), demo=True), Joinable("a-visit"))

    assert "http://localhost:8360/visits/a-visit" in text
    assert {Joinable("").host, Joinable("").patient} <= {account.email for account in accounts()}
    assert all(email in text for email in (Joinable("").host, Joinable("").patient))


def test_no_two_accounts_share_an_address() -> None:
    emails = [account.email for account in accounts()]

    assert len(set(emails)) == len(emails)


def test_all_staff_have_a_second_factor() -> None:
    assert all(a.seed for a in accounts() if any(is_staff(place.role) for place in a.places))


def test_the_password_keeps_the_rules_for_everybody() -> None:
    for account in accounts():
        check_new(PASSWORD, second_factor=bool(account.seed), context=(account.email, account.name))


def test_everybody_is_in_the_clinic_and_so_are_their_patients() -> None:
    there = {
        (o.key, f"{resource['resourceType']}/{resource['id']}")
        for o, resource in clinic(datetime(2026, 11, 20, 10, tzinfo=UTC))
    }

    for account in accounts():
        for place in account.places:
            assert not place.who or (place.organisation.key, place.who) in there
            assert all((place.organisation.key, f"Patient/{one}") in there for one in place.patients)


def test_one_clinician_can_switch_between_the_organisations() -> None:
    [both] = [a for a in accounts() if len({p.organisation for p in a.places if p.role is Role.CLINICIAN}) == 2]

    assert both.name == "Tunde Adeyemi"
