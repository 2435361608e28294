"""What the clinic's work offers to those who ask from outside: operations on `/fhir/R4`, and feeds to follow."""

from meridian.access.feeds import Checks
from meridian.charting.matching import finding
from meridian.messaging import threads
from meridian.scheduling.operations import OFFERED
from meridian.telehealth import following
from meridian.web.fhir.offering import Operation, Operations

OPERATIONS: Operations = {
    **{name: Operation(*how) for name, how in OFFERED.items()},
    ("Patient", "$match"): Operation(finding.operation, finding.DEFINITION),  # by POST only: it brings a description
}
"""What the clinic's work offers on `/fhir/R4` besides the interactions."""

FEEDS: Checks = {"thread": threads.may_follow, "notes": threads.may_follow_notes, "visit": following.may_follow}
"""Who may follow the feeds that belong to features, by prefix: `Chart.feeds` asks here."""
