from meridian.fhir.search.hashing import number
from meridian.fhir.types import TYPES
from meridian.store.kinds import NAMES, NUMBERS


def test_every_type_has_a_number_of_its_own_that_search_knows_too() -> None:
    assert {NAMES[NUMBERS[name]] for name in TYPES} == set(TYPES)
    assert all(NUMBERS[name] == number(name) for name in TYPES)
