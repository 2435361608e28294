"""
Both editions, as `cdk` is to deploy them: `python -m infra.app`, which is what `cdk.json` says.

`-c edition=meridian-pms` draws one of them; `-c package=DIR` says where the functions' code lies, packed for Lambda.
"""

from __future__ import annotations

import sys
from pathlib import Path

import aws_cdk as cdk

from infra import ROOT
from infra.environment import EDITIONS, BadEnvironment, load
from infra.stacks import build


def main() -> int:
    """Synthesise; 1 when there is no code of the functions, or an environment is not good."""
    app = cdk.App()
    package = Path(app.node.try_get_context("package") or ROOT / "dist" / "functions")
    if not package.is_dir():
        print(
            f"There is no code of the functions at {package}: docs/deploy-aws.md says how it is packed", file=sys.stderr
        )
        return 1
    chosen = app.node.try_get_context("edition")
    try:
        for edition in [chosen] if chosen else EDITIONS:
            build(app, load(edition), package)
    except BadEnvironment as wrong:
        print(wrong, file=sys.stderr)
        return 1
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
