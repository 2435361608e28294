"""Real requests to a real socket, and everything that goes wrong with them."""

import ipaddress
import json
import logging
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.medications.findings import Outcome, State, Why
from meridian.medications.partners import transport
from meridian.medications.partners.allowed import Rules
from meridian.medications.partners.breaker import FAILURES, REST
from meridian.medications.partners.lines import key_name, panel, signing_name
from meridian.medications.partners.panel import Panel
from meridian.medications.partners.port import Call, Failed, asked
from meridian.medications.partners.sandbox.gate import Credentials
from meridian.medications.partners.scriptguard import ScriptGuard
from meridian.medications.partners.signing import IDEMPOTENCY, KEY, REQUEST, SIGNATURE
from meridian.medications.partners.transport import Line, Place
from meridian.medications.question import Drug, Question
from meridian.settings import BadSettings, Partners
from meridian.testing.certificates import self_signed
from meridian.testing.partners import EDITION, GOOD, Listener, Sandbox
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.anyio
QUESTION = Question(
    Drug("CanaryDraft", "310965", ("ibuprofen",), formulary=True),
    (Drug("CanaryTaken", "855332", ("warfarin",), "MedicationRequest/canary-request", formulary=True),),
)
HARMLESS = Question(Drug("CanaryDraft", "313782", ("acetaminophen",), formulary=True))


async def failing(panel: Panel, question: Question = HARMLESS) -> tuple[Why | None, list[Call]]:
    """How the first partner fails, and the calls that were made of it."""
    calls: list[Call] = []
    with pytest.raises(Failed) as failed:
        await panel.partners[0].check(asked(panel.partners[0], question), calls)
    return failed.value.why, calls


async def test_both_partners_answer_in_their_own_ways(sandbox: Sandbox) -> None:
    for partner in sandbox.panel().partners:
        calls: list[Call] = []
        answer = await partner.check(asked(partner, QUESTION), calls)
        assert [one.severity for one in answer.findings] == ["major"]
        assert [one.outcome for one in calls] == ["ok"]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("500", Why.ERROR), ("malformed", Why.BAD_ANSWER), ("wrong-schema", Why.BAD_ANSWER), ("nan", Why.BAD_ANSWER),
        ("unknown-severity", Why.BAD_ANSWER), ("deep", Why.BAD_ANSWER), ("huge", Why.BAD_ANSWER),
        ("html", Why.BAD_ANSWER), ("zipped", Why.BAD_ANSWER), ("half", Why.UNREACHABLE), ("redirect", Why.BAD_ANSWER),
        ("expired-key", Why.KEY), ("stranger", Why.BAD_ANSWER), ("empty", Why.BAD_ANSWER), ("503", Why.ERROR),
    ],
)  # fmt: skip
@pytest.mark.parametrize("edition", ["meridian-pms", "careconnect360"])
async def test_each_fault_is_a_failure_with_its_name(sandbox: Sandbox, edition: str, fault: str, why: Why) -> None:
    sandbox.both(fault)

    found, calls = await failing(sandbox.panel(edition))

    assert found is why
    assert calls[-1].outcome == why.value


