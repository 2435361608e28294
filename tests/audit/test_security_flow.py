import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_file_that_the_way_of_a_request_names_is_there() -> None:
    text = (ROOT / "docs" / "security-flow.md").read_text()

    named = re.findall(r"`([a-z_/]+(?:\.py|/))`", text)

    assert len(named) > 30
    assert [name for name in named if not (ROOT / "src" / "meridian" / name).exists()] == ["src/meridian/"]
