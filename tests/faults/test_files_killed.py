"""Files on a real server: one that is killed has kept what it acknowledged, and a large one takes little memory."""

import os
import socket
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from meridian.testing import samples
from meridian.testing.served import Served, Site

Start: TypeAlias = Callable[[Site], Served]

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
PATIENT = {"resourceType": "Patient", "name": [{"family": "Anders"}]}


def photo(size: int) -> bytes:
    """A picture of about so many bytes, no two the same."""
    noise = os.urandom(MIB).replace(b"\xff", b"\xfe")
    return samples.jpeg()[:-2] + (noise * (size // MIB + 1))[: size - 1000] + b"\xff\xd9"


def begin(server: Served, body: bytes) -> str:
    patient = server.fhir("POST", "/Patient", PATIENT).json["id"]
    said = {"name": "photo.jpg", "size": len(body), "patient": patient, "category": "photo"}
    answer = server.ask("POST", "/api/documents/uploads", said, {"Content-Type": "application/json"})
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def send(server: Served, upload: str, at: int, piece: bytes) -> Any:
    answer = server.ask(
        "PATCH",
        f"/api/documents/uploads/{upload}",
        piece,
        {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"},
    )
    assert answer.status == 200, answer.body
    return answer.json


def offset(server: Served, upload: str) -> int:
    return int(server.ask("GET", f"/api/documents/uploads/{upload}").json["offset"])


def fetched(server: Served, document: str) -> bytes:
    """Its bytes, once it has been scanned."""
    until = time.monotonic() + 30
    while True:
        answer = server.ask("POST", f"/api/documents/{document}/link", b"")
        if answer.status == 201:
            return server.ask("GET", answer.json["url"]).body
        assert answer.status == 403, answer.body
        assert time.monotonic() < until
        time.sleep(0.2)


def left_half_way(server: Served, upload: str, at: int, piece: bytes) -> socket.socket:
    """A piece of which only half has come."""
    line = socket.create_connection(("127.0.0.1", server.port))
    head = (
        f"PATCH /api/documents/uploads/{upload} HTTP/1.1\r\nHost: {server.host}\r\n"
        f"Authorization: Bearer {server.token}\r\nUpload-Offset: {at}\r\nContent-Length: {len(piece)}\r\n\r\n"
    )
    line.sendall(head.encode() + piece[: len(piece) // 2])
    return line


def test_an_upload_outlives_the_server_that_was_killed(site: Site, start: Start) -> None:
    server, body = start(site), photo(5 * MIB)
    upload = begin(server, body)
    send(server, upload, 0, body[:MIB])
    send(server, upload, MIB, body[MIB : 2 * MIB])
    line = left_half_way(server, upload, 2 * MIB, body[2 * MIB : 3 * MIB])
    time.sleep(0.3)

    server.kill()
    line.close()
    server = start(site)

    assert offset(server, upload) == 2 * MIB
    document = send(server, upload, 2 * MIB, body[2 * MIB :])["document"]
    assert fetched(server, document) == body


def test_a_document_outlives_the_server_that_was_killed_before_it_scanned_it(site: Site, start: Start) -> None:
    server, body = start(site), photo(MIB)
    document = send(server, begin(server, body), 0, body)["document"]

    server.kill()

    assert fetched(start(site), document) == body


def test_what_a_killed_server_left_half_written_is_no_object(sqlite_site: Site, start: Start) -> None:
    server, body = start(sqlite_site), photo(3 * MIB)
    upload = begin(server, body)
    line = left_half_way(server, upload, 0, body[: 2 * MIB])
    time.sleep(0.3)
    server.kill()
    line.close()

    files = [path for path in (sqlite_site.data / "files").rglob("*") if path.is_file()]

    assert [path.name[0] for path in files] == ["."], "half of it is there, and has no name"
    assert offset(start(sqlite_site), upload) == 0


def test_a_large_file_takes_little_memory_both_ways(sqlite_site: Site, start: Start) -> None:
    server, body = start(sqlite_site), photo(96 * MIB)
    warm = photo(MIB)
    fetched(server, send(server, begin(server, warm), 0, warm)["document"])
    upload = begin(server, body)
    server.forget_most()
    before = server.resident_mb()

    for at in range(0, len(body), 8 * MIB):
        said = send(server, upload, at, body[at : at + 8 * MIB])
    assert fetched(server, said["document"]) == body

    assert server.resident_mb(most=True) - before < 48
