"""What the packet says by itself."""

from typing import NamedTuple


class Words(NamedTuple):
    """In one language."""

    title: str
    until: str
    schedule: str
    columns: tuple[str, str, str, str]
    nobody: str
    allergies: str
    problems: str
    medicines: str
    telephone: str
    relatives: str
    dose: str
    none: str
    unknown: str
    nothing: str
    elsewhere: str


CATALOGUES = {
    "en": Words(
        title="Downtime packet",
        until="Made {made}. For use until {end}; destroy it then, and what was written on it goes into the records.",
        schedule="Who comes",
        columns=("When", "Who", "With", "For"),
        nobody="Nobody is booked.",
        allergies="Allergies",
        problems="Problems",
        medicines="Medicines",
        telephone="Telephone",
        relatives="Relatives",
        dose="How it is taken",
        none="None known",
        unknown="Not recorded: ask",
        nothing="None recorded",
        elsewhere="Without a place",
    ),
    "es": Words(
        title="Hoja de contingencia",
        until="Hecha el {made}. Válida hasta {end}; destrúyala después y pase lo anotado a los registros.",
        schedule="Quién viene",
        columns=("Cuándo", "Quién", "Con", "Para"),
        nobody="No hay citas.",
        allergies="Alergias",
        problems="Problemas",
        medicines="Medicamentos",
        telephone="Teléfono",
        relatives="Familiares",
        dose="Cómo se toma",
        none="Ninguna conocida",
        unknown="No consta: pregunte",
        nothing="Nada anotado",
        elsewhere="Sin lugar",
    ),
}
