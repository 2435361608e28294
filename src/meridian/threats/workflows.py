"""
A model of how GitHub runs a step, and rules that a workflow keeps (INFRA-03).

An expression `${{ … }}` is replaced by text before the shell sees the script, whatever that text is; that is the whole
of workflow injection. Steps are run in an empty folder by a shell that finds no program but `touch`, so that nothing
but the shell's reading of the script is tried.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(".github") / "workflows"
CANARY = "poisoned"
POISONS = (
    f'"; touch {CANARY}; echo "',
    f"'; touch {CANARY}; echo '",
    f"$(touch {CANARY})",
    f"`touch {CANARY}`",
    f"a\ntouch {CANARY}\n",
    f"v1.2.3|touch${{IFS}}{CANARY}",
    f"x && touch {CANARY} #",
    f"-o/dev/null;touch {CANARY}",
)
CHOSEN = (
    "github.event.pull_request.title", "github.event.pull_request.body", "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label", "github.event.head_commit.message", "github.event.head_commit.author.name",
    "github.event.comment.body", "github.head_ref", "github.ref", "github.ref_name", "inputs.release", "inputs.edition",
    "inputs.meridian", "inputs.proxy", "inputs.scanner",
)  # fmt: skip
"""Contexts whose value somebody else chooses (docs.github.com, "Understanding the risk of script injections")."""
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
STRANGERS = frozenset({"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion_comment", "fork"})
"""Triggers that work with what a stranger brings and with our rights at once."""
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_LONGEST = 10
"""Seconds that a step may take."""
_NOT_FOUND = "command_not_found_handle() { return 0; }\n"
"""bash asks this function about programs that it does not find: all of them end well."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that runs a script, with where it stands."""

    workflow: str
    job: str
    no: int
    script: str
    environment: Mapping[str, str]


def parsed(text: str) -> dict[str, Any]:
    """A workflow; `on`, which YAML 1.1 takes for a truth value, is under its name."""
    import yaml  # noqa: PLC0415  # only who looks at workflows needs it

    table: dict[Any, Any] = yaml.safe_load(text)
    return {("on" if key is True else str(key)): value for key, value in table.items()}


def read(path: Path) -> dict[str, Any]:
    """The workflow in a file."""
    return parsed(path.read_text(encoding="utf-8"))


def jobs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The jobs of a workflow by name."""
    yield from read(path)["jobs"].items()


def scripts(path: Path) -> Iterator[Step]:
    """Every step of a workflow that runs a script."""
    yield from steps(path.name, read(path))


def steps(name: str, workflow: Mapping[str, Any]) -> Iterator[Step]:
    """Every step of the *workflow* of that *name* that runs a script."""
    for job_name, job in workflow["jobs"].items():
        for no, step in enumerate(job["steps"], 1):
            if "run" in step:
                yield Step(name, job_name, no, step["run"], step.get("env", {}))


def expanded(text: str, context: Mapping[str, str]) -> str:
    """*text* as GitHub hands it to the shell."""
    return _EXPRESSION.sub(lambda found: context.get(found[1], ""), text)


def harmed(step: Step, poison: str, folder: Path) -> bool:
    """Whether a *step* runs what a stranger wrote wherever strangers may write; in an empty *folder*."""
    run(step, dict.fromkeys(CHOSEN, poison), folder)
    return (folder / CANARY).exists()


def run(step: Step, context: Mapping[str, str], folder: Path) -> None:
    """Run a step's script in *folder*, with every variable that GitHub sets from what a stranger chose."""
    programs, ready = folder / "programs", folder / "ready"
    programs.mkdir(exist_ok=True)
    if not (programs / "touch").exists():
        (programs / "touch").symlink_to(shutil.which("touch") or "/bin/touch")
    ready.write_text(_NOT_FOUND, encoding="ascii")
    environment = {name: expanded(str(value), context) for name, value in step.environment.items()}
    given = {name.replace("github.", "GITHUB_").upper(): value for name, value in context.items() if _plain(name)}
    subprocess.run(  # noqa: S603  # a workflow's script, where there are no programs
        ["/bin/bash", "--noprofile", "--norc", "-o", "pipefail", "-c", expanded(step.script, context)],
        cwd=folder,
        env={"PATH": str(programs), "BASH_ENV": str(ready), **given, **environment},
        capture_output=True,
        check=False,
        timeout=_LONGEST,
    )


def _plain(name: str) -> bool:
    return re.fullmatch(r"github\.[a-z_]+", name) is not None


