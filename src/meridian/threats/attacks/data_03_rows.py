"""
DATA-03 in a file of patients: text that would be a statement in every column of a CSV, brought in by an administrator.

A row with a record number stands for whoever has that number already. So a number that is read as more than text is
found to be somebody's, and its row is not taken for new. A dry run asks no database; the file is brought in earnest,
into the organisation that was made for it, under numbers that nobody searches for.
"""

import csv
import io
import json
import time
from collections.abc import Sequence
from urllib.parse import quote
from uuid import uuid4

from meridian.threats.attack import ARSENAL, NotRun
from meridian.threats.attacker import Attacker, Browser
from meridian.threats.attacks.data_03 import TEXTS, THREAT, Said, shows

COLUMNS = ("mrn", "family", "given", "phone", "email", "street", "city", "state", "zip", "country", "language")
BORN = "1980-01-01"
FILES = 8
"""Texts that are tried as a file's name."""
_HEAD = (*COLUMNS, "birthDate")


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = _HEAD) -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


def row(text: str = "") -> list[str]:
    """A patient of whom nothing is known but a mark that nobody else has, and a *text* behind it in every column."""
    mark = f"Verification{uuid4().hex}"
    return [*([mark + text] * len(COLUMNS)), BORN]


async def brought(browser: Browser, body: bytes, name: str = "verification.csv") -> tuple[Said, dict[str, int]]:
    """What bringing a file in is answered, and how many rows were `created` and `unchanged`."""
    began = time.monotonic()
    kind = {"Content-Type": "application/octet-stream"}
    answer = await browser.ask("POST", f"/api/imports?name={quote(name)}&dryRun=false", content=body, headers=kind)
    last = answer.text.strip().rpartition("\n")[2] if answer.is_success else "{}"
    counted = {name: n for name, n in json.loads(last).items() if name in {"created", "unchanged", "updated"}}
    return Said(answer, time.monotonic() - began), counted


async def honestly(browser: Browser) -> None:
    """
    See that a row is taken for new once, and for the same then.

    Raises:
        NotRun: If not.
    """
    body = table([row()])
    (answered, first), (_, second) = await brought(browser, body), await brought(browser, body)
    if (first.get("created"), second.get("unchanged")) != (1, 1):
        raise NotRun(f"an honest file is answered {answered.answer.status_code}: {first}, then {second}")


@ARSENAL.attack(THREAT, "rows", "Statements within every column of a CSV file that is brought in")
async def rows(attacker: Attacker) -> str | None:
    """Each text in every column of a row of its own: each row is somebody new, and none is somebody who is there."""
    async with attacker.signed_in("administrator") as browser:
        await honestly(browser)
        attacker.evidence()
        said, counted = await brought(browser, table([row(text) for text in TEXTS]))
    if found := shows(said, ""):
        return found
    return None if counted == {"created": len(TEXTS), "updated": 0, "unchanged": 0} else f"{len(TEXTS)} rows: {counted}"


@ARSENAL.attack(THREAT, "columns", "Statements as names of a CSV file's columns, and of the file")
async def columns(attacker: Attacker) -> str | None:
    """A column that is not known is left out; so each file is one honest row."""
    async with attacker.signed_in("administrator") as browser:
        await honestly(browser)
        attacker.evidence()
        said, counted = await brought(browser, table([[*row(), *TEXTS]], [*_HEAD, *TEXTS]))
        if (found := shows(said, "")) or counted.get("created", 1) != 1:
            return found or f"one row: {counted}"
        for text in TEXTS[:FILES]:
            said, counted = await brought(browser, table([row()]), f"{text}.csv".replace("/", ""))
            if (found := shows(said, text)) or counted.get("created", 1) != 1:
                return found or f"{text!r} as a file's name: {counted}"
    return None
