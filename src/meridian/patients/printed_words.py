"""The words of the printed record by language; what people wrote into the record stays as they wrote it."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Table(NamedTuple):
    """
    What a table says by itself.

    Args:
        title: Its heading.
        columns: Names of its columns.
        empty: What it says where there is nothing.
        states: Codes of the standard as people say them here; one that is not listed is printed as it is.
    """

    title: str
    columns: tuple[str, ...]
    empty: str
    states: Mapping[str, str] = {}

    def state(self, code: str) -> str:
        """A code of the standard, in words."""
        return self.states.get(code.lower(), code)


class Catalogue(NamedTuple):
    """
    The words of one language.

    Args:
        title: Of the document.
        you: Heading over who it is about.
        name: A label, as are *birth*, *sex* and *address*.
        born: `born {day}`.
        contact: Label of a ContactPoint whose system is not among *contacts*.
        contacts: Labels of ContactPoints by system.
        genders: Words for `Patient.gender`.
        between: Joins the ends of a range.
        older: How many of a long list are not printed, `{count}`.
        tables: By their key.
    """

    title: str
    you: str
    name: str
    birth: str
    born: str
    sex: str
    address: str
    contact: str
    contacts: Mapping[str, str]
    genders: Mapping[str, str]
    between: str
    older: str
    tables: Mapping[str, Table]


_ENGLISH: Final = Catalogue(
    title="Health record",
    you="About you",
    name="Name",
    birth="Born",
    born="born {day}",
    sex="Sex",
    address="Address",
    contact="Contact",
    contacts={"phone": "Phone", "email": "Email", "sms": "Sms", "fax": "Fax", "url": "Url", "pager": "Pager"},
    genders={},
    between=" to ",
    older="{count:,} older ones are in the electronic copy.",
    tables={
        "allergies": Table("Allergies", ("Since", "Allergy", "State", "How bad"), "No allergies are recorded."),
        "medicines": Table("Medicines", ("From", "Medicine", "How to take it", "State"), "No medicines are recorded."),
        "problems": Table("Health problems", ("Since", "Problem", "State"), "No health problems are recorded."),
        "immunizations": Table("Immunizations", ("When", "Vaccine", "State"), "No immunizations are recorded."),
        "procedures": Table("Procedures", ("When", "Procedure", "State"), "No procedures are recorded."),
        "results": Table(
            "Measurements and results", ("When", "What", "Result", "Expected"), "No results are recorded."
        ),
        "reports": Table("Reports", ("When", "Report", "Conclusion"), "There are no reports."),
        "visits": Table("Visits", ("When", "Visit", "Reason"), "There were no visits."),
        "appointments": Table("Appointments", ("When", "For what", "State"), "There are no appointments."),
        "documents": Table("Notes and documents", ("When", "Document", "By"), "There are no documents."),
    },
)

_SPANISH: Final = Catalogue(
    title="Expediente médico",
    you="Sobre usted",
    name="Nombre",
    birth="Nacimiento",
    born="nac. {day}",
    sex="Sexo",
    address="Dirección",
    contact="Contacto",
    contacts={
        "phone": "Teléfono",
        "email": "Correo electrónico",
        "sms": "Mensajes de texto",
        "fax": "Fax",
        "url": "Página web",
        "pager": "Localizador",
    },
    genders={"female": "femenino", "male": "masculino", "other": "otro", "unknown": "desconocido"},
    between=" a ",
    older="Hay {count:,} anteriores en la copia electrónica.",
    tables={
        "allergies": Table(
            "Alergias",
            ("Desde", "Alergia", "Estado", "Riesgo"),
            "No hay alergias registradas.",
            {"active": "activa", "inactive": "inactiva", "resolved": "resuelta", "low": "bajo", "high": "alto",
             "unable-to-assess": "no se pudo evaluar"},
        ),
        "medicines": Table(
            "Medicamentos",
            ("Desde", "Medicamento", "Cómo tomarlo", "Estado"),
            "No hay medicamentos registrados.",
            {"active": "activo", "on-hold": "en pausa", "cancelled": "cancelado", "completed": "terminado",
             "stopped": "suspendido", "draft": "borrador", "unknown": "desconocido", "intended": "previsto",
             "not-taken": "no se toma"},
        ),
        "problems": Table(
            "Problemas de salud",
            ("Desde", "Problema", "Estado"),
            "No hay problemas de salud registrados.",
            {"active": "activo", "recurrence": "reaparecido", "relapse": "recaída", "inactive": "inactivo",
             "remission": "en remisión", "resolved": "resuelto"},
        ),
        "immunizations": Table(
            "Vacunas",
            ("Cuándo", "Vacuna", "Estado"),
            "No hay vacunas registradas.",
            {"completed": "aplicada", "not-done": "no aplicada"},
        ),
        "procedures": Table(
            "Procedimientos",
            ("Cuándo", "Procedimiento", "Estado"),
            "No hay procedimientos registrados.",
            {"preparation": "en preparación", "in-progress": "en curso", "not-done": "no realizado",
             "on-hold": "en pausa", "stopped": "suspendido", "completed": "realizado", "unknown": "desconocido"},
        ),
        "results": Table(
            "Mediciones y resultados",
            ("Cuándo", "Qué", "Resultado", "Esperado"),
            "No hay resultados registrados.",
        ),
        "reports": Table("Informes", ("Cuándo", "Informe", "Conclusión"), "No hay informes."),
        "visits": Table(
            "Visitas",
            ("Cuándo", "Visita", "Motivo"),
            "No hubo visitas.",
            {"ambulatory": "en la clínica", "virtual": "virtual", "emergency": "urgencias",
             "home health": "en casa", "inpatient encounter": "en el hospital"},
        ),
        "appointments": Table(
            "Citas",
            ("Cuándo", "Para qué", "Estado"),
            "No hay citas.",
            {"proposed": "propuesta", "pending": "pendiente", "booked": "reservada", "arrived": "llegada registrada",
             "checked-in": "llegada registrada", "fulfilled": "realizada", "cancelled": "cancelada",
             "noshow": "no se presentó", "waitlist": "en lista de espera"},
        ),
        "documents": Table("Notas y documentos", ("Cuándo", "Documento", "De"), "No hay documentos."),
    },
)  # fmt: skip

CATALOGUES: Final[Mapping[str, Catalogue]] = {"en": _ENGLISH, "es": _SPANISH}
