"""The words of the printed medicines list by language; names and dose lines stay as the prescriber wrote them."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Catalogue(NamedTuple):
    """
    The words of one language.

    Args:
        title: Of the document.
        printed: `Printed {day} UTC`.
        born: `born {day}`.
        genders: Words for `Patient.gender`; one that is not listed is printed as it is.
        columns: Of the table.
        caption: What the table shows.
        none: Said where there are no medicines.
        told: Beside a medicine that the patient told of.
        allergies: A label.
        not_asked: Said where nobody asked for allergies.
        none_known: What codes of SNOMED CT say that there are none; one that is not listed is printed as recorded.
        gone_through: Label of the day on which the list was gone through with the patient.
    """

    title: str
    printed: str
    born: str
    genders: Mapping[str, str]
    columns: tuple[str, str, str]
    caption: str
    none: str
    told: str
    allergies: str
    not_asked: str
    none_known: Mapping[str, str]
    gone_through: str


_ENGLISH: Final = Catalogue(
    title="Medicines",
    printed="Printed {day} UTC",
    born="born {day}",
    genders={},
    columns=("Medicine", "How it is taken", "Since"),
    caption="Medicines that are taken",
    none="No current medicines are recorded.",
    told="told by the patient",
    allergies="Allergies",
    not_asked="Not asked yet",
    none_known={},
    gone_through="Gone through with the patient",
)

_SPANISH: Final = Catalogue(
    title="Medicamentos",
    printed="Impreso: {day} UTC",
    born="nac. {day}",
    genders={"female": "femenino", "male": "masculino", "other": "otro", "unknown": "desconocido"},
    columns=("Medicamento", "Cómo se toma", "Desde"),
    caption="Medicamentos que se toman",
    none="No hay medicamentos actuales registrados.",
    told="según el paciente",
    allergies="Alergias",
    not_asked="Aún no se preguntó",
    none_known={"716186003": "Sin alergias conocidas", "409137002": "Sin alergias conocidas a medicamentos"},
    gone_through="Revisado con el paciente",
)

CATALOGUES: Final[Mapping[str, Catalogue]] = {"en": _ENGLISH, "es": _SPANISH}
