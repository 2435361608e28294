"""
INFRA-03: a malicious pull request against the workflows of a checkout (CWE-94, CWE-829).

Its title, branch, tag and body are put through every script by the model of what GitHub does to a step; what a workflow
must not do besides is asked of each; and the role that deploys is asked who may take it.
"""

import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from meridian.threats import workflows
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.attacks.infra_01 import editions
from meridian.threats.iam import Request, allowed
from meridian.threats.templates import Templates
from meridian.threats.workflows import POISONS, RULES, Rule, Step, harmed, parsed, steps

THREAT = "INFRA-03"
_REPOSITORY = re.compile(r"repo:([\w.-]+/[\w.-]+)")
ISSUER = "token.actions.githubusercontent.com"
PASTES = Step("made", "bad", 1, 'echo "${{ github.event.pull_request.title }}"', {})
"""A step that is known to run what a title says."""

attack = ARSENAL.attack


def all_of_them(attacker: Attacker) -> dict[str, dict[str, Any]]:
    """
    The workflows of the checkout, by file.

    Raises:
        NotRun: If there are none, or nothing reads them here.
    """
    folder = (attacker.source or Path("/nowhere")) / workflows.FOLDER
    found = sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
    if not found:
        raise NotRun("there is no checkout with workflows at hand: --source says where")
    try:
        return {path.name: workflows.read(path) for path in found}
    except ImportError as missing:
        raise NotRun("PyYAML, which reads workflows, is not installed") from missing


def broken(rule: Rule) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that looks for a workflow which does not keep a *rule*."""

    async def run(attacker: Attacker) -> str | None:
        found = all_of_them(attacker)
        if not rule(parsed(workflows.BAD)):
            raise NotRun("a workflow that keeps no rule at all is not noticed")
        for name, workflow in found.items():
            wrong = rule(workflow)
            attacker.keep(Exchange(name, f"{wrong}"))
            if wrong:
                return f"{name}: {wrong[0]}"
        return None

    return run


for name, (title, rule) in RULES.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, broken(rule)))


@attack(THREAT, "poison", "A pull request's title, branch or tag, or what a release is asked for by, becomes a command")
async def poison(attacker: Attacker) -> str | None:
    """Every step's script with every poison in every place that a stranger fills."""
    found = all_of_them(attacker)
    with TemporaryDirectory() as folder:
        if not _any_harms(PASTES, Path(folder) / "made"):
            raise NotRun("a step that runs a title is not noticed")
        scripts = [step for name, workflow in found.items() for step in steps(name, workflow)]
        for no, step in enumerate(scripts):
            taken = _any_harms(step, Path(folder) / str(no))
            attacker.keep(Exchange(f"{step.workflow}: {step.job}, step {step.no}", taken or "nothing was run"))
            if taken:
                return f"{step.workflow}: {step.job}, step {step.no} ran {taken!r}"
    return None


def _any_harms(step: Step, folder: Path) -> str:
    folder.mkdir()
    return next((one for one in POISONS if harmed(step, one, folder)), "")


@attack(THREAT, "release", "A poisoned tag or digest passes for a release's")
async def release(attacker: Attacker) -> str | None:
    """By the script that workflows ask before they do anything with either."""
    script = (attacker.source or Path("/nowhere")) / "scripts" / "release.py"
    if not script.is_file():
        raise NotRun("there is no checkout with scripts/release.py at hand: --source says where")
    good = "sha256:" + "0" * 64
    if _passes(script, "digests", good) is False:
        raise NotRun("an honest digest is refused too")
    for word in (*POISONS[:5], "../v1.2.3", "main", ""):
        for question in ("check", "digests"):
            if _passes(script, question, word):
                return f"{word!r} passes `{question}`"
            attacker.keep(Exchange(f"release.py {question} {word!r}", "refused"))
    return None


def _passes(script: Path, *words: str) -> bool:
    command = [sys.executable, "-I", str(script), *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0  # noqa: S603  # as the workflow does


@attack(THREAT, "role", "A fork, a branch, a tag or another repository takes the role that deploys")
async def role(attacker: Attacker) -> str | None:
    """By the role's trust, for every subject that GitHub's tokens can have."""
    for templates in editions(attacker):
        trust = deploying(templates)
        repository = deployed_by(trust)
        if not _takes(trust, f"repo:{repository}:environment:production"):
            raise NotRun("the approved environment does not deploy either")
        for wrong, audience in strangers(repository):
            attacker.keep(Exchange(wrong, "refused"))
            if _takes(trust, wrong, audience):
                return f"{wrong!r} for {audience} deploys {templates.place.edition}"
    return None


def strangers(repository: str) -> list[tuple[str, str]]:
    """Subjects and audiences of tokens that GitHub gives to whoever is not meant."""
    subjects = (
        f"repo:{repository}:pull_request", f"repo:{repository}:ref:refs/heads/main",
        f"repo:{repository}:ref:refs/tags/v1.2.3", f"repo:{repository}:environment:staging",
        f"repo:{repository}:environment:production2", f"repo:{repository}:environment:*",
        f"repo:{repository}-fork:environment:production", f"repo:stranger/{repository}:environment:production",
        "repo:stranger/meridian:environment:production", "",
    )  # fmt: skip
    approved = f"repo:{repository}:environment:production"
    return [(one, "sts.amazonaws.com") for one in subjects] + [(approved, "https://example.com")]


def deploying(templates: Templates) -> list[dict[str, Any]]:
    """
    The trust of the role that GitHub's tokens take.

    Raises:
        NotRun: If there is none.
    """
    for one in templates.every("AWS::IAM::Role"):
        trust: list[dict[str, Any]] = one.properties["AssumeRolePolicyDocument"]["Statement"]
        if any("AssumeRoleWithWebIdentity" in str(statement["Action"]) for statement in trust):
            return trust
    raise NotRun("no role is taken by tokens of GitHub's")


def deployed_by(trust: list[dict[str, Any]]) -> str:
    """The repository that the *trust* names; any, if it names none."""
    for statement in trust:
        for said in statement.get("Condition", {}).values():
            if found := _REPOSITORY.match(str(said.get(f"{ISSUER}:sub", ""))):
                return found[1]
    return "example/meridian"


def _takes(trust: list[dict[str, Any]], subject: str, audience: str = "sts.amazonaws.com") -> bool:
    context = {f"{ISSUER}:aud": audience, f"{ISSUER}:sub": subject}
    who = str(trust[0]["Principal"].get("Federated", "*"))
    return allowed(trust, Request("sts:AssumeRoleWithWebIdentity", "*", context, who))
