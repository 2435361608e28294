"""
The threat model as documents: Markdown for each edition, and two exchange formats.

All is made from the register and nothing is written by hand; `scripts/threat_model.py` writes it to `docs`.
"""

import json
from pathlib import PurePath

from meridian.settings import EDITIONS
from meridian.threats.model import index, otm, paper, vex

FOLDER = PurePath("docs")


def files() -> dict[str, str]:
    """Every file of `docs` by its name, with its text."""
    papers = {f"threat-model-{edition}.md": paper.write(edition) for edition in EDITIONS}
    exports = {"threat-model.otm.json": otm.model(), "threat-model.vex.json": vex.model()}
    return {
        "threat-model.md": index.write(),
        **papers,
        **{name: json.dumps(said, indent=1, ensure_ascii=False) + "\n" for name, said in exports.items()},
    }
