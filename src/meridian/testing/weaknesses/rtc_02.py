"""RTC-02: a socket server that takes cookies from whatever page."""

from meridian.realtime import guard


def origin_unchecked() -> None:
    """Whoever comes with a cookie is let in, whichever page opened the socket."""
    guard.Guard._is_ours = lambda *_: True  # type: ignore[method-assign]  # noqa: SLF001  # what is taken out


WEAKNESSES = {"origin-unchecked": origin_unchecked}
