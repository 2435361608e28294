"""MariaDB as it is deployed: what lies on its disk, who is let in, and what it writes down."""

import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meridian.testing import placed, stronghold
from meridian.testing.served import Site
from meridian.testing.stronghold import PASSWORD, Stronghold
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

CANARY = "Qwertzuiopina"
ENCRYPTED = (
    "innodb_encrypt_tables = FORCE", "innodb_encrypt_log = ON", "aria_encrypt_tables = ON", "encrypt_binlog = ON",
    "innodb_encryption_rotate_key_age = 1", "innodb_encrypt_temporary_tables = ON",
)  # fmt: skip


@contextmanager
def running(change: Callable[[str], str] = lambda text: text) -> Iterator[Stronghold]:
    if reason := stronghold.missing():
        pytest.skip(reason)
    server = Stronghold(change)
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stronghold]:
    """Production's, with a patient of a name that nobody has."""
    with running() as server:
        folder = tmp_path_factory.mktemp("site")
        site = put_in(server, folder)
        site.command("backup")  # with no more rights than its account has
        yield server


def put_in(server: Stronghold, folder: Path) -> Site:
    """By Meridian itself, with the rights of its account."""
    data = folder / "data"
    data.mkdir()
    Secrets(data / "secrets.sealed", create_master(data / "master.key")).put("mariadb/password", PASSWORD)
    place = server.database
    (data / "settings.toml").write_text(
        f'[mariadb]\nhost = "{place.host}"\nport = {place.port}\nuser = "{place.user}"\n'
        f'database = "{place.database}"\ntls_ca = "{place.tls_ca}"\n'
        f'[backups]\nfolder = "{folder / "shelf"}"\nmethod = "rows"\n',
        encoding="utf-8",
    )
    (folder / "patients.ndjson").write_text(json.dumps(
        {"resourceType": "Patient", "id": "p1", "name": [{"family": CANARY}], "gender": "female"}
    ))  # fmt: skip
    site = Site(data)
    site.command("org", "add", "Clinic")
    site.command("import", str(folder / "patients.ndjson"))
    return site


def without(*lines: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        for line in lines:
            assert f"{line}\n" in text
            text = text.replace(f"{line}\n", "")
        return text

    return change


# --- what lies on the disk


def test_a_name_is_in_no_file_of_the_database(filled: Stronghold) -> None:
    filled.stop()

    assert filled.holding(CANARY.encode()) | filled.holding(CANARY.upper().encode()) == set()
    assert filled.holding(CANARY.lower().encode()) == set()
    filled.start()


def test_the_same_look_finds_it_where_nothing_is_encrypted(tmp_path: Path) -> None:
    with running(without(*ENCRYPTED)) as server:
        put_in(server, tmp_path)
        server.stop()

        found = server.holding(CANARY.encode()) | server.holding(CANARY.lower().encode())

    assert {"ibd", "binlog", "ib_logfile0"} <= found


def test_no_table_can_be_made_that_is_not_encrypted(filled: Stronghold) -> None:
    plain = "CREATE TABLE meridian.plain (x INT) ENCRYPTED=NO"

    assert filled.client("--user=root", f"--execute={plain}").returncode != 0
    listed = filled.client(
        "--user=root",
        "--execute=SELECT COUNT(*) FROM information_schema.innodb_tablespaces_encryption"
        " WHERE encryption_scheme = 0 AND name LIKE 'meridian/%'",
    )
    assert listed.stdout.split()[-1] == "0"


def test_the_keys_are_their_owner_s_alone_and_made_once(filled: Stronghold) -> None:
    keys = filled.folder / "conf" / "keys"
    before = {path.name: path.read_bytes() for path in keys.iterdir()}

    filled._run(str(placed.DEPLOY / "mariadb" / "keys.sh"), str(keys))

    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in keys.iterdir()} == {0o600}  # noqa: PTH116  # the mode alone
    assert before["keys.enc"].startswith(b"Salted__")


def test_without_its_keys_it_does_not_start() -> None:
    if reason := stronghold.missing():
        pytest.skip(reason)
    server = Stronghold()
    (server.folder / "conf" / "keys" / "password").write_text("another")

    with pytest.raises(RuntimeError):
        server.start()
    server.close()


# --- who is let in

PLAIN = "CREATE USER plain@'%' IDENTIFIED BY 'sixteen-letters-or-more'; GRANT SELECT ON meridian.* TO plain@'%'"


