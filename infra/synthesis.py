"""
Both editions drawn at once, with cdk-nag's rules for HIPAA and AWS Solutions; what they find is read, not raised.

    PYTHONPATH=src .cache/infra/bin/python -m infra.synthesis FOLDER    for `meridian verify --infra FOLDER`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks

from infra import ROOT
from infra.acknowledged import Finding
from infra.drawing import Drawing
from infra.environment import EDITIONS, load
from infra.stacks import build

REPORT = "validation-report.json"


def synthesise(folder: Path) -> dict[str, tuple[Drawing, list[Finding]]]:
    """
    Draw both editions into *folder*; for each its templates and what was found.

    The functions' code is the plain folder `functions/`: what is checked is what surrounds it.
    """
    context = json.loads((ROOT / "infra" / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = cdk.App(outdir=str(folder), context=context)
    environments = [load(edition) for edition in EDITIONS]
    for environment in environments:
        build(app, environment, ROOT / "functions")
    Validations.of(app).add_plugins(HIPAASecurityChecks(app), AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as wrong:
        if "ValidationFailed" not in str(wrong):
            raise
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return {each.edition: (Drawing(folder, each), _found(report, each.edition)) for each in environments}


def _found(report: dict[str, Any], edition: str) -> list[Finding]:
    return [
        Finding("validate" if plugin["pluginName"] == "CloudFormation Validate" else "nag", rule["ruleName"], path)
        for plugin in report["pluginReports"]
        for rule in plugin["violations"]
        for where in rule["violatingConstructs"]
        for path in [where["constructPath"].removeprefix(f"{edition}-")]
        if where["constructPath"].startswith(f"{edition}-")
    ]


if __name__ == "__main__":
    synthesise(Path(sys.argv[1]))
