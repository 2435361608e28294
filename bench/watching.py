"""
What logs and figures cost: CPU milliseconds that they add to a FHIR read, beside a read without either.

    .venv/bin/python bench/watching.py

The application is called without a network; both kinds take turns, so that a busy machine slows both alike.
"""

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from meridian import clock
from meridian.audit.log import sequence
from meridian.identity.alarms import Alarms
from meridian.settings import Logs
from meridian.store import migrate
from meridian.store.database import SqliteFile
from meridian.store.sqlite import Sqlite
from meridian.telemetry import logs, trace
from meridian.testing.clinic import Clinic
from meridian.web import watching

READS, TURNS = 400, 15
NOTHING = (lambda _: 0, lambda *_: None, lambda *_: None)
USUAL = (watching.begin, watching.end, trace.begun)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = SqliteFile(Path(folder) / "bench.db")
        await migrate.upgrade(database)
        engine = Sqlite(database, sequencer=sequence)
        await engine.open()
        clinic = Clinic(engine)
        async with clinic.client(clinic.sign_in("service", "Device/importer")) as importer:
            patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Bench"}]}
            await importer.put("/fhir/R4/Patient/p1", json=patient, headers={"content-type": "application/fhir+json"})
            headers = [(name.lower(), value) for name, value in importer.headers.raw]
        logs.begin(Logs(form="json", file=f"{folder}/log"), edition="meridian-pms", role="all", version="0")
        alarms = Alarms(engine, clock.now)
        gc.freeze()
        with_, without = [], []
        for _ in range(TURNS):
            engine.recorded = None
            without.append(await _turn(clinic.app, headers, NOTHING))
            engine.recorded = alarms.recorded
            with_.append(await _turn(clinic.app, headers, USUAL))
        logs.end()
        await engine.close()
    print(f"a read without                {median(without):.4f} ms CPU")
    print(f"with log, figures, detectors     {median(with_):.4f} ms CPU")
    print(f"they add                      {median(a - b for a, b in zip(with_, without, strict=True)):.4f} ms CPU")


async def _turn(app: Any, headers: list[tuple[bytes, bytes]], parts: Any) -> float:
    watching.begin, watching.end, trace.begun = parts
    scope = {
        "type": "http", "method": "GET", "path": "/fhir/R4/Patient/p1", "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    began = time.process_time()
    for _ in range(READS):
        await app(dict(scope), _receive, _send)
    return (time.process_time() - began) * 1000 / READS


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    assert message.get("status", 200) < 400, message  # noqa: PLR2004  # as HTTP has them


asyncio.run(main())
