"""Events: each is checked, counted and judged by who is there now; what comes of it reaches those who may know."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from meridian.identity import sessions
from meridian.identity.facts import Grant
from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.store.feeds import Caught
from meridian.store.plan import Change, Plan
from meridian.testing.identity import SEED
from meridian.testing.live import LiveClinic
from meridian.testing.sockets import Socket

pytestmark = pytest.mark.anyio

KEY = "0123456789abcdef"
BODIES: dict[str, dict[str, Any]] = {
    "feeds.sync": {"since": {"me": -1}},
    "feeds.leave": {"feeds": ["me"]},
    "thread.send": {"thread": "x", "cid": KEY, "text": "Hello"},
    "thread.read": {"thread": "x"},
    "thread.typing": {"thread": "x", "on": True},
    "presence.set": {"state": "busy"},
    "presence.list": {},
    "session.refresh": {},
}
"""Something of each event that its schema takes."""


@pytest.fixture
async def ann(clinic: LiveClinic) -> Grant:
    return await clinic.patient("ann")


@pytest.fixture
async def desk(clinic: LiveClinic) -> Grant:
    return await clinic.staff("front-desk", "dan")


@pytest.fixture
async def thread(clinic: LiveClinic, ann: Grant) -> str:
    """That the front desk is to answer."""
    return await writing.start(clinic.door(ann), Draft("Hello", "k" * 16), subject="A visit", about="visit")


@pytest.fixture
async def page(clinic: LiveClinic) -> AsyncIterator[Socket]:
    async with clinic.page(await clinic.staff("nurse", "nora")) as socket:
        yield socket


def code(answer: dict[str, Any]) -> str:
    return "ok" if answer["ok"] else str(answer["error"]["code"])


async def said(socket: Socket, event: str, body: Any) -> dict[str, Any]:
    """The answer to a body as it is, whatever it is."""
    return await socket.put([event] if body is ... else [event, body])


async def test_every_event_is_tried_here(clinic: LiveClinic) -> None:
    assert set(clinic.live.registry.names()) == set(BODIES)


@pytest.mark.parametrize("event", BODIES)
async def test_a_body_that_breaks_its_schema_is_refused(page: Socket, event: str) -> None:
    good = {"v": 1, **BODIES[event]}
    bad = [..., None, [], [good], "x", 1, {}, good | {"v": 2}, good | {"v": "1"}, good | {"more": 1}]
    bad += [{name: value for name, value in good.items() if name != left} for left in ("v", *BODIES[event])
            if left != "text"]  # fmt: skip
    bad += [good | {name: wrong} for name in BODIES[event] for wrong in (None, {"a": {"b": 1}}, [["x"]], 1.5)]

    answers = [await said(page, event, body) for body in bad]

    assert {code(one) for one in answers} == {"invalid"}


WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "feeds.sync": [
        ({"since": {"me": -2}}, "since"),
        ({"since": {"me": 2**60}}, "since"),
        ({"since": {"board; DROP TABLE feed": 0}}, "since"),
        ({"since": {"x" * 200: 0}}, "since"),
        ({"since": {f"thread:{n}": 0 for n in range(201)}}, "since"),
    ],
    "thread.send": [
        ({"thread": "../x", "cid": KEY, "text": "x"}, "thread"),
        ({"thread": "x", "cid": "short", "text": "x"}, "cid"),
        ({"thread": "x", "cid": KEY, "text": "x" * 6001}, "text"),
        ({"thread": "x", "cid": KEY, "attachments": [f"d{n}" for n in range(11)]}, "attachments"),
    ],
    "thread.read": [({"thread": ""}, "thread")],
    "presence.set": [({"state": "gone"}, "state")],
}


async def test_a_refusal_names_the_place_and_not_what_was_sent(page: Socket) -> None:
    for event, cases in WRONG.items():
        for body, place in cases:
            answer = await page.say(event, **body)

            assert code(answer) == "invalid", body
            [named] = answer["error"]["fields"]
            assert named.startswith(place), named
            assert "DROP" not in str(answer)


async def test_each_event_has_its_rate_which_is_one_person_s_over_all_pages(clinic: LiveClinic) -> None:
    other = await clinic.staff()
    for event, body in BODIES.items():
        nora = await clinic.staff()
        burst = int(clinic.live.registry[event].rate.burst)
        async with clinic.page(nora) as first, clinic.page(nora) as second, clinic.page(other) as another:
            answers = [await (first if n % 2 else second).say(event, **body) for n in range(burst + 40)]

            refused = [one for one in answers if code(one) == "throttled"]
            assert refused, event
            assert all(one["error"]["retry_after"] == 1 for one in refused)
            assert "throttled" not in {code(one) for one in answers[:burst]}
            assert code(await another.say(event, **body)) != "throttled"


@pytest.mark.parametrize("event", BODIES)
async def test_whose_session_has_ended_says_nothing_more(clinic: LiveClinic, event: str) -> None:
    nora = await clinic.staff()
    async with clinic.page(nora) as page:
        await clinic.clinic.engine.write(lambda: sessions.end(nora.identity.session, clinic.clinic.watch.now))

        assert code(await page.say(event, **BODIES[event])) == "login"


async def test_a_crash_is_answered_and_its_words_stay_inside(
    clinic: LiveClinic, page: Socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(*_: object) -> None:
        raise ValueError("Ann O'Brien")

    monkeypatch.setattr(clinic.live.life, "now", crash)

    answer = await page.say("presence.list")

    assert answer == {"ok": False, "error": {"code": "internal", "text": "Something went wrong on our side"}}
    assert "ValueError" in caplog.text
    assert "Brien" not in caplog.text


async def test_a_message_is_kept_once_and_its_number_is_told(
    clinic: LiveClinic, ann: Grant, desk: Grant, thread: str
) -> None:
    feed = f"thread:{thread}"
    async with clinic.page(ann) as hers, clinic.page(desk) as his:
        for page in (hers, his):
            assert (await page.say("feeds.sync", since={feed: -1}))["data"]["feeds"][feed]["seq"] == 1

        first = await his.say("thread.send", thread=thread, cid=KEY, text="Come at ten")
        again = await his.say("thread.send", thread=thread, cid=KEY, text="Come at ten")

        assert first["data"] == again["data"] | {"seq": 2}
        [told] = [one for one in await hers.wait("happened") if one["feed"] == feed]
        assert told["seq"] == first["data"]["seq"]
        assert (told["kind"], told["what"]) == ("message", f"Communication/{thread}")
        assert told["said"] == {"did": "created", "message": first["data"]["id"]}
        assert "ten" not in str(hers.heard)


async def test_a_note_is_for_staff(clinic: LiveClinic, ann: Grant, desk: Grant, thread: str) -> None:
    async with clinic.page(ann) as hers, clinic.page(desk) as his:
        assert code(await hers.say("feeds.sync", since={f"notes:{thread}": -1})) == "not-found"
        assert code(await hers.say("thread.send", thread=thread, cid=KEY, text="x", note=True)) == "forbidden"
        await hers.say("feeds.sync", since={"mine": -1, f"thread:{thread}": -1})
        await his.say("feeds.sync", since={f"notes:{thread}": -1})

        noted = await his.say("thread.send", thread=thread, cid=KEY, text="She limps", note=True)
        await his.say("thread.send", thread=thread, cid=KEY + "2", text="Come at ten")

        [told] = [one for one in await his.wait("happened") if one["feed"].startswith("notes:")]
        assert (told["kind"], told["seq"]) == ("note", noted["data"]["seq"])
        [only] = [one for one in await hers.wait("happened") if one["feed"].startswith("thread:")]
        assert only["said"]["message"] != noted["data"]["id"]
        assert all(one["feed"] != f"notes:{thread}" for one in hers.all("happened"))


async def test_what_was_read_is_told(clinic: LiveClinic, ann: Grant, desk: Grant, thread: str) -> None:
    feed = f"thread:{thread}"
    async with clinic.page(ann) as hers, clinic.page(desk) as his:
        await hers.say("feeds.sync", since={feed: -1})

        assert (await his.say("thread.read", thread=thread))["data"] == {"at": clinic.clinic.watch.now}

        assert [one["kind"] for one in await hers.wait("happened") if one["feed"] == feed] == ["read"]


async def hand_to_nurses(clinic: LiveClinic, thread: str) -> None:
    """The thread is another team's from now on; the front desk sees those of its own alone."""

    def plan() -> Plan[None]:
        yield Change("UPDATE thread SET team = 'nurse' WHERE id = ?", (thread,))

    await clinic.clinic.engine.write(plan)


