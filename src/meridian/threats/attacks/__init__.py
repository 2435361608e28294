"""The attacks, a module for each threat; importing this package fills the arsenal."""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)
