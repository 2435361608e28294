"""
Emergency access to one patient's record: asked for, ended, reviewed (45 CFR 164.312(a)(2)(ii)).

`asking` is what those who treat do, `reviewing` what security officers do, `sweeping` what time does. What it opens is
a relation of the policy; whether it stands is a row (`identity.emergencies`).
"""