THREADS = ("feeds.sync", "thread.send", "thread.read", "thread.typing")


async def test_membership_is_looked_up_for_each_event(clinic: LiveClinic, desk: Grant, thread: str) -> None:
    bodies = {event: BODIES[event] | {"thread": thread} for event in THREADS[1:]}
    bodies["feeds.sync"] = {"since": {f"thread:{thread}": 0}}
    async with clinic.page(desk) as page:
        for event in THREADS:
            assert code(await page.say(event, **bodies[event])) == "ok", event

        await hand_to_nurses(clinic, thread)

        for event in THREADS:
            assert code(await page.say(event, **bodies[event])) == "not-found", event


async def test_another_patient_has_no_part_in_it(clinic: LiveClinic, thread: str) -> None:
    async with clinic.page(await clinic.patient("ben")) as page:
        for event in THREADS[1:]:
            answers = [await page.say(event, **BODIES[event] | {"thread": one}) for one in (thread, "no-such-thread")]
            assert [one["error"] for one in answers] == [answers[0]["error"]] * 2
            assert code(answers[0]) == "not-found", event
        for feed in (f"thread:{thread}", "patient:ann", "person:Patient/ann", "board", "team:nurse", "visit:x"):
            assert code(await page.say("feeds.sync", since={feed: 0})) == "not-found", feed


