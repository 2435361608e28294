"""
Destroying a patient's key: one person asks, a second one sees what will be lost and approves, and then it is done.

`terms` judges, `looking` reads what there is to judge, `desk` is what people do, `carrying_out` does it. Nothing else
in the house destroys a key; at the command line one may only carry out what two have approved.
"""

from meridian.access.shredding.desk import Approval, Shredding
from meridian.access.shredding.looking import Picture
from meridian.access.shredding.terms import Finding, HoldReason, Override, Reason, Terms
from meridian.store.destruction import Request, State

__all__ = [
    "Approval",
    "Finding",
    "HoldReason",
    "Override",
    "Picture",
    "Reason",
    "Request",
    "Shredding",
    "State",
    "Terms",
]
