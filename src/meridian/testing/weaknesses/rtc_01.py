"""RTC-01: relays as they are set up in a hurry."""


def for_nobody(text: str) -> str:
    """Whoever comes is relayed for."""
    return _without(text, "use-auth-secret\nstatic-auth-secret=@secret:turn/secret@", "no-auth")


def into_the_cloud(text: str) -> str:
    """The address where a cloud keeps its machines' credentials may be reached."""
    return _without(text, "denied-peer-ip=169.254.0.0-169.254.255.255", "")


def _without(text: str, old: str, new: str) -> str:
    if old not in text:
        raise LookupError(f"{old!r} is not in the relay's file")
    return text.replace(old, new)


RELAYS = {"for-nobody": for_nobody, "into-the-cloud": into_the_cloud}