def test_without_tls_nobody_comes_in_whatever_their_account_says(filled: Stronghold) -> None:
    filled.client("--user=root", f"--execute={PLAIN}")
    words = ("--user=plain", "--password=sixteen-letters-or-more", "--execute=SELECT 1")

    refused = filled.client(*words, "--skip-ssl", remote=True)
    let_in = filled.client(*words, f"--ssl-ca={filled.ca}", "--ssl-verify-server-cert", remote=True)

    assert (refused.returncode, let_in.returncode) == (1, 0)


def test_it_is_the_file_that_asks_for_tls() -> None:
    with running(without("require_secure_transport = ON")) as server:
        server.client("--user=root", f"--execute={PLAIN}")
        words = ("--user=plain", "--password=sixteen-letters-or-more", "--skip-ssl", "--execute=SELECT 1")
        assert server.client(*words, remote=True).returncode == 0


def test_a_meridian_that_asks_for_no_tls_is_refused(filled: Stronghold) -> None:
    assert filled.client("--user=meridian", "--skip-ssl", "--execute=SELECT 1", remote=True).returncode == 1


def test_the_protocol_is_tls_1_2_or_later(filled: Stronghold) -> None:
    asked = filled.client("--user=meridian", "--execute=SHOW STATUS LIKE 'Ssl_version'", remote=True)
    old = filled.client("--user=meridian", "--tls-version=TLSv1.1", "--execute=SELECT 1", remote=True)

    assert asked.stdout.split()[-1] == "TLSv1.3"
    assert old.returncode == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM mysql.user", "CREATE USER x@localhost", "GRANT ALL ON *.* TO meridian@'%'",
        "SET GLOBAL general_log = 1",
        "SELECT 1 INTO OUTFILE '/dev/shm/x'", "LOAD DATA INFILE '/etc/passwd' INTO TABLE meridian.x",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE meridian.x", "UNINSTALL PLUGIN server_audit",
        "SET GLOBAL server_audit_logging = OFF", "SHOW BINLOG EVENTS",
    ],
)  # fmt: skip
def test_meridian_s_account_can_do_no_more_than_it_does(filled: Stronghold, statement: str) -> None:
    assert filled.client("--user=meridian", f"--execute={statement}", remote=True).returncode == 1


def test_a_short_password_is_refused(filled: Stronghold) -> None:
    assert filled.client("--user=root", "--execute=CREATE USER s@localhost IDENTIFIED BY 'short'").returncode == 1


# --- what it writes down


def test_the_audit_log_has_who_came_and_what_was_changed_and_no_statement_s_values(filled: Stronghold) -> None:
    filled.client("--user=meridian", "--password=wrong-password-of-somebody", "--execute=SELECT 1", remote=True)
    said = f"INSERT INTO t VALUES ('{CANARY}'); SELECT x FROM t WHERE x = '{CANARY}'"  # noqa: S608  # our own name
    filled.client("--user=root", f"--execute=USE meridian; CREATE TABLE t (x TEXT); {said}; DROP TABLE t")

    assert ",meridian,127.0.0.1," in filled.audit
    assert "FAILED_CONNECT" in filled.audit
    assert "CREATE TABLE t" in filled.audit
    assert "GRANT SELECT, INSERT" in filled.audit
    assert CANARY not in filled.audit + filled.errors
    assert PASSWORD not in filled.audit + filled.errors


def test_statements_would_be_in_it_if_they_were_asked_for() -> None:
    loud = {"CONNECT,QUERY_DDL,QUERY_DCL": "CONNECT,QUERY"}
    with running(lambda text: text.replace(*next(iter(loud.items())))) as server:
        server.client("--user=root", f"--execute=SELECT '{CANARY}'")
        assert CANARY in server.audit


# --- its file


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("innodb_encrypt_tables = FORCE", "innodb_encrypts_tables = FORCE"),
        ("plugin_load_add = server_audit", "plugin_load_add = server_audits"),
        ("/keys/keys.enc", "/keys/nothing.enc"),
    ],
)
def test_a_file_that_is_wrong_is_found_to_be(here: str, there: str) -> None:
    if reason := stronghold.missing():
        pytest.skip(reason)
    server = Stronghold(lambda text: text.replace(here, there))

    with pytest.raises(RuntimeError):
        server.start()
    server.close()


def test_production_s_file_has_nothing_of_a_test_in_it(tmp_path: Path) -> None:
    placed.fill("mariadb", tmp_path, placed.CLINIC)

    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert placed.OF_A_TEST.findall(text) == []
    assert "bind_address = 127.0.0.1" in text
    assert set(re.findall(r"IDENTIFIED BY '(.*?)'", text)) == {"@secret:mariadb/password@"}
