"""INFRA-03: workflows as examples have them."""

from pathlib import Path

from meridian.testing.trees import replace

CI = ".github/workflows/ci.yml"
DEPLOY = ".github/workflows/deploy.yml"
RELEASE = ".github/workflows/release.yml"


def pasted_title(source: Path) -> None:
    """A title is said to whoever reads the log."""
    replace(source / CI, "- run: sudo CI=true .ci/run", '- run: echo "${{ github.event.pull_request.title }}"')


def evaluated_branch(source: Path) -> None:
    """No expression in the script, and the branch's name is run all the same."""
    replace(source / CI, "- run: sudo CI=true .ci/run", '- run: eval "echo $GITHUB_HEAD_REF"')


def tag_of_an_action(source: Path) -> None:
    """An action by its tag."""
    replace(source / CI, "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7")


def strangers_with_rights(source: Path) -> None:
    """The trigger that runs with the repository's rights."""
    replace(source / CI, "  pull_request:", "  pull_request_target:")


def unapproved_deployment(source: Path) -> None:
    """Nobody is asked before it is deployed."""
    replace(source / DEPLOY, "    environment: production\n", "")


def restored_cache(source: Path) -> None:
    """A release is made with what a pull request left."""
    replace(source / RELEASE, "uses: actions/upload-artifact@", "uses: actions/cache@")


def any_tag(source: Path) -> None:
    """Whatever begins like a version is one."""
    replace(source / "scripts/release.py", "TAG.fullmatch(tag)", "TAG.match('v0.1.0')")


def any_branch_deploys(infra: Path) -> None:
    """The role that deploys asks for the repository only."""
    foundation = infra / "careconnect360-foundation.template.json"
    replace(foundation, "StringEquals", "StringLike")
    replace(foundation, ":environment:production", ":*")


CHECKOUTS = {
    "pasted-title": pasted_title,
    "evaluated-branch": evaluated_branch,
    "tag-of-an-action": tag_of_an_action,
    "strangers-with-rights": strangers_with_rights,
    "unapproved-deployment": unapproved_deployment,
    "restored-cache": restored_cache,
    "any-tag": any_tag,
}
TEMPLATES = {"any-branch-deploys": any_branch_deploys}
