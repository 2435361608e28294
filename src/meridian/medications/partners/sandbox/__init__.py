"""
Both partners as a local service of ours, for demonstrations and tests.

It checks keys, signatures and replays as a partner would, knows a few dozen interactions, and fails on demand in every
way we could think of.

It shares no code with the clients but the shapes of what goes over the wire, which tests pin by their bytes.
"""
