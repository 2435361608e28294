"""
The weakened twin: the same server with one control taken out, so that an attack that is refused elsewhere succeeds.

    python -m meridian.testing.twin auth-01/algorithm-from-header serve --data DIR --port 8361

It serves on this machine's own address alone, and only a folder that was made for it (`twin` stands in it).
"""

import sys
from pathlib import Path

from meridian.testing.weaknesses import all_of_them

MARK = "twin"


class NotATwin(Exception):
    """The folder was not made for a twin; nothing was started."""


def weaken(name: str, data: Path) -> None:
    """
    Take a control out of this process.

    Raises:
        NotATwin: If *data* was not made for a twin, or there is no such weakness.
    """
    if not (data / MARK).is_file():
        raise NotATwin(f"{data} was not made for a twin")
    if name not in all_of_them():
        raise NotATwin(f"There is no weakness {name}")
    all_of_them()[name]()


def main(words: list[str]) -> None:
    """Weaken this process, and be `meridian` from then on."""
    name, *command = words
    if "--host" in command:
        raise NotATwin("A twin serves on this machine's own address")
    weaken(name, Path(command[command.index("--data") + 1]))
    from meridian.cli import main as meridian  # noqa: PLC0415  # after the control is out

    sys.argv = ["meridian", *command]
    meridian()


if __name__ == "__main__":
    main(sys.argv[1:])
