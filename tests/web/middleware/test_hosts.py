import pytest

from meridian.web.faults import Misdirected
from meridian.web.middleware.hosts import Hosts

HOSTS = Hosts("https://clinic.example", ["portal.example"])


@pytest.mark.parametrize(
    "host", ["clinic.example", "Clinic.example:443", "portal.example", "localhost:8360", "[::1]:80"]
)
def test_our_hosts_are_served(host: str) -> None:
    HOSTS.check(host)


@pytest.mark.parametrize("host", ["", "evil.example", "clinic.example.evil", "clinic.example:x", "[::2]:80", ":80"])
def test_no_other_host_is_served(host: str) -> None:
    with pytest.raises(Misdirected):
        HOSTS.check(host)
