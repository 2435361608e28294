"""The documents' diagram as Mermaid: zones of trust, what stands in them now, and what threatens it."""

from meridian.threats import documents
from meridian.threats.documents import Part


def mermaid(edition: str) -> str:
    """The diagram of one edition."""
    said = documents.load()
    partner = said.editions[edition].partner
    lines = ["flowchart TB"]
    for zone in said.zones:
        lines.append(f'    subgraph {zone.id}["{zone.name}"]')
        lines += [f"        {_part(part, partner)}" for part in said.parts if part.zone == zone.id]
        lines.append("    end")
    lines += [f"    {source} --> {sink}" for source, sink in said.flows]
    return "\n".join(lines)


def _part(part: Part, partner: str) -> str:
    label = "<br/>".join(filter(None, (part.name.format(partner=partner), part.ours, " ".join(part.threats))))
    return f'{part.id}[("{label}")]' if part.store else f'{part.id}["{label}"]'
