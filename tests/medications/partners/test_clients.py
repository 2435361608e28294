"""The two wire formats, pinned by their bytes; and answers that nobody should believe."""

from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.medications.findings import Kind, Severity, Why
from meridian.medications.partners import medtrack, scriptguard
from meridian.medications.partners.port import Answer, Asked, Failed
from meridian.medications.partners.text import shown
from meridian.medications.partners.transport import _read
from meridian.medications.question import Allergy, Drug

DRAFT = Drug("ibuprofen 200 mg", "310965", ("ibuprofen",), formulary=True)
TAKEN = Drug("warfarin 5 mg", "855332", ("warfarin",), "MedicationRequest/secret-id", formulary=True)
ALLERGY = Allergy("Penicillin", (("http://sys", "7980"),), ("penicillin g",), ("penicillins",), "AllergyIntolerance/a")
ASKED = Asked((DRAFT, TAKEN), (ALLERGY,))


def test_medtrack_is_asked_with_just_these_bytes() -> None:
    assert msgspec.json.encode(medtrack.enquiry(ASKED)) == (
        b'{"candidate":{"ref":"d0","rxcui":"310965"},"current":[{"ref":"d1","rxcui":"855332"}],'
        b'"allergies":[{"ref":"a0","codes":["http://sys|7980"],"substances":["penicillin g","penicillins"]}]}'
    )


def test_scriptguard_is_asked_with_just_these_bytes() -> None:
    assert msgspec.json.encode(scriptguard.enquiry(ASKED)) == (
        b'{"proposed":{"id":0,"concept":["rxnorm:310965","substance:ibuprofen"]},'
        b'"profile":[{"id":1,"concept":["rxnorm:855332","substance:warfarin"]}],'
        b'"sensitivities":[{"id":1000,"concept":["http://sys|7980","substance:penicillin g","class:penicillins"]}]}'
    )


def test_medtracks_answer_is_read_from_just_these_bytes() -> None:
    body = b"""{"knowledgeBase":{"version":"MT 7.1"},"screened":["d0","d1"],"unknown":["a0"],
        "interactions":[{"refs":["d0","d1"],"severity":"severe","title":"Bleeding","description":"Avoid"}],
        "allergyConflicts":[]}"""

    answer = medtrack.answer(ASKED, _read(body, medtrack.Reply))

    assert (answer.version, answer.drugs, answer.allergies) == ("MT 7.1", frozenset(), frozenset({0}))
    [found] = answer.findings
    assert (found.kind, found.severity, found.drugs) == (Kind.INTERACTION, Severity.MAJOR, (0, 1))


def test_scriptguards_answer_is_read_from_just_these_bytes() -> None:
    body = b"""{"engine":"SG 3","status":"partial","coverage":{"full":[0,1],"none":[1000]},
        "findings":[{"category":"DDI","level":2,"between":[0,1],"code":"SG-7","summary":"Bleeding","advice":"Avoid"}]}"""

    answer = scriptguard.answer(ASKED, _read(body, scriptguard.Reply))

    assert (answer.version, answer.allergies) == ("SG 3", frozenset({0}))
    assert answer.findings[0].severity is Severity.MAJOR


MEDTRACK: dict[str, Any] = {
    "knowledgeBase": {"version": "1"}, "screened": ["d0", "d1", "a0"], "unknown": [], "interactions": [],
    "allergyConflicts": [],
}  # fmt: skip
SCRIPTGUARD: dict[str, Any] = {
    "engine": "1", "status": "complete", "coverage": {"full": [0, 1, 1000], "none": []}, "findings": [],
}  # fmt: skip
FOUND = {"category": "DDI", "level": 1, "between": [0], "code": "SG-1", "summary": "x", "advice": ""}
CONFLICT = {"refs": ["d0"], "severity": "mild", "title": "x", "description": ""}

