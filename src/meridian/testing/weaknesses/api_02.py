"""API-02: a house where asking costs nothing."""

from meridian.counting import Count, InMemory, Window


def budgets_without_end() -> None:
    """Whatever is asked for is granted."""

    async def take(_: InMemory, window: Window, who: str, many: int = 1) -> Count:  # noqa: ARG001  # nobody counts
        return Count(many, window.most, 60.0)

    InMemory.take = take  # type: ignore[assignment]  # what is taken out


WEAKNESSES = {"budgets-without-end": budgets_without_end}