async def test_typing_is_shown_to_the_others_who_follow_the_thread(
    clinic: LiveClinic, ann: Grant, desk: Grant, thread: str
) -> None:
    feed = f"thread:{thread}"
    async with clinic.page(ann) as hers, clinic.page(desk) as his, clinic.page(await clinic.staff()) as nobodys:
        assert code(await his.say("thread.typing", thread=thread, on=True)) == "not-found"
        for page in (hers, his):
            await page.say("feeds.sync", since={feed: -1})

        assert code(await his.say("thread.typing", thread=thread, on=True)) == "ok"

        [shown] = await hers.wait("typing")
        assert shown == {"thread": thread, "who": "Practitioner/dan", "name": "Anne Example", "on": True}
        assert his.all("typing") == nobodys.all("typing") == []

        await hers.say("feeds.leave", feeds=[feed])
        await his.say("thread.typing", thread=thread, on=False)
        await hers.say("session.refresh")
        assert len(hers.all("typing")) == 1


async def test_nothing_falls_between_what_was_missed_and_what_comes(
    clinic: LiveClinic, ann: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, read = clinic.clinic.engine, clinic.clinic.engine.read

    async def slow(plan: Any) -> Any:
        found = await read(plan)
        feeds = found[0] if isinstance(found, tuple) and found else None
        if isinstance(feeds, dict) and any(isinstance(one, Caught) for one in feeds.values()):
            await clinic.write("ann")  # just after the feeds were read, and before they are answered
        return found

    async with clinic.page(await clinic.staff()) as page:
        with monkeypatch.context() as patched:
            patched.setattr(engine, "read", slow)
            answer = await page.say("feeds.sync", since={"board": 0})

        assert answer["data"]["feeds"]["board"] == {"seq": 0, "events": [], "reset": False}
        assert [one["seq"] for one in await page.wait("happened")] == [1]
    assert ann.identity.patients == ("ann",)


async def test_a_feed_that_was_left_is_heard_of_no_more(clinic: LiveClinic, ann: Grant) -> None:
    async with clinic.page(await clinic.staff()) as page:
        await page.say("feeds.sync", since={"board": -1})
        await clinic.write("ann")
        await page.wait("happened")

        await page.say("feeds.leave", feeds=["board"])
        await clinic.write("ann")

        await page.say("session.refresh")
        assert len(page.all("happened")) == 1
    assert ann.identity.patients == ("ann",)


async def test_one_refused_feed_refuses_the_question_and_none_is_followed(clinic: LiveClinic, ann: Grant) -> None:
    async with clinic.page(ann) as page:
        answer = await page.say("feeds.sync", since={"mine": 0, "board": 0})

        assert (code(answer), list(answer["error"]["fields"])) == ("not-found", ["board"])
        await clinic.write("ann", "DiagnosticReport")
        await page.say("session.refresh")
        assert page.all("happened") == []


MATRIX = """
                   feeds.sync  presence.list  presence.set  thread.read  thread.typing  thread.send  session.refresh
clinician          ok          ok             ok            not-found    not-found      not-found    ok
nurse              ok          ok             ok            not-found    not-found      not-found    ok
front-desk         ok          ok             ok            not-found    not-found      not-found    ok
lab                ok          ok             ok            forbidden    not-found      forbidden    ok
pharmacist         ok          ok             ok            forbidden    not-found      forbidden    ok
administrator      ok          ok             ok            forbidden    not-found      forbidden    ok
security-officer   ok          ok             ok            not-found    not-found      not-found    ok
platform-operator  ok          ok             ok            forbidden    not-found      forbidden    ok
patient            ok          forbidden      forbidden     not-found    not-found      not-found    ok
proxy              ok          forbidden      forbidden     not-found    not-found      not-found    ok
helper             ok          forbidden      forbidden     forbidden    not-found      forbidden    ok
"""
"""What each role is answered, of a thread that is not there; which feeds it may follow stands in tests/access."""


async def test_each_role_says_what_is_its_own(clinic: LiveClinic) -> None:
    head, *lines = MATRIX.strip("\n").splitlines()
    for line in lines:
        role, *answers = line.split()
        personal = role in {"patient", "proxy", "helper"}
        mail, who = f"{role}@clinic.example", "Patient/ann" if personal else f"Practitioner/{role}"
        await clinic.clinic.person(
            mail, role, seed="" if personal else SEED, who=who, patients=("ann",) if personal else ()
        )
        async with clinic.page(await clinic.clinic.sign_in(mail)) as page:
            found = [code(await page.say(event, **BODIES[event])) for event in head.split()]
        assert (role, found) == (role, answers)


async def test_presence_is_seen_by_colleagues_and_by_nobody_else(clinic: LiveClinic, ann: Grant) -> None:
    nora, dora = await clinic.staff("nurse", "nora"), await clinic.staff("clinician", "dora")
    async with clinic.page(ann) as hers, clinic.page(dora) as doctors:
        assert code(await hers.say("presence.list")) == "forbidden"
        assert code(await hers.say("presence.set", state="busy")) == "forbidden"
        async with clinic.page(nora) as first:
            async with clinic.page(nora) as second:
                for page, state in ((first, "available"), (second, "busy")):
                    await page.say("presence.set", state=state)
                assert (await doctors.say("presence.list"))["data"]["people"] == {"Practitioner/nora": "busy"}
            assert (await doctors.say("presence.list"))["data"]["people"] == {"Practitioner/nora": "busy"}

        seen = await doctors.wait("presence", 3)

        assert [one["state"] for one in seen] == ["available", "busy", "gone"]
        assert {one["who"] for one in seen} == {"Practitioner/nora"}
        assert (await doctors.say("presence.list"))["data"]["people"] == {}
        assert hers.all("presence") == []
