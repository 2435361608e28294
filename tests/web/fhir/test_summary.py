from meridian.web.fhir.summary import SUBSETTED, shortened

ANNE = {
    "resourceType": "Patient",
    "id": "1",
    "meta": {"versionId": "1", "tag": [{"code": "x"}]},
    "text": {"status": "generated", "div": "<div/>"},
    "gender": "female",
    "_gender": {"id": "g"},
    "photo": [{"title": "p"}],
    "deceasedBoolean": False,
    "link": [{"other": {"reference": "Patient/2"}, "type": "refer"}],
}


def test_a_summary_leaves_what_the_standard_marks() -> None:
    assert set(shortened(ANNE, "true")) == {"resourceType", "id", "meta", "gender", "_gender", "deceasedBoolean"} | set(
        shortened(ANNE, "true")
    ) & {"link"}
    assert "photo" not in shortened(ANNE, "true")


def test_what_is_shortened_says_so() -> None:
    assert shortened(ANNE, "true")["meta"]["tag"] == [{"code": "x"}, SUBSETTED]


def test_data_is_all_but_the_text() -> None:
    assert set(ANNE) - set(shortened(ANNE, "data")) == {"text"}


def test_text_is_the_text_and_what_must_be() -> None:
    observation = {"resourceType": "Observation", "id": "1", "status": "final", "code": {}, "note": [], "text": {}}

    assert set(shortened(observation, "text")) == {"resourceType", "id", "meta", "text", "status", "code"}


def test_chosen_elements_come_with_their_choices_and_what_must_be() -> None:
    assert set(shortened(ANNE, "", ("deceased", "gender"))) == {
        "resourceType", "id", "meta", "deceasedBoolean", "gender", "_gender",
    }  # fmt: skip


def test_the_original_is_left_alone() -> None:
    shortened(ANNE, "true")

    assert ANNE["meta"] == {"versionId": "1", "tag": [{"code": "x"}]}
