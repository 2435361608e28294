"""DATA-02, INFRA-03: the tree holds no credential of a known pattern; the same search finds planted ones."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from detect_secrets.core import scan
from detect_secrets.settings import get_plugins, transient_settings

from meridian.testing.workflows import ROOT

KINDS = (
    "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "GitHubTokenDetector", "GitLabTokenDetector",
    "JwtTokenDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector",
    "SendGridDetector", "SlackDetector", "StripeDetector", "TwilioKeyDetector",
)  # fmt: skip
MADE_UP = {
    ("tests/faults/test_hostile.py", "JSON Web Token"): "the token that jwt.io shows, signed by nobody",
    ("tests/medications/partners/test_transport.py", "Basic Auth Credentials"): "an address that has to be refused",
}
BINARY = {".png", ".zst", ".ttf", ".woff2", ".webp", ".webm", ".pdf", ".gz", ".mmdb"}


def tracked() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.suffix not in BINARY and not name.startswith("requirements/") and path.is_file():
            yield path


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with transient_settings({"plugins_used": [{"name": kind} for kind in KINDS]}):
        yield


def found(path: Path) -> set[tuple[str, str]]:
    """What is in a file; the same patterns are first asked of the whole, which is ten times as quick."""
    text = path.read_text(encoding="utf-8")
    if not any(pattern.search(text) for plugin in get_plugins() for pattern in plugin.denylist):
        return set()
    return {(str(path), secret.type) for secret in scan.scan_file(str(path))}


def test_the_tree_holds_no_credential() -> None:
    everywhere = {(str(Path(path).relative_to(ROOT)), kind) for file in tracked() for path, kind in found(file)}

    assert everywhere == set(MADE_UP)


@pytest.mark.parametrize(
    "planted",
    [
        "aws = 'AKIA" + "IOSFODNN7EXAMPLQ'",
        "token = 'ghp_" + "a1B2" * 9 + "'",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "url = 'mysql://meridian:" + "hunter22hunter@db.example/clinic'",
        "slack = 'xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx'",
    ],
)
def test_the_same_search_finds_a_planted_one(planted: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(f"{planted}\n", encoding="ascii")

    assert found(tmp_path / "planted.py")
