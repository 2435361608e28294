"""The local rules find what they are for; what they do not find means nothing."""

import itertools

import pytest

from meridian.medications import local_rules
from meridian.medications.findings import Kind, Severity
from meridian.medications.local_rules.pairs import Pair, pairs
from meridian.medications.question import Allergy, Drug, Question

PAPER = [3, 4, 6, 8, 11, 16, 20, 21, 22, 23, 25, 27, 28, 30, 31]
"""Numbers in table 2 of Phansalkar et al. 2012."""


def drug(*ingredients: str, local: bool = False) -> Drug:
    return Drug(" ".join(ingredients), ingredients=ingredients, reference="MedicationRequest/1", local=local)


def test_the_fifteen_pairs_of_the_paper_are_all_there() -> None:
    assert [one.number for one in pairs()] == PAPER


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: str(pair.number))
def test_each_pair_fires_either_way_round_for_every_member(pair: Pair) -> None:
    for one, other in itertools.product(sorted(pair.one), sorted(pair.other)):
        if one == other:
            continue
        for draft, taken in ((one, other), (other, one)):
            found = local_rules.check(Question(drug(draft), (drug(taken),)))
            assert any(hit.title == pair.title and hit.severity is Severity.CONTRAINDICATED for hit in found)


def test_a_medicine_does_not_interact_with_itself() -> None:
    found = local_rules.check(Question(drug("sotalol"), (drug("sotalol"),)))

    assert [one.kind for one in found] == [Kind.DUPLICATE]


@pytest.mark.parametrize(
    ("allergy", "draft", "severity"),
    [
        (Allergy("Penicillin", ingredients=("penicillin",)), "penicillin", Severity.CONTRAINDICATED),
        (Allergy("Penicillin", ingredients=("penicillin g",)), "amoxicillin", Severity.CONTRAINDICATED),
        (Allergy("Penicillins", classes=("penicillins",)), "amoxicillin", Severity.CONTRAINDICATED),
        (Allergy("Penicillins", classes=("penicillins",)), "cephalexin", Severity.MODERATE),
        (Allergy("Sulfa", classes=("sulfonamide-antibiotics",)), "sulfamethoxazole", Severity.CONTRAINDICATED),
        (Allergy("Aspirin", ingredients=("aspirin",)), "ibuprofen", Severity.MAJOR),
        (Allergy("Aspirin", ingredients=("aspirin",)), "acetaminophen", None),
        (Allergy("Sulfa", classes=("sulfonamide-antibiotics",)), "furosemide", None),
    ],
)
def test_allergies_reach_as_far_as_their_class(allergy: Allergy, draft: str, severity: Severity | None) -> None:
    found = [one for one in local_rules.check(Question(drug(draft), (), (allergy,))) if one.kind is Kind.ALLERGY]

    assert [one.severity for one in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("draft", "taken", "severity"),
    [
        (("ibuprofen",), ("ibuprofen",), Severity.MAJOR),
        (("ibuprofen",), ("naproxen",), Severity.MODERATE),
        (("acetaminophen", "hydrocodone"), ("acetaminophen",), Severity.MAJOR),
        (("apixaban",), ("warfarin",), Severity.MAJOR),
        (("lisinopril",), ("amlodipine",), None),
    ],
)
def test_the_same_twice_is_told(draft: tuple[str, ...], taken: tuple[str, ...], severity: Severity | None) -> None:
    found = local_rules.check(Question(drug(*draft), (drug(*taken),)))

    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_cream_beside_a_tablet_is_no_double_dose() -> None:
    assert not local_rules.check(Question(drug("ketoconazole", local=True), (drug("ketoconazole"),)))


def test_a_rule_that_finds_nothing_says_nothing() -> None:
    assert local_rules.check(Question(Drug("a blue pill"), (Drug("a red one"),))) == []
