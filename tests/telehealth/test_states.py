"""The machine of a visit: every state by every event as one table, and what holds on every path through it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.access.video_visits import Person, Visit
from meridian.faults import Conflict, NotFound
from meridian.telehealth import states
from meridian.telehealth.states import HOST, inside

PEOPLE: Final = {"ann": "host", "ben": "host", "pat": "patient", "rel": "family", "ina": "interpreter", "fay": "family"}
WITH_GATEWAY: Final = True


def comer(name: str, *, agreed: bool = True) -> Person:
    kind = "Guest" if name not in PEOPLE or name == "fay" else "Somebody"
    return Person(name, f"{kind}/{name}", PEOPLE.get(name, "guest"), agreed=int(agreed))


def enter(visit: Visit, name: str, now: int = 1) -> Visit:
    return states.enter(visit, comer(name), now, gateway=WITH_GATEWAY)


def admit(visit: Visit, name: str, now: int = 1) -> Visit:
    return states.admit(visit, name, now, gateway=WITH_GATEWAY)


def let_in(visit: Visit, *names: str) -> Visit:
    for name in names:
        visit = admit(enter(visit, name), name)
    return visit


EMPTY = Visit("v")
CALL = let_in(enter(EMPTY, "ann"), "pat")
SPECIMENS: Final = {
    "scheduled": EMPTY,
    "lobby": enter(EMPTY, "pat"),
    "admitted": enter(EMPTY, "ann"),
    "in-call": CALL,
    "hold": states.hold(CALL, 1, on=True),
    "no-show": states.miss(EMPTY),
    "ended": states.end(CALL, 1),
}
EVENTS: Final[dict[str, Callable[[Visit], Visit]]] = {
    "pat-enters": lambda visit: enter(visit, "pat"),
    "ann-enters": lambda visit: enter(visit, "ann"),
    "admit-pat": lambda visit: admit(visit, "pat"),
    "deny-pat": lambda visit: states.deny(visit, "pat", 1),
    "remove-pat": lambda visit: states.remove(visit, "pat", 1, gateway=WITH_GATEWAY),
    "pat-leaves": lambda visit: states.leave(visit, "pat", 1, gateway=WITH_GATEWAY),
    "ann-leaves": lambda visit: states.leave(visit, "ann", 1, gateway=WITH_GATEWAY),
    "lock": lambda visit: states.lock(visit, on=True),
    "hold": lambda visit: states.hold(visit, 1, on=True),
    "go-on": lambda visit: states.hold(visit, 1, on=False),
    "end": lambda visit: states.end(visit, 1),
    "close": lambda visit: states.close(visit, 1),
    "miss": states.miss,
    "ask": lambda visit: states.ask_to_record(visit, "ann", 1),
    "answer": lambda visit: states.answer(visit, "pat", 1, yes=True),
}
TABLE: Final = """
event        scheduled  lobby      admitted  in-call   hold      no-show    ended
pat-enters   lobby      lobby      admitted  in-call   hold      lobby      -
ann-enters   admitted   admitted   admitted  in-call   hold      admitted   -
admit-pat    ?          admitted   ?         in-call   hold      ?          -
deny-pat     ?          scheduled  ?         -         -         ?          -
remove-pat   ?          -          ?         admitted  admitted  ?          -
pat-leaves   ?          scheduled  ?         admitted  admitted  ?          ended
ann-leaves   ?          ?          scheduled admitted  admitted  ?          ended
lock         scheduled  lobby      admitted  in-call   hold      no-show    -
hold         -          -          -         hold      hold      -          -
go-on        scheduled  lobby      admitted  in-call   in-call   no-show    -
end          ended      ended      ended     ended     ended     ended      ended
close        ended      ended      ended     ended     ended     no-show    ended
miss         no-show    -          no-show   -         -         no-show    -
ask          -          -          -         in-call   -         -          -
answer       ?          -          ?         -         -         ?          -
"""
"""A state each; `-` is refused, `?` is about somebody who is not in the visit."""


def rows() -> list[tuple[str, str, str]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [(state, line[0], said) for line in lines for state, said in zip(head[1:], line[1:], strict=True)]


@pytest.mark.parametrize(("state", "event", "said"), rows())
def test_what_follows_is_as_the_table_says(state: str, event: str, said: str) -> None:
    refusals = {"-": Conflict, "?": NotFound}
    visit = SPECIMENS[state]
    assert visit.state == state

    if said in refusals:
        with pytest.raises(refusals[said]):
            EVENTS[event](visit)
    else:
        assert EVENTS[event](visit).state == said


def test_the_table_has_every_state_and_every_event() -> None:
    assert {(state, event) for state, event, _ in rows()} == {(state, event) for state in SPECIMENS for event in EVENTS}


def test_one_who_has_not_agreed_to_video_is_let_in_by_nobody() -> None:
    waiting = states.enter(enter(EMPTY, "ann"), comer("pat", agreed=False), 1, gateway=WITH_GATEWAY)

    with pytest.raises(Conflict, match="not agreed"):
        admit(waiting, "pat")


@pytest.mark.parametrize("gone", ["deny-pat", "pat-leaves"])
def test_one_who_does_not_wait_is_not_let_in(gone: str) -> None:
    with pytest.raises(Conflict, match="not waiting"):
        admit(EVENTS[gone](SPECIMENS["lobby"]), "pat")
    with pytest.raises(Conflict, match="not waiting"):
        admit(EVENTS["remove-pat"](CALL), "pat")


def test_a_page_that_is_loaded_again_keeps_its_place() -> None:
    again = enter(CALL, "pat", 7)

    [before, after] = [states.person(visit, "pat") for visit in (CALL, again)]
    assert (again.state, again.epoch, after.joined) == ("in-call", CALL.epoch, before.joined)
    assert replace(after, seen=0) == replace(before, seen=0)


def test_a_locked_visit_lets_those_back_who_lost_their_connection_and_nobody_else() -> None:
    locked = states.lock(states.leave(CALL, "pat", 1, gateway=WITH_GATEWAY), on=True)

    assert states.person(enter(locked, "pat"), "pat").state == "lobby"
    assert states.person(enter(locked, "ben"), "ben").state == "admitted"
    with pytest.raises(Conflict, match="locked"):
        enter(locked, "ina")


def test_one_who_was_put_out_does_not_come_back_into_a_locked_visit() -> None:
    locked = states.lock(states.remove(CALL, "pat", 1, gateway=WITH_GATEWAY), on=True)

    with pytest.raises(Conflict, match="locked"):
        enter(locked, "pat")


@pytest.mark.parametrize(("gateway", "most", "modes"), [(True, 6, "p2p sfu"), (False, 4, "p2p mesh")])
def test_a_visit_is_full(gateway: bool, most: int, modes: str) -> None:  # noqa: FBT001  # from the table
    visit, seen = states.enter(EMPTY, comer("ann"), 1, gateway=gateway), ["p2p"]
    for number in range(most - 1):
        name = f"guest{number}"
        visit = states.admit(states.enter(visit, comer(name), 1, gateway=gateway), name, 1, gateway=gateway)
        seen.append(visit.mode)

    waiting = states.enter(visit, comer("late"), 1, gateway=gateway)
    with pytest.raises(Conflict, match="full"):
        states.admit(waiting, "late", 1, gateway=gateway)
    assert list(dict.fromkeys(seen)) == modes.split()
    assert len(inside(visit)) == most


def asked(*names: str) -> Visit:
    return states.ask_to_record(let_in(CALL, *names), "ann", 1)


def test_a_recording_starts_with_the_last_yes() -> None:
    waiting = states.answer(asked("ina"), "pat", 1, yes=True)
    on = states.answer(waiting, "ina", 2, yes=True)

    assert (waiting.recording, on.recording, on.recorder, on.recorded) == ("asked", "on", "gateway", 2)
    assert on.room == waiting.room + 1, "the gateway records in a room of its own"


def test_two_are_recorded_by_a_browser() -> None:
    on = states.answer(asked(), "pat", 1, yes=True)

    assert (on.recording, on.recorder, on.mode) == ("on", "browser", "p2p")


@pytest.mark.parametrize("who", ["pat", "ann"])
@pytest.mark.parametrize("others", [(), ("ina",)])
def test_one_no_stops_it_at_once(who: str, others: tuple[str, ...]) -> None:
    on = asked(*others)
    for name in ("pat", *others):
        on = states.answer(on, name, 1, yes=True)
    assert on.recording == "on"

    off = states.answer(on, who, 1, yes=False)

    assert off.recording == "off"
    assert not any(one.answer for one in off.people)
    assert off.room == on.room + states.taped(on), "the next room is one that the gateway cannot see into"


def test_who_comes_while_it_is_recorded_says_yes_first() -> None:
    on = enter(states.answer(asked(), "pat", 1, yes=True), "ina")

    with pytest.raises(Conflict, match="recorded"):
        admit(on, "ina")
    with pytest.raises(Conflict, match="recorded"):
        admit(states.answer(on, "ina", 1, yes=False), "ina")
    agreed = admit(states.answer(on, "ina", 1, yes=True), "ina")
    assert (agreed.recording, states.person(agreed, "ina").state) == ("on", "admitted")


def test_a_host_who_comes_ends_the_recording_they_did_not_agree_to() -> None:
    came = enter(states.answer(asked(), "pat", 1, yes=True), "ben")

    assert (came.recording, states.person(came, "ben").state) == ("off", "admitted")


@pytest.mark.parametrize("who", ["pat", "ann"])
def test_nobody_is_recorded_alone(who: str) -> None:
    on = states.answer(asked(), "pat", 1, yes=True)

    assert states.leave(on, who, 1, gateway=WITH_GATEWAY).recording == "off"


Step = Callable[[Visit, int], Visit]
NAMES = (*PEOPLE, "gus")


def steps(name: str, *, gateway: bool) -> dict[str, Step]:
    """Everything that can happen with somebody."""
    return {
        "enters": lambda visit, now: states.enter(visit, comer(name), now, gateway=gateway),
        "enters-unasked": lambda visit, now: states.enter(visit, comer(name, agreed=False), now, gateway=gateway),
        "admit": lambda visit, now: states.admit(visit, name, now, gateway=gateway),
        "deny": lambda visit, now: states.deny(visit, name, now),
        "remove": lambda visit, now: states.remove(visit, name, now, gateway=gateway),
        "leaves": lambda visit, now: states.leave(visit, name, now, gateway=gateway),
        "lock": lambda visit, _: states.lock(visit, on=True),
        "unlock": lambda visit, _: states.lock(visit, on=False),
        "hold": lambda visit, now: states.hold(visit, now, on=True),
        "go-on": lambda visit, now: states.hold(visit, now, on=False),
        "end": lambda visit, now: states.end(visit, now) if name == "gus" else visit,  # seldom: nothing follows it
        "close": lambda visit, now: states.close(visit, now) if name == "gus" else visit,  # likewise
        "miss": lambda visit, _: states.miss(visit),
        "ask": lambda visit, now: states.ask_to_record(visit, name, now),
        "yes": lambda visit, now: states.answer(visit, name, now, yes=True),
        "no": lambda visit, now: states.answer(visit, name, now, yes=False),
        "stop": lambda visit, _: states.stop_recording(visit),
    }


KINDS = tuple(steps("pat", gateway=True))
USUAL = [("enters", "ann"), ("enters", "pat"), ("admit", "pat")]
paths = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(NAMES)), max_size=40)


@given(paths, st.booleans(), st.booleans())
def test_what_holds_holds_on_every_path(path: list[tuple[str, str]], gateway: bool, usual: bool) -> None:  # noqa: FBT001  # drawn
    visit, allowed = EMPTY, set[str]()
    for now, (kind, name) in enumerate([*(USUAL if usual else ()), *path], 1):
        try:
            after = steps(name, gateway=gateway)[kind](visit, now)
        except (Conflict, NotFound):
            continue
        if kind == "admit":
            allowed.add(name)
        allowed &= {one.id for one in after.people if one.state in {"lobby", "admitted"}}
        sound(after, allowed)
        follows(visit, after)
        visit = after


def sound(visit: Visit, allowed: set[str]) -> None:
    """What is true of every visit; *allowed* are those whom a host has let in since they came."""
    there = inside(visit)
    for one in there:
        assert one.part == HOST or (one.agreed and one.id in allowed), "admission and consent to video"
        assert visit.recording != "on" or one.answer == "yes", "nobody is recorded who has not said yes"
    if visit.state in {"in-call", "hold"}:
        assert len(there) >= 2
        assert any(one.part == HOST for one in there)
    if visit.recording != "off":
        assert any(map(states.speaks_for_the_patient, there))
    if visit.ended:
        assert visit.state in {"ended", "no-show"}
        assert not there
    if visit.state in {"scheduled", "lobby"}:
        assert not there
    for one in visit.people:
        assert states.may_have_media(visit, one.id) <= (one in there)


def follows(before: Visit, after: Visit) -> None:
    """What is true of every step."""
    assert not before.ended or after == before, "an end is final"
    if {one.id for one in inside(before)} != {one.id for one in inside(after)}:
        assert after.epoch > before.epoch, "who has left must not hold the keys of what is said next"
    assert after.epoch >= before.epoch
    assert after.room >= before.room
    if states.taped(before) and not states.taped(after) and not after.ended:
        assert after.room > before.room, "nobody stays in a room into which the gateway can see"
    assert {one.id for one in before.people} <= {one.id for one in after.people}
