"""
`make infra`: both editions drawn for AWS, and everything that can be said of the drawing without an account.

Types of `infra/`, then its tests: cdk-nag (HIPAA Security, AWS Solutions), cfn-lint, checkov, every control of the
threat models on the templates, and what each role may do. The environments it needs are made first, if they are not
there. Ends with 1 when anything is amiss.
"""

from __future__ import annotations

import os
import sys

from bootstrap import ROOT, CannotStart, apart, bootstrap, say
from parts import Part, run_parts, summary

PYTHON = str(apart("infra"))
MYPY = (PYTHON, "-m", "mypy", "--config-file", "infra/mypy.ini", "--cache-dir", ".cache/infra/mypy")
PYTEST = (PYTHON, "-m", "pytest", "-c", "infra/pytest.toml", "--rootdir", "infra", "-q", "infra/tests")
PARTS = [Part("types of infra (mypy)", MYPY), Part("infra", PYTEST)]


def main() -> int:
    """Bring along what is needed, then look."""
    try:
        bootstrap("infra")
    except CannotStart as wrong:
        say(f"\nThe drawing cannot be checked. {wrong}\n")
        return 1
    return 0 if summary(run_parts(PARTS)) else 1


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
