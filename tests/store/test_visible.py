import pytest

from meridian.store.scope import Reach, Scope
from meridian.store.visible import visible, visible_types


def test_a_type_outside_the_scope_is_never_visible() -> None:
    for scope, kind in ((Scope(1), "Patient"), (Scope(1, default=Reach(everyone=True)), "NoSuchType")):
        assert visible(scope, kind).sql == "0 = 1"
        assert visible_types(scope, [kind]).sql == "0 = 1"


@pytest.mark.parametrize(
    "reach",
    [
        Reach(),
        Reach(everyone=True),
        Reach(everyone=True, member="Practitioner/x"),
        Reach(patients=(1, 2), ids=("a",), care_of="Practitioner/x", member="Practitioner/x"),
        Reach(everyone=True, restricted=True),
    ],
)
def test_every_condition_names_the_organisation_and_takes_as_many_arguments_as_it_has_places(reach: Reach) -> None:
    scope = Scope(7, default=reach)

    for where in (visible(scope, "Patient", "x"), visible_types(scope, ["Patient", "Observation"], "x")):
        assert where.sql.startswith("x.org = ? AND ")
        assert where.args[0] == 7
        assert where.sql.count("?") == len(where.args)


def test_types_that_are_seen_alike_share_a_clause() -> None:
    scope = Scope(1, {"Patient": Reach(patients=(1,))}, default=Reach(everyone=True, restricted=True))

    where = visible_types(scope, ["Patient", "Observation", "Condition"])

    assert where.sql.count("type IN") == 2
