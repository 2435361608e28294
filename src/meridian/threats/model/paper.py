"""The threat model of one edition, in the order of the document that it answers."""

from meridian.threats import documents
from meridian.threats.model.diagram import mermaid
from meridian.threats.model.summary import DIFFERENCE, summary
from meridian.threats.model.table import table
from meridian.threats.register import REASONS, Mitigation, Threat, load

MADE = "<!-- Made by scripts/threat_model.py from src/meridian/threats; do not edit. -->"


def write(edition: str) -> str:
    """All of it, as Markdown."""
    sections = (_top, _diagram, _assets, _method, _register, _mitigations, _hipaa, _summary, _left)
    return "\n\n".join([MADE, *(section(edition) for section in sections)]) + "\n"


def _top(edition: str) -> str:
    said = documents.load().editions[edition]
    rows = (
        ("Portal", said.origin),
        ("Medication-safety partner", f"{said.partner} (`{said.partner_host}`)"),
        ("Its key", f"`{said.partner_secret}`"),
        ("Bucket of documents", f"`{said.bucket}`"),
        ("Relay", f"`{said.turn}`"),
    )
    text = (
        "The threats of the document of 19 December 2025, each with what stands against it now, and five of the same"
        " kind that it implies.\n"
        f"`meridian verify --edition {edition}` attacks a running deployment with every attack named here;"
        " `meridian verify --prove` shows that each can succeed where its control is missing."
    )
    return f"# {said.title}: threat model\n\n{text}\n\n{table(('What', 'Name'), rows)}"


def _diagram(edition: str) -> str:
    return f"""## Architecture and trust boundaries

The document's own diagram, with what stands in each place now and which threats it is under.
The supply chain and the audit log are added.

```mermaid
{mermaid(edition)}
```"""


def _assets(_: str) -> str:
    rows = [(one.name, one.description, one.classification, one.owner, one.stored) for one in load().assets.values()]
    return f"## Assets\n\n{table(('Asset', 'Description', 'Classification', 'Owner', 'Stored'), rows)}"


def _method(_: str) -> str:
    reasons = "\n".join(f"- {text};" for text in REASONS.values()).rstrip(";") + "."
    text = (
        "Likelihood and impact are each the mean of OWASP's eight factors, from 0 to 9: below 3 is low, below 6 medium,"
        " else high.\n"
        "What comes out High or Critical in OWASP's table is *High* here, everything else *Medium*.\n"
        "A High risk has at least one of these reasons:"
    )
    return f"## How risks are rated\n\n{text}\n\n{reasons}"


def _register(edition: str) -> str:
    head = ("Id", "Category", "Threat", "Component", "Risk", "Likelihood, impact", "Then", "Now")
    rows = [_row(one, edition) for one in load().threats.values() if not one.implied]
    more = [_row(one, edition) for one in load().threats.values() if one.implied]
    return f"""## Register

{table(head, rows)}

### Implied

Of the same kind, and not in the document.

{table(head, more)}"""


def _row(threat: Threat, edition: str) -> tuple[str, ...]:
    words = threat.words(edition)
    score = f"{threat.likelihood.mean:.1f}, {threat.impact.mean:.1f} ({threat.severity})"
    then = "" if threat.implied else threat.found
    return threat.id, words.category, words.threat, words.component, threat.risk, score, then, threat.status


def _mitigations(edition: str) -> str:
    return "\n\n".join(["## Mitigations", _whose(edition), *(_threat(one, edition) for one in load().threats.values())])


def _whose(edition: str) -> str:
    other = next(one for name, one in documents.load().editions.items() if name != edition)
    return (
        f"What either document recommends; what only the one of {other.title} does is marked †, what is nobody's but"
        " ours ‡.\nEach is carried by modules or tests that the build looks up: one that is gone fails it."
    )


def _threat(threat: Threat, edition: str) -> str:
    words = threat.words(edition)
    lines = [
        f"- {one.text}{_mark(one, edition)}: {', '.join(f'`{name}`' for name in one.by)}" for one in threat.mitigations
    ]
    attacks = ", ".join(f"`{name}`" for name in threat.attacks)
    references = ", ".join((*threat.cwe, *threat.owasp, *(f"ASVS {name}" for name in threat.asvs)))
    return "\n".join(
        [
            f"### {threat.id}: {words.threat}\n",
            *lines,
            f"\nThreatens {', '.join(threat.assets)}. Attacks: {attacks}.",
            f"45 CFR {', '.join(threat.hipaa)}. {references}.",
        ]
    )


def _mark(one: Mitigation, edition: str) -> str:
    if not one.of:
        return " ‡"
    return "" if edition in one.of else " †"


def _hipaa(_: str) -> str:
    said = documents.load()
    rows = [
        (one.requirement, one.section, one.state, one.gap, one.now, ", ".join(f"`{name}`" for name in one.by))
        for one in said.requirements
    ]
    actions = [(one.when, one.what, one.now, ", ".join(f"`{name}`" for name in one.by)) for one in said.actions]
    return f"""## Security Rule

The document's mapping to 45 CFR, row by row, with what closed the gap.

{table(("Requirement", "45 CFR", "Then", "Gap", "Now", "Carried by"), rows)}

Its dated actions:

{table(("When", "Action", "Now", "Carried by"), actions)}"""


def _summary(_: str) -> str:
    return f"## Risk summary\n\n{summary(load().threats.values())}\n\n{DIFFERENCE}"


def _left(_: str) -> str:
    rows = [(one.id, one.left) for one in load().threats.values()]
    return f"## What is left\n\nWhat remains a risk when every control works.\n\n{table(('Id', 'Remains'), rows)}"
