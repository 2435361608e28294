"""A server that dies in the middle of a visit leaves a state from which its people go on, and what it said stands."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from meridian.store.database import Database, SqliteFile
from meridian.store.engine import Engine
from meridian.telehealth import chat, visits
from meridian.telehealth.sweeping import GRACE
from meridian.testing.surgery import VISIT, Surgery

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(120)]

CHILD = """
import asyncio, json, sys
from itertools import count
from pathlib import Path
from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.mariadb import Mariadb
from meridian.store.sqlite import Sqlite
from meridian.telehealth import chat, visits
from meridian.testing.surgery import VISIT, Surgery

async def main(said, now):
    engine = Sqlite(SqliteFile(Path(said["path"]))) if "path" in said else Mariadb(MariadbServer(**said))
    await engine.open()
    surgery = Surgery.joined(engine, now)
    for turn in count():
        await surgery.enter(surgery.ann())
        me = (await surgery.enter(surgery.pat())).whole.me
        await visits.admit(surgery.parts, surgery.ann(), VISIT, me)
        line = await chat.say(surgery.pat(), VISIT, f"{now}-{turn}", "Hello")
        print(line.id, flush=True)
        await visits.hold(surgery.parts, surgery.ann(), VISIT, on=True)
        await visits.hold(surgery.parts, surgery.ann(), VISIT, on=False)
        await visits.leave(surgery.parts, surgery.pat(), VISIT)
        await visits.leave(surgery.parts, surgery.ann(), VISIT)

asyncio.run(main(json.loads(sys.argv[1]), int(sys.argv[2])))
"""


def killed_after(database: Database, now: int, lines: int) -> set[str]:
    """What a server acknowledged before it was killed, wherever it was then."""
    said = json.dumps({name: str(one) if isinstance(one, Path) else one for name, one in asdict(database).items()})
    with subprocess.Popen([sys.executable, "-c", CHILD, said, str(now)], stdout=subprocess.PIPE, text=True) as child:  # noqa: S603  # our own program
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(lines)]
        child.kill()
        told += child.stdout.read().split()
    assert all(told), "it worked until then"
    return set(told)


def database_of(engine: Engine) -> Database:
    return getattr(engine, "_database", None) or engine._server  # type: ignore[attr-defined, no-any-return]  # the other engine's


async def test_people_go_on_after_a_kill_and_nothing_acknowledged_is_lost(surgery: Surgery) -> None:
    watch, told = surgery.practice.watch, set[str]()
    database = database_of(surgery.practice.clinic.engine)
    assert isinstance(database, SqliteFile) or database.database
    for lines in (1, 4):
        told |= killed_after(database, watch.now, lines)
        watch.now += GRACE + 1
        await surgery.sweep()
        seen = await visits.look(surgery.parts, surgery.ann(), VISIT)
        assert not any(one.state in {"lobby", "admitted"} for one in seen.people)

        assert (await surgery.call()).after.state == "in-call"
        kept = {one.id for one in await chat.transcript(surgery.ann(), VISIT)}
        assert told <= kept

    done = await visits.end(surgery.parts, surgery.ann(), VISIT)
    [encounter] = await surgery.practice.search("Encounter")
    assert done.after.state == "ended"
    assert encounter["status"] == "in-progress"
    assert len(await surgery.practice.search("Consent")) == 1
