"""
One control of the house taken out, by name, as `auth-01/algorithm-from-header`: what the twin is started without.

They live with the tests, so that no server can be started with one: `meridian.testing` is not imported by the product,
and is not in what is deployed.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

Weaken = Callable[[], None]


def all_of_them() -> dict[str, Weaken]:
    """Every weakness by name; a module `auth_01` has a table `WEAKNESSES` of its own."""
    return {
        f"{module.name.replace('_', '-')}/{name}": weaken
        for module in iter_modules(__path__)
        for name, weaken in import_module(f"{__name__}.{module.name}").WEAKNESSES.items()
    }
