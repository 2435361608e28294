"""The access review names what somebody is to think about, and nobody who is no member of the workforce."""

import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest

from meridian.app import House, evidence, opened
from meridian.identity.reviewing import CHANGES, EMERGENCIES, Worker
from meridian.ops.access_review import DAY, DORMANT, OPEN, dormant, findings
from meridian.ops.evidence import Kind, held
from meridian.settings import load

pytestmark = pytest.mark.anyio
NOW = 1_000 * DAY
OFFICER = Worker("m1", "a1", "o@clinic.example", "security-officer", "active", NOW - DAY, NOW, second_factor=True)
PASSWORD = "four quiet words here"


def test_a_house_with_an_officer_of_two_factors_has_nothing_to_think_about() -> None:
    assert findings([OFFICER], NOW) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"role": "nurse"}, "nobody is security officer"),
        ({"status": "disabled"}, "nobody is security officer"),
        ({"second_factor": False}, "1 without a second factor"),
        ({"since": 0, "last": NOW - (DORMANT + 1) * DAY}, f"1 dormant for {DORMANT} days"),
        ({"status": "invited", "since": NOW - (OPEN + 1) * DAY}, f"1 invited more than {OPEN} days ago and not come"),
    ],
)
def test_what_looks_wrong_is_said(changed: dict[str, object], says: str) -> None:
    assert says in findings([OFFICER._replace(**changed)], NOW)  # type: ignore[arg-type]  # fields of it


def test_an_administrator_who_oversees_themselves_is_told_of() -> None:
    both = [OFFICER, OFFICER._replace(membership="m2", role="administrator")]

    assert findings(both, NOW) == ["somebody is administrator and security officer"]


def test_whoever_has_just_come_or_cannot_sign_in_is_not_dormant() -> None:
    assert not dormant(OFFICER._replace(last=0), NOW)
    assert not dormant(OFFICER._replace(last=0, since=0, status="disabled"), NOW)
    assert dormant(OFFICER._replace(last=0, since=0), NOW)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(load(tmp_path / "data")) as house:
        yield house


async def test_it_lists_what_was_changed_since_the_last_one_and_is_kept(house: House) -> None:
    people = house.identity.administration
    clinic = await people.create_organisation("clinic", "Clinic")
    other = await people.create_organisation("other", "Other")
    for org, name in ((clinic, "ann"), (other, "bob")):
        account = await people.create_account(f"{name}@x.example", name, PASSWORD)
        await people.add_membership(account, org, "nurse")
    everybody = await people.organisations()

    first, _ = await evidence.review(house, everybody, by="R. Okafor", note="ann is on leave")
    await people.enable("ann@x.example", active=False)
    second, path = await evidence.review(house, everybody, by="R. Okafor", note="")

    assert [[one.action for one in it.changes] for it in first.organisations] == [
        ["member-added"],
        ["member-added"],
    ]
    assert [one.action for one in first.platform] == ["account-created", "account-created"]
    assert [one.email for it in first.organisations for one in it.people] == ["ann@x.example", "bob@x.example"]
    assert [[one.action for one in it.changes] for it in second.organisations] == [["account-disabled"], []]
    assert second.organisations[0].people[0].status == "disabled"
    kept = held(house.settings.data, Kind.ACCESS_REVIEW, house.signer.public)
    assert [one.content["note"] for one in kept] == ["ann is on leave", ""]
    assert kept[-1].path == path


async def test_a_pack_of_one_organisation_names_nobody_of_another(house: House) -> None:
    people = house.identity.administration
    clinic = await people.create_organisation("clinic", "Clinic")
    other = await people.create_organisation("other", "Other")
    for org, name in ((clinic, "ann"), (other, "bob")):
        account = await people.create_account(f"{name}@x.example", name, PASSWORD)
        await people.add_membership(account, org, "nurse")
    everybody = await people.organisations()
    await evidence.review(house, everybody, by="R. Okafor", note="")

    with zipfile.ZipFile(BytesIO(await evidence.Kept(house).pack(clinic))) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}

    assert b"ann@x.example" in files["access/now.html"]
    assert not any(b"bob" in body for body in files.values())
    assert not any(path.startswith(("log/0", "log/2", "evidence/access-review")) for path in files)


async def test_a_review_of_another_organisation_is_none_of_ones_own(house: House) -> None:
    people = house.identity.administration
    await people.create_organisation("clinic", "Clinic")
    await people.create_organisation("other", "Other")
    await evidence.review(house, (await people.organisations())[1:], by="R. Okafor", note="")

    held = {name: await evidence.Kept(house).lines(name) for name in ("clinic", "other")}

    found = {name: next(one for one in lines if one["kind"] == "access-review") for name, lines in held.items()}
    assert (found["clinic"]["came"], found["clinic"]["overdue"]) == ("never", True)
    assert (found["other"]["came"], found["other"]["overdue"]) == ("kept", False)


def test_the_actions_that_are_looked_for_are_those_that_are_recorded() -> None:
    source = Path(evidence.__file__).parents[1]
    code = "".join(path.read_text(encoding="utf-8") for path in (source / "identity").glob("*.py"))
    access = "".join(path.read_text(encoding="utf-8") for path in (source / "access").rglob("*.py"))

    recorded = code.replace((source / "identity" / "reviewing.py").read_text(encoding="utf-8"), "") + access
    assert [one for one in CHANGES if f'"{one}"' not in recorded] == []
    assert EMERGENCIES
