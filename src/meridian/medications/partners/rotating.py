"""
Keys and signing secrets of a partner, which Meridian changes itself: `POST /credentials`, signed by those it has.

Key and signing secret are two secrets and are rotated one after the other, so that a request can always be signed by
one that the partner knows. The partner goes on taking the one before, until the next change: servers change over when
they read the vault again, or at the latest when they are refused.

What a partner's contract really offers for this is its own; the sandbox has this form, and another partner's goes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from meridian.faults import Unavailable
from meridian.medications.findings import Why
from meridian.medications.partners.port import Call, Failed
from meridian.medications.partners.transport import Line
from meridian.vault.rotation import fresh_value, value_of, with_value
from meridian.vault.secrets import Reading, Secret

APIKEY: Final = "apikey"
SIGNING: Final = "signing"
PATH = "/credentials"


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked: another value of that kind; with an empty one, only whether those of the request are good."""

    kind: Literal["apikey", "signing"]
    value: str = ""


class Changed(msgspec.Struct):
    """The answer."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """
    A `vault.rotation.Checker`: the partner.

    Args:
        line: The partner's.
        kind: `apikey` or `signing`.
    """

    line: Line
    kind: Literal["apikey", "signing"]

    def next(self, current: str) -> str:
        """The same, with another value."""
        return with_value(current, self.kind, fresh_value())

    async def tell(self, current: str, pending: str) -> None:
        """
        Have the partner take another value.

        Raises:
            Unavailable: If it does not answer or does not take the present one.
        """
        try:
            await self._ask(current, Change(self.kind, value_of(pending, self.kind)))
        except Failed as failed:
            raise Unavailable(f"{self.line.place.id} took no other {self.kind}: {failed.why.value}") from None

    async def takes(self, text: str) -> bool:
        """
        Whether the partner takes it.

        Raises:
            Unavailable: If it does not answer.
        """
        try:
            await self._ask(text, Change(self.kind))
        except Failed as failed:
            if failed.why is Why.KEY:
                return False
            raise Unavailable(f"{self.line.place.id} does not answer: {failed.why.value}") from None
        return True

    async def _ask(self, text: str, change: Change) -> None:
        place = self.line.place
        name = place.key if self.kind == APIKEY else place.secret
        held = replace(self.line, secrets=_Held(self.line.secrets, {name: value_of(text, self.kind)}))
        calls: list[Call] = []
        try:
            await held.ask(PATH, change, Changed, calls, _accepted)
        finally:
            await held.close()


def _accepted(answer: Changed) -> None:
    if not answer.accepted:
        raise Failed(Why.REFUSED)


@dataclass(frozen=True, slots=True)
class _Held:
    """A vault with some secrets as they are said to be."""

    vault: Reading
    values: Mapping[str, str]

    def get(self, name: str) -> Secret:
        return Secret(self.values[name]) if name in self.values else self.vault.get(name)

    def fresh(self, name: str) -> Secret:
        return Secret(self.values[name]) if name in self.values else self.vault.fresh(name)
