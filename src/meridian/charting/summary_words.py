"""The words of the visit summary by language; what people wrote in the visit stays as they wrote it."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Catalogue(NamedTuple):
    """
    The words of one language.

    Args:
        title: Of the document.
        draft: Watermark while the note is not signed.
        printed: `Printed {when}`.
        born: `born {day}`.
        when: A label, as are *whom* and *why*.
        agreed: Heading over the plan.
        measured: Heading over the table of *columns*.
        pressure: Name of the blood pressure.
        over: Stands between its two values.
        signs: Names of the other signs by LOINC code; one that is not listed has the name it is taken under.
        units: Units that are words.
        lists: Headings by type of resource.
        allergies: Heading over them.
        not_asked: Said where nobody asked for allergies.
        no_allergies: Said where there are none.
        coming: Heading over the appointments to come.
        note: What the clinician has signed.
    """

    title: str
    draft: str
    printed: str
    born: str
    when: str
    whom: str
    why: str
    agreed: str
    measured: str
    columns: tuple[str, str]
    pressure: str
    over: str
    signs: Mapping[str, str]
    units: Mapping[str, str]
    lists: Mapping[str, str]
    allergies: str
    not_asked: str
    no_allergies: str
    coming: str
    note: str


_ENGLISH: Final = Catalogue(
    title="Summary of your visit",
    draft="DRAFT, note not signed",
    printed="Printed {when}",
    born="born {day}",
    when="When",
    whom="Whom you saw",
    why="Why",
    agreed="What we agreed",
    measured="What we measured",
    columns=("Measured", "Value"),
    pressure="Blood pressure",
    over=" over ",
    signs={},
    units={},
    lists={
        "Condition": "What it is about",
        "MedicationRequest": "Medicines prescribed",
        "Immunization": "Vaccines you had",
        "Procedure": "What was done",
        "ServiceRequest": "Tests and visits we asked for",
    },
    allergies="Your allergies",
    not_asked="We have not asked you about allergies yet. Please tell us if you have any.",
    no_allergies="You told us that you have no allergies that you know of.",
    coming="Your next appointments",
    note="Note of this visit",
)

_SPANISH: Final = Catalogue(
    title="Resumen de su visita",
    draft="BORRADOR, nota sin firmar",
    printed="Impreso: {when}",
    born="nac. {day}",
    when="Cuándo",
    whom="Quién le atendió",
    why="Por qué",
    agreed="Lo que acordamos",
    measured="Lo que medimos",
    columns=("Medición", "Valor"),
    pressure="Presión arterial",
    over=" sobre ",
    signs={
        "8867-4": "Frecuencia cardíaca",
        "9279-1": "Frecuencia respiratoria",
        "8310-5": "Temperatura",
        "59408-5": "Saturación de oxígeno",
        "29463-7": "Peso",
        "8302-2": "Estatura",
        "9843-4": "Perímetro cefálico",
        "72514-3": "Dolor, de 0 a 10",
        "39156-5": "Índice de masa corporal",
    },
    units={"per minute": "por minuto", "of 10": "de 10"},
    lists={
        "Condition": "De qué se trata",
        "MedicationRequest": "Medicamentos recetados",
        "Immunization": "Vacunas que recibió",
        "Procedure": "Lo que se hizo",
        "ServiceRequest": "Pruebas y visitas que pedimos",
    },
    allergies="Sus alergias",
    not_asked="Aún no le hemos preguntado por sus alergias. Si tiene alguna, díganoslo, por favor.",
    no_allergies="Usted nos dijo que no tiene alergias conocidas.",
    coming="Sus próximas citas",
    note="Nota de esta visita",
)

CATALOGUES: Final[Mapping[str, Catalogue]] = {"en": _ENGLISH, "es": _SPANISH}
