"""Which attack is tried first on which twin: the one made for it, so that none takes longer than it must."""

MATCHING: dict[str, str] = {}
