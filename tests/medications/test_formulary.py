"""The formulary holds what can be verified, and finds what is looked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from meridian.fhir import validation
from meridian.medications import formulary, substances
from meridian.medications.dosage.forms import SHAPES, units

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.data
def test_every_code_and_its_words_are_those_of_the_data_beside_us(shared_data: Path) -> None:
    script = ROOT / "scripts" / "formulary.py"

    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, script, str(shared_data)], capture_output=True, text=True, check=False
    )  # our own script

    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_about_a_hundred_medicines_each_once() -> None:
    listed = formulary.medicines()

    assert len(listed) > 100
    assert len({one.id for one in listed}) == len({one.name for one in listed}) == len(listed)
    codes = [one.rxnorm for one in listed if one.rxnorm]
    assert len(set(codes)) == len(codes) > 60


def test_each_can_be_prescribed_as_a_valid_resource() -> None:
    for one in formulary.medicines():
        validation.check({"resourceType": "Medication", "code": one.concept}, expect="Medication")
        assert formulary.of_concept(one.concept) is one
        assert units(one.form, one.strength)
        assert not SHAPES[one.form].packed or one.pack


def test_a_search_begins_at_words_and_the_first_word_counts_most() -> None:
    assert [one.name for one in formulary.search("warf 5")] == ["warfarin 5 mg tablet"]
    assert formulary.search("acet")[0].name.startswith("acetaminophen")
    assert formulary.search("zzz") == []


@pytest.mark.parametrize(
    ("plain", "tall"),
    [
        ("hydralazine 25 mg tablet", "hydrALAZINE 25 mg tablet"),
        ("Hydroxyzine", "hydrOXYzine"),
        ("bupropion or buspirone", "buPROPion or busPIRone"),
        ("prednisone", "predniSONE"),
        ("warfarin", "warfarin"),
    ],
)
def test_look_alike_names_stand_in_tall_man_letters(plain: str, tall: str) -> None:
    assert formulary.tall_man(plain) == tall


def test_a_code_says_more_than_words() -> None:
    lying = {"coding": [{"system": formulary.RXNORM, "code": "855332"}], "text": "aspirin"}

    assert substances.of_concept(lying) == ("warfarin",)


def test_substances_are_found_in_words_only_as_whole_words() -> None:
    assert substances.named("Aspirin 81 mg with clopidogrel") == ("aspirin", "clopidogrel")
    assert substances.named("St John\u2019s wort tea") == ("st john's wort",)
    assert substances.named("notaspirinatall") == ()
