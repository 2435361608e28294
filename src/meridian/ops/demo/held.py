"""A record that is not to be destroyed: a legal hold for the list of them to show."""

from datetime import date
from typing import Final

from meridian.access.shredding import HoldReason, Shredding
from meridian.identity.facts import NOBODY, Identity
from meridian.identity.views import Member
from meridian.ops.demo.organisations import HARBOR
from meridian.ops.demo.roster import roster

WHOSE: Final = "grace-mbeki"


async def hold(shredding: Shredding, members: list[Member], day: date) -> None:
    """Have Harbor's security officer hold one record, because of a lawsuit."""
    officer = next(one for one in members if one.role == "security-officer")
    identity = Identity(
        officer.account, officer.org, HARBOR.id, officer.role, officer.who, membership=officer.membership
    )
    patient = next(life.id for life in roster(day) if life.key == WHOSE and life.organisation is HARBOR)
    await shredding.hold(identity, patient, HoldReason.LITIGATION, NOBODY)
