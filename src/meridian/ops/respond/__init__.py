"""
Answering an incident: a record of it with its clock, evidence put aside, whom it touched, and the practice of all that.

Source: 45 CFR 164.308(a)(6)(ii), response and reporting; 164.400-414, notification of a breach.
"""
