"""AUTH-03: sessions as they used to be kept."""

from fastapi import Response

from meridian.testing.altered import MARKUP, with_line
from meridian.web.api import cookies
from meridian.web.middleware import headers
from meridian.web.middleware.cross_site import CrossSite


def cookies_for_scripts() -> None:
    """Cookies that a script can read, and that go wherever they are asked for."""

    def kept(response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=True, samesite="none")

    cookies._set = kept  # noqa: SLF001  # what is taken out


def pages_without_policy() -> None:
    """Pages run what they find."""
    headers.content_policy = lambda *_, **__: "default-src * 'unsafe-inline'"


def other_sites_write() -> None:
    """Nobody asks whose page a request comes from."""
    CrossSite.check = lambda *_: None  # type: ignore[method-assign]  # what is taken out


def texts_as_markup() -> None:
    """What somebody wrote is markup where it is shown; the pages' policy is as it was."""
    with_line(MARKUP)


WEAKNESSES = {
    "texts-as-markup": texts_as_markup,
    "cookies-for-scripts": cookies_for_scripts,
    "pages-without-policy": pages_without_policy,
    "other-sites-write": other_sites_write,
}
