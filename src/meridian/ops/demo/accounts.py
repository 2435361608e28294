"""
Who can sign in to the demo clinic, with what: one password for all, and second factors that follow from the address.

Both are known to everybody who reads this, so they are given to a demo clinic only.
"""

import base64
import hashlib
from dataclasses import dataclass

from meridian.access.subject import Role
from meridian.ops.demo.elements import ident
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, STAFF, Organisation
from meridian.ops.demo.people import proxy_id

PASSWORD = "lantern over quiet water"  # noqa: S105  # known to everybody, and said so


@dataclass(frozen=True)
class Place:
    """A role in one organisation: as whom, and for which patients."""

    organisation: Organisation
    role: Role
    who: str
    patients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in; *seed* is the authenticator's Base32 secret, empty where there is none yet."""

    email: str
    name: str
    places: tuple[Place, ...]
    seed: str
    note: str = ""


def seed(email: str) -> str:
    """
    The authenticator secret of a demo account: 160 bits in Base32, as RFC 4226 section 4 asks.

    >>> len(seed("okafor@harbor.example"))
    32
    """
    return base64.b32encode(hashlib.sha256(f"meridian-demo/{email}".encode()).digest()[:20]).decode()


def accounts() -> list[Account]:
    """Everybody: staff, the platform's operator, and some patients."""
    return [*_staff(), _operator(), *_patients()]


def _staff() -> list[Account]:
    by_name: dict[str, Account] = {}
    for member in STAFF:
        place = Place(member.organisation, member.role, f"Practitioner/{member.id}")
        known = by_name.get(member.name)
        if known:
            by_name[member.name] = Account(
                known.email, known.name, (*known.places, place), known.seed, "works in both organisations"
            )
        else:
            by_name[member.name] = Account(member.email, member.name, (place,), seed(member.email), member.title)
    return list(by_name.values())


def _operator() -> Account:
    email = "operator@meridian.example"
    place = Place(HARBOR, Role.PLATFORM_OPERATOR, "")
    return Account(email, "Sam Keller", (place,), seed(email), "runs the machines, sees no patient")


def _patients() -> list[Account]:
    children = ("mateo-alvarez", "lucia-alvarez")
    return [
        _patient("margaret-obrien", "Margaret O'Brien", "has an authenticator", with_seed=True),
        _patient("elena-rossi", "Elena Rossi", "patient of both organisations", HARBOR, LAKESIDE),
        Account(
            "dorothy-thornton@mail.example",
            "Dorothy Thornton",
            (
                _own("dorothy-thornton", HARBOR),
                Place(
                    HARBOR,
                    Role.HELPER,
                    f"RelatedPerson/{proxy_id(HARBOR, 'dorothy-thornton', 'william-thornton')}",
                    (ident("patient", HARBOR.key, "william-thornton"),),
                ),
            ),
            "",
            "patient, and helps her husband with his appointments",
        ),
        Account(
            "sofia-alvarez@mail.example",
            "Sofía Álvarez",
            (
                _own("sofia-alvarez", HARBOR),
                Place(
                    HARBOR,
                    Role.PROXY,
                    f"RelatedPerson/{proxy_id(HARBOR, 'sofia-alvarez', children[0])}",
                    tuple(ident("patient", HARBOR.key, child) for child in children),
                ),
            ),
            "",
            "patient, and mother of two patients",
        ),
    ]


def _own(key: str, organisation: Organisation) -> Place:
    identity = ident("patient", organisation.key, key)
    return Place(organisation, Role.PATIENT, f"Patient/{identity}", (identity,))


def _patient(key: str, name: str, note: str, *at: Organisation, with_seed: bool = False) -> Account:
    email = f"{key}@mail.example"
    places = tuple(_own(key, organisation) for organisation in at or (HARBOR,))
    return Account(email, name, places, seed(email) if with_seed else "", note)
