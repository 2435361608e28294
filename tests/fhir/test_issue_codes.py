"""Issue codes used anywhere in the standard are HL7's."""

import re
from pathlib import Path

import meridian.fhir
from meridian.fhir import definitions

USED = re.compile(r'(?:\bone|Issue|Finding)\((?:f?"[^"]*", )?\s*"([a-z-]+)",')


def test_every_issue_code_in_the_source_is_published() -> None:
    source = "\n".join(path.read_text() for path in Path(meridian.fhir.__path__[0]).rglob("*.py"))
    used = set(USED.findall(source))

    assert used > {"structure", "value", "required", "invariant", "code-invalid", "duplicate"}
    assert used <= set(definitions._read("issue_types"))
