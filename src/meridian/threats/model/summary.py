"""How many threats there are of each risk, and how far they are answered."""

from collections.abc import Iterable

from meridian.threats.model.table import table
from meridian.threats.rating import Level
from meridian.threats.register import Threat

COUNTED = {Level.HIGH: 8, Level.MEDIUM: 7, Level.LOW: 0}
"""As both documents' summaries count."""
DIFFERENCE = (
    "The documents' summaries count eight High and seven Medium; the rows of both their registers are nine High"
    " (INFRA-03 is the one that was not counted) and six Medium. The rows stand."
)


def counts(threats: Iterable[Threat]) -> dict[Level, int]:
    """Of each risk."""
    rated = [one.risk for one in threats]
    return {risk: rated.count(risk) for risk in COUNTED}


def summary(threats: Iterable[Threat]) -> str:
    """The table of the summary."""
    known = list(threats)
    of_both = counts(one for one in known if not one.implied)
    added = counts(one for one in known if one.implied)
    open_ = counts(one for one in known if one.status != "Addressed")
    head = ("Risk", "In the documents' summary", "In their register", "Implied besides", "Not addressed now")
    return table(head, [(risk, COUNTED[risk], of_both[risk], added[risk], open_[risk]) for risk in COUNTED])
