"""
The proof that attacks can succeed: each control taken out by itself, and an attack on its threat that gets in.

What is weakened is a twin that is made for it, in a folder of its own on this machine: a server, a copy of the
checkout, of the templates, or a relay.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from meridian.settings import Turn
from meridian.testing import coturn, weaknesses
from meridian.testing.attacked import SOURCE, Attacked, attacked, strangers
from meridian.testing.coturn import Coturn
from meridian.testing.matching import MATCHING
from meridian.testing.nursery import born
from meridian.testing.trees import checkout, templates
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.campaign import one
from meridian.threats.proof import Proof

NOWHERE = Turn(("127.0.0.1",), port=9, tls_port=9)
"""A relay that is not there, so that the credentials of one are made."""
Twin: TypeAlias = Callable[[str, Path], AbstractContextManager[Attacker]]
"""Makes one, by what is taken out and in an empty folder, and somebody who attacks it."""


def names() -> list[str]:
    """Every weakness, in order."""
    tables = (weaknesses.all_of_them(), weaknesses.of_checkouts(), weaknesses.of_templates(), weaknesses.of_relays())
    return sorted(name for table in tables for name in table)


def threat_of(weakness: str) -> str:
    """Whose control it takes out."""
    return weakness.partition("/")[0].upper()


def prove(folder: Path, wanted: Iterable[str] = ()) -> Iterator[Proof]:
    """
    Take out each control, the *wanted* ones or all; each with what came of it, as soon as it is known.

    Args:
        folder: Empty; the twins live and die in it.
        wanted: Names of weaknesses.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what is played to a twin says much of itself
    chosen = sorted(wanted) or names()
    bench = Bench(attacked(folder / "attacked", relay=NOWHERE))
    for no, weakness in enumerate(chosen):
        place = folder / f"twin{no}"
        place.mkdir()
        yield bench.proof(weakness, place)
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class Bench:
    """
    Where twins are made.

    Args:
        deployment: What servers are copies of.
    """

    deployment: Attacked

    def proof(self, weakness: str, place: Path) -> Proof:
        """What came of one, in a folder of its own."""
        began = time.monotonic()
        try:
            with self._twin(weakness)(weakness, place) as attacker:
                caught, said = asyncio.run(_gets_in(attacker, weakness))
        except _Lacking as why:
            caught, said = "", f"not run: {why}"
        return Proof(weakness, threat_of(weakness), caught, said, round((time.monotonic() - began) * 1000))

    def _twin(self, weakness: str) -> Twin:
        kinds: tuple[tuple[Iterable[str], Twin], ...] = (
            (weaknesses.all_of_them(), self._server),
            (weaknesses.of_checkouts(), self._checkout),
            (weaknesses.of_templates(), self._templates),
            (weaknesses.of_relays(), self._relay),
        )
        found = next((make for table, make in kinds if weakness in table), None)
        if found is None:
            raise LookupError(f"There is no weakness {weakness}")
        return found

    def _attacker(self) -> Attacker:
        return Attacker(self.deployment.address, self.deployment.material, source=SOURCE, addresses=strangers())

    @contextmanager
    def _server(self, weakness: str, place: Path) -> Iterator[Attacker]:
        data = shutil.copytree(self.deployment.site.data, place / "data")
        with born(data, place / "log", self.deployment.port, without=weakness):
            yield replace(self._attacker(), infra=self.deployment.infra, data=data)

    @contextmanager
    def _checkout(self, weakness: str, place: Path) -> Iterator[Attacker]:
        source = checkout(place / "source")
        weaknesses.of_checkouts()[weakness](source)
        yield replace(self._attacker(), source=source)

    @contextmanager
    def _templates(self, weakness: str, place: Path) -> Iterator[Attacker]:
        infra = templates(place / "infra")
        weaknesses.of_templates()[weakness](infra)
        yield replace(self._attacker(), infra=infra)

    @contextmanager
    def _relay(self, weakness: str, place: Path) -> Iterator[Attacker]:
        del place  # it has a folder of its own
        if reason := coturn.missing():
            raise _Lacking(reason)
        relay = Coturn(weaknesses.of_relays()[weakness](coturn.PRODUCTION.read_text(encoding="utf-8")))
        try:
            material = self.deployment.material
            places = {**material.places, "turn": f"127.0.0.1:{relay.plain}"}
            yield replace(self._attacker(), material=replace(material, places=places))
        finally:
            relay.close()


class _Lacking(Exception):
    """What a twin needs is not on this machine; the message says what."""


async def _gets_in(attacker: Attacker, weakness: str) -> tuple[str, str]:
    """The attack that is made for it, if it succeeds, and what it got; else how many were refused."""
    named = MATCHING.get(weakness)
    chosen = [attack for attack in ARSENAL.all((threat_of(weakness),)) if named in {None, attack.name}]
    came: list[Outcome] = []
    for attack in chosen:
        outcome = await one(attacker, attack)
        if outcome.result is Result.SUCCEEDED:
            return attack.name, outcome.said
        came.append(outcome)
    return "", "; ".join(f"{one.result}: {one.said}" for one in came)
