import pytest

from meridian.faults import Forbidden
from meridian.web.exchange import Message, Request
from meridian.web.middleware.cross_site import CrossSite

GUARD = CrossSite("https://clinic.example")


async def nothing() -> Message:
    return {"type": "http.disconnect"}


def request(method: str, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"method": method, "path": "/", "query_string": b"", "headers": raw}, nothing, "r", "127.0.0.1")


@pytest.mark.parametrize(
    "allowed",
    [
        request("GET"),
        request("GET", sec_fetch_site="same-origin", cookie="a=b"),
        request("GET", sec_fetch_site="cross-site", sec_fetch_mode="navigate"),
        request("POST", sec_fetch_site="same-origin", origin="https://clinic.example", cookie="a=b"),
        request("POST", origin="https://clinic.example", cookie="a=b"),
        request("POST", authorization="Bearer x"),
        request("POST", sec_fetch_site="same-origin", origin="http://localhost:8360", host="localhost:8360"),
        request("POST"),
    ],
)
def test_what_our_pages_and_programs_send_passes(allowed: Request) -> None:
    GUARD.check(allowed)


@pytest.mark.parametrize(
    "refused",
    [
        request("GET", sec_fetch_site="cross-site", sec_fetch_mode="cors", cookie="a=b"),
        request("POST", sec_fetch_site="cross-site", cookie="a=b"),
        request("POST", sec_fetch_site="same-site", cookie="a=b"),
        request("POST", sec_fetch_site="none", cookie="a=b"),
        request("POST", origin="https://evil.example"),
        request("POST", origin="null", cookie="a=b"),
        request("DELETE", sec_fetch_site="same-origin", origin="https://evil.example", cookie="a=b"),
        request("PUT", cookie="a=b"),
    ],
)
def test_what_another_site_makes_a_browser_send_is_refused(refused: Request) -> None:
    with pytest.raises(Forbidden):
        GUARD.check(refused)
