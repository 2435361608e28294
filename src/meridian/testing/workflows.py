"""Where this repository's workflows are; `meridian.threats.workflows` has the model of how GitHub runs them."""

from pathlib import Path

from meridian.threats.workflows import FOLDER

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = sorted((ROOT / FOLDER).glob("*.yml"))
