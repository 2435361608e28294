"""
One control of the house taken out, by name, as `auth-01/algorithm-from-header`: what the twin is started without.

A module `auth_01` has tables of its own, by what the control stands in:

    WEAKNESSES   the server: a function that changes its process before it starts
    CHECKOUTS    the code: a function that changes a copy of the checkout (`attacker.source`), whose path it is given
    TEMPLATES    what is deployed at Amazon: likewise, of the folder of templates (`attacker.infra`)
    RELAYS       the relay: a function from the text of production's `turnserver.conf` to another

They live with the tests, so that no server can be started with one: `meridian.testing` is not imported by the product,
and is not in what is deployed.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

Weaken = Callable[[], None]
Alter = Callable[[Path], None]
Reword = Callable[[str], str]


def all_of_them() -> dict[str, Weaken]:
    """Every weakness of a server, by name."""
    return _named("WEAKNESSES")


def of_checkouts() -> dict[str, Alter]:
    """Every weakness of the code, by name."""
    return _named("CHECKOUTS")


def of_templates() -> dict[str, Alter]:
    """Every weakness of what is deployed at Amazon, by name."""
    return _named("TEMPLATES")


def of_relays() -> dict[str, Reword]:
    """Every weakness of a relay, by name."""
    return _named("RELAYS")


def _named(table: str) -> dict[str, Any]:
    return {
        f"{module.name.replace('_', '-')}/{name}": weakness
        for module in iter_modules(__path__)
        for name, weakness in getattr(import_module(f"{__name__}.{module.name}"), table, {}).items()
    }
