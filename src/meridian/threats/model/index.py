"""The page that leads to the others."""

from meridian.threats import documents
from meridian.threats.model.paper import MADE
from meridian.threats.model.summary import DIFFERENCE, summary
from meridian.threats.model.table import table
from meridian.threats.register import load

EXPORTS = (
    (
        "[threat-model.otm.json](threat-model.otm.json)",
        "Open Threat Model 0.2.0: zones, components, flows, assets, threats, mitigations",
    ),
    (
        "[threat-model.vex.json](threat-model.vex.json)",
        "CycloneDX 1.6: each threat as a vulnerability with its analysis, as VEX",
    ),
)
LAST = (
    "`scripts/threat_model.py` makes these pages from `src/meridian/threats/*.toml`; [verify.md](verify.md) says how"
    " the attacks are run.\n"
    "A control, a test or an attack that is named and not there fails the build, and so does a page that is not of the"
    " register as it is."
)


def write() -> str:
    """All of it, as Markdown."""
    editions = [
        (f"[{one.title}](threat-model-{name}.md)", one.partner) for name, one in documents.load().editions.items()
    ]
    threats = [
        (one.id, one.category, one.component, one.risk, one.status, ", ".join(f"`{name}`" for name in one.attacks))
        for one in load().threats.values()
    ]
    return (
        "\n\n".join(
            [
                MADE,
                "# Threat model",
                "One register answers two documents, whose threats are the same and whose names and partners differ.",
                table(("Edition", "Medication-safety partner"), editions),
                table(("For programs", "Format"), EXPORTS),
                table(("Id", "Category", "Component", "Risk", "Status", "Attacks"), threats),
                summary(load().threats.values()),
                DIFFERENCE,
                LAST,
            ]
        )
        + "\n"
    )