# --- rules -------------------------------------------------------------------------------------------------------


def uses(workflow: Mapping[str, Any]) -> Iterator[str]:
    """Every action of a workflow, and every workflow that it calls."""
    for job in workflow["jobs"].values():
        yield from [job["uses"]] if "uses" in job else []
        yield from (step["uses"] for step in job.get("steps", []) if "uses" in step)


def unpinned(workflow: Mapping[str, Any]) -> list[str]:
    """Actions that somebody else may change after they were looked at."""
    return [one for one in uses(workflow) if not one.startswith("./") and not PINNED.fullmatch(one)]


def pasted(workflow: Mapping[str, Any]) -> list[str]:
    """Expressions within scripts: whatever they hold, it becomes part of the script."""
    return [found[0] for step in steps("", workflow) for found in _EXPRESSION.finditer(step.script)]


def generous(workflow: Mapping[str, Any]) -> list[str]:
    """Rights for a whole workflow, jobs that do not say theirs, and all rights at once."""
    wrong = [] if workflow.get("permissions") == {} else ["a whole workflow has rights"]
    return wrong + [f"{name}: no list" for name, job in workflow["jobs"].items() if not _is_listed(job)]


def _is_listed(job: Mapping[str, Any]) -> bool:
    return isinstance(job.get("permissions"), dict)


def open_to_strangers(workflow: Mapping[str, Any]) -> list[str]:
    """Triggers that give what a stranger brings our rights."""
    triggers = workflow["on"]
    return sorted(STRANGERS & ({triggers} if isinstance(triggers, str) else set(triggers)))


def trusting(workflow: Mapping[str, Any]) -> list[str]:
    """Jobs that run a pull request's code with more than reading, a secret, or on a machine of ours."""
    if "pull_request" not in workflow["on"]:
        return []
    return [
        name
        for name, job in workflow["jobs"].items()
        if job.get("permissions") != {"contents": "read"}
        or "environment" in job
        or "self-hosted" in str(job["runs-on"])
        or "secrets." in str(job)
    ]


def unapproved(workflow: Mapping[str, Any]) -> list[str]:
    """Jobs that write, or take on a role of AWS, without waiting for a person; and those that keep a key instead."""
    return [
        name
        for name, job in workflow["jobs"].items()
        if ("environment" not in job and (_writes(job) or "configure-aws-credentials" in str(job)))
        or "aws-access-key-id" in str(job)
    ]


def _writes(job: Mapping[str, Any]) -> bool:
    rights = job.get("permissions", {})
    return isinstance(rights, dict) and bool(
        {right for right, level in rights.items() if level == "write"} - {"id-token", "attestations"}
    )


def cached(workflow: Mapping[str, Any]) -> list[str]:
    """Steps that restore a cache, which a pull request may have filled."""
    return [
        step["uses"]
        for job in workflow["jobs"].values()
        for step in job.get("steps", [])
        if re.search(r"actions/(cache|setup-)", step.get("uses", ""))
        or any("cache" in key for key in step.get("with", {}))
    ]


def left_behind(workflow: Mapping[str, Any]) -> list[str]:
    """Checkouts that leave a token where the next step finds it."""
    return [
        name
        for name, job in workflow["jobs"].items()
        for step in job.get("steps", [])
        if "actions/checkout@" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False
    ]


Rule = Callable[[Mapping[str, Any]], list[str]]
BAD = """
on: [pull_request, pull_request_target]
permissions: write-all
jobs:
  bad:
    runs-on: self-hosted
    permissions: {contents: write}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: {aws-access-key-id: "${{ secrets.KEY }}"}
      - run: echo "${{ github.event.pull_request.title }}"
"""
"""A workflow that keeps no rule at all: each is tried on it first."""
RULES: Mapping[str, tuple[str, Rule]] = {
    "unpinned": ("An action is whatever its owner makes of a tag tomorrow", unpinned),
    "pasted": ("What a stranger chose is pasted into a script", pasted),
    "rights": ("A job has rights that it does not name", generous),
    "trigger": ("A stranger's pull request is run with the repository's rights", open_to_strangers),
    "trust": ("A pull request's code finds a secret, or more than it may read", trusting),
    "approval": ("Something is written or deployed without a person's approval", unapproved),
    "cache": ("A pull request fills a cache that a release restores", cached),
    "token": ("A checkout leaves a token for the steps after it", left_behind),
}
"""Name → what goes wrong without it, and the rule: what a workflow does that it should not."""
