"""
`make sbom`: what a release is made of, as CycloneDX, from the locks and nothing else.

Two files in `dist/`: `meridian.cdx.json` for Python, `portal.cdx.json` for the portal. The hashes are those of the
locks, so that a package can be followed from the list to the bytes that were installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bootstrap import PORTAL, ROOT
from parts import npm_command, npm_environment

DIST = ROOT / "dist"


def python() -> dict[str, Any]:
    """The packages of `requirements/run.txt`."""
    program = ROOT / ".venv" / "bin" / "cyclonedx-py"
    words = ("requirements", "--short-PURLs", "--output-reproducible", "--pyproject", "pyproject.toml")
    return _read([str(program), *words, "requirements/run.txt"])


def portal() -> dict[str, Any]:
    """
    The packages of the portal's lock that reach the browser.

    npm's own `--omit=dev` also leaves out what a development package asks for as a peer, React among it.
    """
    bill = _read([*npm_command(), "sbom", "--package-lock-only", "--sbom-format=cyclonedx"], "portal")
    lock = json.loads((PORTAL / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {
        f"{path.rpartition('node_modules/')[2]}@{package['version']}"
        for path, package in lock.items()
        if path and not package.keys() & {"dev", "devOptional"}
    }
    bill["components"] = [part for part in bill["components"] if part["bom-ref"] in shipped]
    bill["dependencies"] = [
        {**part, "dependsOn": [other for other in part.get("dependsOn", []) if other in shipped]}
        for part in bill["dependencies"]
        if part["ref"] in shipped or part["ref"] == bill["metadata"]["component"]["bom-ref"]
    ]
    return bill


def _read(command: list[str], folder: str = ".") -> dict[str, Any]:
    done = subprocess.run(command, cwd=ROOT / folder, env=npm_environment(), stdout=subprocess.PIPE, check=True)  # noqa: S603  # our own
    return without_hosts(json.loads(done.stdout))


def without_hosts(bill: dict[str, Any]) -> dict[str, Any]:
    """The *bill* without addresses of registries: a purl says which package it is, and the hashes which bytes."""
    for part in bill["components"]:
        for reference in part.get("externalReferences", []):
            part.setdefault("hashes", []).extend(reference.get("hashes", []))
        part.pop("externalReferences", None)
        part.pop("description", None)
    return bill


def main() -> int:
    """Write both."""
    DIST.mkdir(exist_ok=True)
    for name, bill in (("meridian", python()), ("portal", portal())):
        path = DIST / f"{name}.cdx.json"
        path.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(bill['components'])} components, CycloneDX {bill['specVersion']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