BAD = [
    (medtrack, MEDTRACK | {"screened": ["d0", "d9"]}),
    (medtrack, MEDTRACK | {"screened": "d0"}),
    (medtrack, MEDTRACK | {"extra": 1}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"severity": "harmless"}]}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"severity": "MILD"}]}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"refs": []}]}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"refs": ["d7"]}]}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"title": "x" * 5000}]}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT] * 500}),
    (medtrack, MEDTRACK | {"interactions": [CONFLICT | {"unless": "x"}]}),
    (medtrack, MEDTRACK | {"knowledgeBase": {"version": "1", "stale": True}}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"unless": "x"}]}),
    (scriptguard, SCRIPTGUARD | {"coverage": {"full": [0, 1, 1000], "none": [], "some": [1]}}),
    (scriptguard, SCRIPTGUARD | {"degraded": True}),
    (medtrack, MEDTRACK | {"knowledgeBase": {"version": "<script>"}}),
    (medtrack, {name: value for name, value in MEDTRACK.items() if name != "interactions"}),
    (medtrack, []),
    (medtrack, None),
    (scriptguard, SCRIPTGUARD | {"coverage": {"full": [0, 1], "none": []}}),  # complete, and yet not
    (scriptguard, SCRIPTGUARD | {"coverage": {"full": [0, 1, 1000], "none": [1]}}),
    (scriptguard, SCRIPTGUARD | {"coverage": {"full": [0, 1, 1000, 5], "none": []}}),
    (scriptguard, SCRIPTGUARD | {"status": "fine"}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"level": 0}]}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"level": 5}]}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"level": "1"}]}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"level": True}]}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"between": [77]}]}),
    (scriptguard, SCRIPTGUARD | {"findings": [FOUND | {"between": [-1]}]}),
    (scriptguard, SCRIPTGUARD | {"findings": None}),
]


@pytest.mark.parametrize(("partner", "reply"), BAD)
def test_an_answer_that_is_not_as_it_is_to_be_is_none(partner: Any, reply: Any) -> None:
    with pytest.raises(Failed) as failed:
        _judged(partner, msgspec.json.encode(reply))
    assert failed.value.why is Why.BAD_ANSWER


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b'{"engine":NaN}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000])
@pytest.mark.parametrize("partner", [medtrack, scriptguard])
def test_what_is_no_json_is_no_answer(partner: Any, body: bytes) -> None:
    with pytest.raises(Failed):
        _judged(partner, body)


def _judged(partner: Any, body: bytes) -> Answer:
    found: Answer = partial(partner.answer, ASKED)(_read(body, partner.Reply))
    return found


json_ = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([(medtrack, MEDTRACK), (scriptguard, SCRIPTGUARD)]), st.data())
def test_an_answer_with_any_part_replaced_is_either_none_or_says_no_less(
    which: tuple[Any, dict[str, Any]], data: st.DataObject
) -> None:
    partner, good = which
    spoilt = good | {data.draw(st.sampled_from(sorted(good))): data.draw(json_)}

    try:
        answer = _judged(partner, msgspec.json.encode(spoilt))
    except Failed:
        return

    clean = not answer.findings and not answer.drugs and not answer.allergies
    covered = {"screened": spoilt.get("screened"), "coverage": spoilt.get("coverage")}
    assert not clean or covered == {"screened": good.get("screened"), "coverage": good.get("coverage")}


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_a_client_crash(body: bytes) -> None:
    for partner in (medtrack, scriptguard):
        with pytest.raises(Failed):
            _judged(partner, body)


@given(st.text())
def test_words_of_a_partner_cannot_hide_or_turn_round(text: str) -> None:
    said = shown(text)

    assert said.isprintable()
    assert not set(said) & set("\u202e\u200b\u2066\ufeff\n\r\t\x00")


def test_what_medtrack_says_nothing_about_was_not_looked_at() -> None:
    answer = _judged(medtrack, msgspec.json.encode(MEDTRACK | {"screened": ["d0"]}))

    assert (answer.drugs, answer.allergies) == (frozenset({1}), frozenset({0}))


def test_a_medicine_of_words_alone_can_be_asked_about_nowhere() -> None:
    words = Drug("aspirin, a blue one", ingredients=("aspirin",))

    assert not medtrack.MedTrack(None).takes(words)  # type: ignore[arg-type]  # no line is needed to say so
    assert not scriptguard.ScriptGuard(None).takes(words)  # type: ignore[arg-type]  # likewise
