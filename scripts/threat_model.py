"""
Write `docs/threat-model*` from the register, or (`--check`) say whether what is there is of it.

Whatever the register names must be there: a control, a test or an attack that is not stops this.
"""

from __future__ import annotations

import sys

from bootstrap import ROOT

from meridian.threats import attacks, model  # noqa: F401  # importing the first fills the arsenal
from meridian.threats.attack import ARSENAL
from meridian.threats.register import load, unresolved, untried


def amiss() -> list[str]:
    """What the register names and is not there."""
    names = {one.name for one in ARSENAL.all()}
    threats = load().threats.values()
    carried = {(one.id, name) for one in threats for kept in one.mitigations for name in kept.by}
    carried |= {(one.id, name) for one in threats for name in one.controls}
    return [f"{id_}: {name} is not there" for id_, name in sorted(carried) if unresolved([name], ROOT)] + [
        f"{one.id}: no attack is named {name}" for one in threats for name in untried(one, names)
    ]


def main() -> int:
    """1 when something is amiss or, asked to check, not current."""
    wrong = amiss()
    for name, text in model.files().items():
        path = ROOT / model.FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path.relative_to(ROOT)} is not of the register as it is: .venv/bin/python {sys.argv[0]}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
