"""A backup made before two people destroyed a key, restored and served: the patient is not in it, over HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from meridian.access.shredding import Approval, Reason, Request, State
from meridian.app import opened
from meridian.cli import main
from meridian.identity.facts import Caller, Identity
from meridian.settings import load
from meridian.testing.backed import Practice

pytestmark = pytest.mark.anyio

HERE = Caller("192.0.2.7", "tests", "request")


async def test_an_older_backup_does_not_bring_a_destroyed_record_back(practice: Practice, tmp_path: Path) -> None:
    gone = await practice.add(name=[{"family": "Gone"}], birthDate="1930-01-01")
    stays = await practice.add(name=[{"family": "Stays"}])
    first = await practice.back_up()

    request = await _destroyed(practice, gone)
    restored = await practice.restore(tmp_path / "r", first.made, ledgers=[_ledger(practice.site.data)])

    assert request.state is State.DONE
    assert restored.shredded == 1
    answers = await _ask(tmp_path / "r", practice.site.client, f"Patient/{gone}", f"Patient/{stays}", "Patient")
    assert [answer.status_code for answer in answers] == [410, 200, 200]
    assert [entry["resource"]["id"] for entry in answers[2].json()["entry"]] == [stays]
    assert "Gone" not in answers[0].text + answers[2].text
    for log in (tmp_path / "r", practice.site.data):
        assert "whole" in await _said(log, "audit", "verify")
    assert f"Patient/{gone}" in await _said(practice.site.data, "shred", "ledger")
    assert "done" in await _said(practice.site.data, "shred", "list")


async def test_at_the_command_line_nothing_is_destroyed_that_two_have_not_approved(practice: Practice) -> None:
    ann = await practice.add(name=[{"family": "Stays"}], birthDate="1930-01-01")
    async with practice.house() as house:
        asker, _ = await _seats(house)
        request = await house.shredding.ask(asker, ann, Reason.PATIENT, HERE)

    said = await _said(practice.site.data, "shred", "carry-out", request.id, code=1)

    assert "two people" in said
    assert not (practice.site.data / "anchors" / "shredded.ledger").exists()


async def _destroyed(practice: Practice, patient: str) -> Request:
    with (practice.site.data / "settings.toml").open("a") as settings:
        settings.write("\n[retention]\ncooling = 0\n")
    async with practice.house() as house:
        asker, second = await _seats(house)
        request = await house.shredding.ask(asker, patient, Reason.PATIENT, HERE)
        seen = await house.shredding.look(second, patient, HERE)
        approval = Approval(seen.mark, "GONE", "local-law", "Their right by the law of the state.")
        await house.shredding.approve(second, request.id, approval, HERE)
        return await house.shredding.carry_out(1, request.id)


async def _seats(house: Any) -> list[Identity]:
    """An administrator and a security officer, who were there before."""
    seats, people = [], house.identity.administration
    for name, role in (("amy", "administrator"), ("olu", "security-officer")):
        account = await people.create_account(
            f"{name}@clinic.example", name, "orbit pencil 4417 walnut lamp", check=False
        )
        seat = await people.add_membership(account, 1, role, who=f"Practitioner/{name}")
        seats.append(Identity(account, 1, "org1", role, f"Practitioner/{name}", membership=seat, session=name))
    return seats


async def _said(data: Path, *words: str, code: int = 0) -> str:
    """What a command says; in a thread, since it has an event loop of its own."""
    done = await asyncio.to_thread(CliRunner().invoke, main, [*words, "--data", str(data)])
    assert done.exit_code == code, done.output
    return done.output


def _ledger(data: Path) -> bytes:
    return (data / "anchors" / "shredded.ledger").read_bytes()


async def _ask(data: Path, client: tuple[str, str], *paths: str) -> list[httpx.Response]:
    """What the house in a folder answers to a program of its own."""
    async with opened(load(data)) as house:
        transport = httpx.ASGITransport(house.app())
        async with httpx.AsyncClient(transport=transport, base_url=house.settings.public_origin) as browser:
            form = {"grant_type": "client_credentials", "client_id": client[0], "client_secret": client[1]}
            token = (await browser.post("/oauth2/token", data=form)).json()["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            return [await browser.get(f"/fhir/R4/{path}", headers=headers) for path in paths]
