import pytest

from meridian.web.middleware.addresses import client_address, networks

PROXIES = networks(["10.0.0.0/24", "192.0.2.1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "real"),
    [
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_named_proxies_say_whose_request_it_is(peer: str, forwarded: str, real: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == real
