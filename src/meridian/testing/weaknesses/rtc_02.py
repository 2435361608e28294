"""RTC-02: a socket server that takes cookies from whatever page."""

from meridian.realtime import guard
from meridian.realtime.life import Life


def origin_unchecked() -> None:
    """Whoever comes with a cookie is let in, whichever page opened the socket."""
    guard.Guard._is_ours = lambda *_: True  # type: ignore[method-assign]  # noqa: SLF001  # what is taken out


def tokens_outlived() -> None:
    """A socket is asked for its token when it opens, and never again."""
    Life._wait = lambda *_: None  # type: ignore[method-assign]  # noqa: SLF001  # likewise


WEAKNESSES = {"origin-unchecked": origin_unchecked, "tokens-outlived": tokens_outlived}
