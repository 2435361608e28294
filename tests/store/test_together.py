from meridian.store.plan import Change, Many, Plan, Step
from meridian.store.records.together import together


def rows(first: int, *, ask: bool) -> Plan[None]:
    yield Many("A", [(first,)])
    yield Many("B", [(first,), (first + 1,)])
    if ask:
        assert (yield Change("C", (first,))) == "answer"
        yield Many("D", [(first,)])


def test_first_rows_are_gathered_by_statement_and_the_rest_follows_in_order() -> None:
    plan = together([rows(1, ask=True), rows(5, ask=False), rows(7, ask=True)])
    steps: list[Step] = []
    try:
        step = next(plan)
        while True:
            steps.append(step)
            step = plan.send("answer" if isinstance(step, Change) else None)
    except StopIteration:
        pass

    assert steps == [
        Many("A", [(1,), (5,), (7,)]),
        Many("B", [(1,), (2,), (5,), (6,), (7,), (8,)]),
        Change("C", (1,)),
        Many("D", [(1,)]),
        Change("C", (7,)),
        Many("D", [(7,)]),
    ]