@pytest.mark.parametrize("fault", ["slow", "trickle"])
async def test_a_call_takes_no_longer_than_its_deadline(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(transport, "DEADLINE", 0.7)
    sandbox.both(fault)
    began = time.monotonic()

    why, _ = await failing(sandbox.panel())

    assert why is Why.TIMEOUT
    assert time.monotonic() - began < 2


def test_the_deadline_is_the_threat_models() -> None:
    assert transport.DEADLINE == 5.0


async def test_retries_do_not_outlast_the_deadline(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DEADLINE", 0.5)
    monkeypatch.setattr(transport, "PAUSE", 10.0)
    sandbox.both("503")

    why, _ = await failing(sandbox.panel())

    assert why is Why.TIMEOUT


async def test_a_busy_partner_is_asked_again_with_the_same_idempotency_key(
    listener: Listener, guard: ScriptGuard
) -> None:
    listener.answers = [(503, b"{}"), (200, GOOD)]

    await guard.check(asked(guard, HARMLESS), [])

    first, second = listener.seen
    assert first[IDEMPOTENCY.lower()] == second[IDEMPOTENCY.lower()]
    assert first[REQUEST.lower()] != second[REQUEST.lower()]
    assert first[SIGNATURE.lower()] != second[SIGNATURE.lower()]


@pytest.mark.parametrize("status", [500, 502, 504, 400, 403, 404, 429])
async def test_nothing_else_is_asked_again(listener: Listener, guard: ScriptGuard, status: int) -> None:
    listener.answers = [(status, b"{}"), (200, GOOD)]

    with pytest.raises(Failed):
        await guard.check(asked(guard, HARMLESS), [])
    assert len(listener.seen) == 1


async def test_a_line_that_breaks_after_the_request_was_sent_is_not_used_again(
    listener: Listener, guard: ScriptGuard
) -> None:
    listener.answers = [(0, b""), (200, GOOD)]

    with pytest.raises(Failed) as failed:
        await guard.check(asked(guard, HARMLESS), [])
    assert failed.value.why is Why.UNREACHABLE
    assert len(listener.seen) == 1


async def test_nobody_listening_is_tried_again_and_then_unreachable(vault: Secrets) -> None:
    line = Line(_place("http://127.0.0.1:9/v2"), vault, _rules())  # discard: nobody is there
    calls: list[Call] = []

    with pytest.raises(Failed) as failed:
        await ScriptGuard(line).check(asked(ScriptGuard(line), HARMLESS), calls)

    assert failed.value.why is Why.UNREACHABLE
    assert len(calls) == transport.TRIES


async def test_a_redirect_to_another_host_is_not_followed(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.both("redirect", to=f"http://127.0.0.1:{listener.port}/steal")

    await failing(sandbox.panel())

    assert listener.seen == []


async def test_a_host_off_the_list_is_not_asked(sandbox: Sandbox) -> None:
    why, _ = await failing(sandbox.panel(hosts=("api.scriptguard.io",)))

    assert why is Why.NOT_ALLOWED
    assert sandbox.calls() == []


async def test_a_name_that_leads_to_this_machine_is_not_asked(sandbox: Sandbox) -> None:
    async def rebound(host: str, port: int) -> list[str]:  # noqa: ARG001  # a resolver's signature
        return ["127.0.0.1"]

    port = sandbox.url.rpartition(":")[2]
    line = Line(
        _place(f"http://api.scriptguard.io:{port}/scriptguard/v2"), sandbox.secrets,
        Rules(frozenset({"api.scriptguard.io"})), resolver=rebound,
    )  # fmt: skip

    with pytest.raises(Failed) as failed:
        await ScriptGuard(line).check(asked(ScriptGuard(line), HARMLESS), [])
    assert failed.value.why is Why.NOT_ALLOWED
    assert sandbox.calls() == []


async def test_a_certificate_of_nobodys_is_not_trusted(vault: Secrets, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    async with Listener().listening(context) as made:
        guard = ScriptGuard(Line(_place(f"https://127.0.0.1:{made.port}/v2"), vault, _rules()))
        with pytest.raises(Failed) as failed:
            await guard.check(asked(guard, HARMLESS), [])
        await guard.close()
    assert failed.value.why is Why.UNREACHABLE
    assert made.seen == []


async def test_an_answer_over_the_limit_is_none_though_it_would_read_well(
    listener: Listener, guard: ScriptGuard
) -> None:
    listener.answers = [(200, b" " * transport.LARGEST + GOOD)]

    with pytest.raises(Failed) as failed:
        await guard.check(asked(guard, HARMLESS), [])
    assert failed.value.why is Why.BAD_ANSWER


@pytest.mark.parametrize("kind", ["text/html", "application/xml", "text/json", ""])
async def test_an_answer_that_does_not_call_itself_json_is_none(
    listener: Listener, guard: ScriptGuard, kind: str
) -> None:
    listener.kind = kind

    with pytest.raises(Failed) as failed:
        await guard.check(asked(guard, HARMLESS), [])
    assert failed.value.why is Why.BAD_ANSWER


@pytest.mark.parametrize(
    "changes",
    [
        {"medtrack": "http://api.medtrackpro.com/v2"}, {"medtrack": "ftp://x/v2"}, {"scriptguard": "nonsense"},
        {"medtrack": "https://user:pw@api.medtrackpro.com/v2"}, {"networks": ("10.0.0.1/8",)},
        {"medtrack": "http://127.0.0.1/v2"},
    ],
)  # fmt: skip
def test_addresses_that_are_not_encrypted_or_make_no_sense_are_refused(vault: Secrets, changes: dict[str, Any]) -> None:
    with pytest.raises(BadSettings):
        panel(EDITION, Partners(**changes), vault)


def test_the_partners_of_the_threat_models_are_the_default(vault: Secrets) -> None:
    found = panel(EDITION, Partners(), vault)

    lines = [one.line.place for one in found.partners]  # type: ignore[attr-defined]  # both clients have one
    assert [(one.url, one.key) for one in lines] == [
        ("https://api.scriptguard.io/v2", "meridian-pms/scriptguard/apikey"),
        ("https://api.medtrackpro.com/v2", "meridian-pms/medtrack/apikey"),
    ]


# --- keys


async def test_a_new_key_serves_from_the_next_request_on(sandbox: Sandbox) -> None:
    asking = sandbox.panel()
    assert (await asking.ask(HARMLESS))[0].outcome is Outcome.CLEAR

    sandbox.secrets.put(key_name(EDITION, "scriptguard"), "the-new-key")
    sandbox.secrets.put(signing_name(EDITION, "scriptguard"), "the-new-secret")
    sandbox.credentials["scriptguard"] = [Credentials("the-new-key", "the-new-secret")]

    assert (await asking.ask(HARMLESS))[0].outcome is Outcome.CLEAR


async def test_a_key_that_is_changed_while_a_request_is_under_way_is_read_again(
    listener: Listener, guard: ScriptGuard, vault: Secrets
) -> None:
    def rotate() -> None:
        vault.put(key_name(EDITION, "scriptguard"), "the-new-key")

    listener.answers, listener.before = [(401, b"{}"), (200, GOOD)], rotate

    answer = await guard.check(asked(guard, HARMLESS), [])

    assert answer.version == "SG 1"
    assert [one[KEY.lower()] for one in listener.seen][-1] == "the-new-key"


async def test_a_key_that_is_not_taken_is_not_tried_for_ever(listener: Listener, guard: ScriptGuard) -> None:
    listener.answers = [(401, b"{}")]

    with pytest.raises(Failed) as failed:
        await guard.check(asked(guard, HARMLESS), [])
    assert failed.value.why is Why.KEY
    assert len(listener.seen) == 1


async def test_without_a_key_nobody_is_asked_and_it_says_so(sandbox: Sandbox, tmp_path: Any) -> None:
    from meridian.vault.master import FileMaster  # noqa: PLC0415  # here alone

    empty = Secrets(tmp_path / "empty", FileMaster({1: bytes(32)}))
    asking = panel(EDITION, sandbox.settings(), empty)
    for _ in range(FAILURES + 2):
        result, calls = await asking.ask(HARMLESS)

    assert result.outcome is Outcome.UNAVAILABLE
    assert {one.why for one in result.sources if one.state is State.FAILED} == {Why.NOT_SET_UP}
    assert calls == []


# --- the breaker


async def test_the_breaker_opens_on_failures_and_closes_on_a_good_answer(sandbox: Sandbox) -> None:
    now = [0.0]
    asking = sandbox.panel()
    partner = asking.partners[0]
    partner.line.breaker.clock = lambda: now[0]  # type: ignore[attr-defined]  # the client's
    sandbox.both("500")
    for _ in range(FAILURES):
        assert (await failing(asking))[0] is Why.ERROR

    assert (await failing(asking))[0] is Why.RESTING
    assert len(sandbox.calls()) == FAILURES
    now[0] += REST
    assert (await failing(asking))[0] is Why.ERROR  # the probe
    assert (await failing(asking))[0] is Why.RESTING
    sandbox.both("none")
    now[0] += REST
    assert (await partner.check(asked(partner, HARMLESS), [])).version
    assert (await partner.check(asked(partner, HARMLESS), [])).version


# --- what is told


async def test_neither_keys_nor_medicines_are_told_to_logs_or_faults(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = sandbox.secrets.get(key_name(EDITION, "scriptguard")).reveal()
    secret = sandbox.secrets.get(signing_name(EDITION, "scriptguard")).reveal()
    for fault in ("none", "500", "malformed", "expired-key", "redirect", "half"):
        sandbox.both(fault)
        result, _ = await sandbox.panel().ask(QUESTION)
        assert key not in repr(result)

    told = "\n".join(record.getMessage() for record in caplog.records)
    for word in (key, secret, "Canary", "ibuprofen", "310965", "warfarin"):
        assert word not in told


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener().listening() as made:
        yield made


def _rules() -> Rules:
    return Rules(frozenset({"127.0.0.1"}), (ipaddress.ip_network("127.0.0.1/32"),))


def _place(url: str) -> Place:
    return Place("scriptguard", url, key_name(EDITION, "scriptguard"), signing_name(EDITION, "scriptguard"))


@pytest.fixture
async def guard(listener: Listener, vault: Secrets) -> AsyncIterator[ScriptGuard]:
    made = ScriptGuard(Line(_place(f"http://127.0.0.1:{listener.port}/v2"), vault, _rules()))
    yield made
    await made.close()


async def test_what_leaves_the_house_has_codes_and_nothing_else(listener: Listener, guard: ScriptGuard) -> None:
    listener.answers = [(200, GOOD.replace(b"[0]", b"[0, 1]"))]

    await guard.check(asked(guard, QUESTION), [])

    wire = listener.bodies[0].decode() + json.dumps(listener.seen[0])
    assert "Canary" not in wire
    assert "canary-request" not in wire
    assert set(listener.seen[0]) - {"", "traceparent"} == {  # the last of a request that is traced: random numbers
        "host", "x-api-key", "x-request-id", "x-date", "idempotency-key", "x-signature", "content-type", "accept",
        "accept-encoding", "user-agent", "content-length",
    }  # fmt: skip


async def test_httpx_is_only_used_with_the_guarded_pool(vault: Secrets) -> None:
    client = Line(_place("https://api.scriptguard.io/v2"), vault, _rules())._open()

    assert type(client._transport).__name__ == "Pool"
    assert not client._mounts
    assert isinstance(client, httpx.AsyncClient)
