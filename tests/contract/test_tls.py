import datetime as dt
import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meridian.faults import Unavailable
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect
from meridian.testing.mariadb import PrivateServer, missing

pytestmark = [pytest.mark.anyio, pytest.mark.mariadb]


def certificate(folder: Path, address: str) -> Path:
    """A certificate for *address* that is its own authority; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's database")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture(scope="module")
def encrypted(trusted: Path) -> Iterator[MariadbServer]:
    if reason := missing():
        pytest.skip(reason)
    server = PrivateServer(None, f"--ssl-cert={trusted}", f"--ssl-key={trusted.with_suffix('.key')}").start()
    yield replace(server.database("meridian_tls"), tls_ca=str(trusted))
    server.close()


async def test_a_server_that_proves_itself_is_spoken_to_in_secret(encrypted: MariadbServer) -> None:
    connection = await connect(encrypted)

    async with connection.cursor() as cursor:
        await cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        [(_, cipher)] = await cursor.fetchall()
    await connection.ensure_closed()

    assert cipher.startswith("TLS_")


async def test_a_server_of_another_authority_is_refused(encrypted: MariadbServer, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await connect(replace(encrypted, tls_ca=str(certificate(tmp_path, "127.0.0.1"))))


async def test_a_server_that_cannot_encrypt_is_refused(mariadb_template: MariadbServer, trusted: Path) -> None:
    with pytest.raises(Unavailable):
        await connect(replace(mariadb_template, tls_ca=str(trusted)))


def test_only_a_host_on_this_machine_is_spoken_to_openly() -> None:
    assert [MariadbServer(host=host).remote for host in ("localhost", "127.0.0.1", "::1", "db.example.org")] == [
        False,
        False,
        False,
        True,
    ]
    assert not MariadbServer(host="db.example.org", socket="/run/mysqld.sock").remote
    assert "secret" not in repr(MariadbServer(password="secret"))
