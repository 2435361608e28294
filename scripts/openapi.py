"""Write `portal/openapi.json`, the description of `/api` from which the portal's client is generated."""

import json
import sys
from pathlib import Path

from meridian.web.api.application import describe

TARGET = Path(__file__).resolve().parents[1] / "portal" / "openapi.json"


def main() -> int:
    """Write the file; with `--check`, say whether it is what would be written."""
    text = json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        return int(not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: {text.count('operationId')} operations")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
