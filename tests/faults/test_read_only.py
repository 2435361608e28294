"""A server in read-only mode, and one whose database takes no writes: what is answered, by a real server."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from meridian.testing.mariadb import PrivateServer
from meridian.testing.served import Served, Site
from meridian.vault.master import open_master
from meridian.vault.secrets import Secrets

Start: TypeAlias = Callable[[Site], Served]

pytestmark = pytest.mark.slow


def test_read_only_reads_and_says_why_it_does_not_write(site: Site, start: Start) -> None:
    server = start(site)
    made = server.fhir("POST", "/Patient", {"resourceType": "Patient", "active": True}).json["id"]
    server.stop()
    (site.data / "read-only").write_text("for the night")

    server = start(site)

    assert server.fhir("GET", f"/Patient/{made}").status == 200
    for method, path, body in (
        ("POST", "/Patient", {"resourceType": "Patient", "active": True}),
        ("PUT", f"/Patient/{made}", {"resourceType": "Patient", "id": made, "active": False}),
        ("DELETE", f"/Patient/{made}", None),
    ):
        answer = server.fhir(method, path, body)
        assert (answer.status, "read-only mode" in answer.problems) == (503, True)
        assert int(answer.headers["retry-after"]) > 0
    assert server.ask("GET", "/api/edition", token="").json["readOnly"] is True
    server.stop()
    log = site.command("audit", "verify")
    assert "Not whole" not in log


@pytest.mark.mariadb
def test_a_database_that_takes_no_writes_answers_no_reads_either(
    mariadb_site: Site, mariadb_server: PrivateServer, start: Start
) -> None:
    server = start(mariadb_site)
    made = server.fhir("POST", "/Patient", {"resourceType": "Patient", "active": True}).json["id"]
    user = "CREATE USER IF NOT EXISTS 'plain'@'127.0.0.1' IDENTIFIED BY 'made up';GRANT SELECT, INSERT, UPDATE, DELETE"
    mariadb_server._sql(f"{user} ON *.* TO 'plain'@'127.0.0.1'")
    server.stop()
    text = (mariadb_site.data / "settings.toml").read_text()
    (mariadb_site.data / "settings.toml").write_text(text.replace('user = "meridian"', 'user = "plain"'))
    secrets = Secrets(mariadb_site.data / "secrets.sealed", open_master(mariadb_site.data / "master.key"))
    secrets.put("mariadb/password", "made up")
    server = start(mariadb_site)
    try:
        mariadb_server._sql("SET GLOBAL read_only = 1")

        read, written = server.fhir("GET", f"/Patient/{made}"), server.fhir("DELETE", f"/Patient/{made}")
    finally:
        mariadb_server._sql("SET GLOBAL read_only = 0")

    assert (read.status, written.status) == (503, 503), "what cannot be recorded is not answered"
    assert server.fhir("GET", f"/Patient/{made}").status == 200, "and it goes on by itself"
