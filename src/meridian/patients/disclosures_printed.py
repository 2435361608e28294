"""An accounting of disclosures on paper, in the patient's language: what the rule asks for, then what it does not."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from meridian import paper
from meridian.patients.disclosures import Line, Request


class Words(NamedTuple):
    """
    The words of one language.

    Args:
        title: Of the document.
        about: Before the patient's name and the span, `{since}` and `{until}`.
        asked: Heading over what the rule asks for.
        more: Heading over the rest, and what that is.
        none: Where there is nothing.
        columns: Of both tables.
        times: `{count}` times, from `{first}` to `{last}`.
        kinds: Recipients by kind, where none is named.
        purposes: By code; one that is not listed is printed as it is.
        parts: By code.
    """

    title: str
    about: str
    asked: str
    more: str
    none: str
    columns: tuple[str, ...]
    times: str
    kinds: Mapping[str, str]
    purposes: Mapping[str, str]
    parts: Mapping[str, str]


_ENGLISH: Final = Words(
    title="Accounting of disclosures",
    about="From {since} to {until}",
    asked="To whom information from your record was given",
    more="Given besides: for your treatment, or to you yourself",
    none="There is nothing to account for.",
    columns=("When", "To whom", "What", "Why"),
    times="{first} to {last}, {count} times",
    kinds={"export": "File made by this clinic", "paper": "Printed for you", "copy": "Copy of your record for you"},
    purposes={
        "TREAT": "Treatment",
        "HOPERAT": "Running the clinic",
        "HCOMPL": "Legal duties",
        "PATRQT": "You asked for it",
        "FAMRQT": "Your family asked for it",
        "public-health": "Public health",
        "abuse": "Abuse, neglect or domestic violence",
        "oversight": "Health oversight",
        "court": "Court or administrative proceedings",
        "law-enforcement": "Law enforcement",
        "decedents": "Coroner or funeral director",
        "donation": "Organ or tissue donation",
        "research": "Research",
        "threat": "To avert a serious threat",
        "government": "Specialized government functions",
        "workers-compensation": "Workers' compensation",
        "required-by-law": "Required by law",
        "secretary": "Review by the Department of Health and Human Services",
        "mistake": "By mistake",
    },
    parts={
        "record": "the whole record", "person": "name and contact", "medicines": "medicines", "allergies": "allergies",
        "problems": "health problems", "immunizations": "immunizations", "results": "results", "visits": "visits",
        "documents": "documents", "messages": "messages", "appointments": "appointments", "forms": "forms",
        "consents": "consents", "list": "name in a list", "other": "other parts",
    },
)  # fmt: skip

_SPANISH: Final = Words(
    title="Informe de divulgaciones",
    about="Del {since} al {until}",
    asked="A quién se entregó información de su expediente",
    more="Además: para su tratamiento, o a usted",
    none="No hay nada que informar.",
    columns=("Cuándo", "A quién", "Qué", "Por qué"),
    times="del {first} al {last}, {count} veces",
    kinds={
        "export": "Archivo hecho por esta clínica",
        "paper": "Impreso para usted",
        "copy": "Copia de su expediente para usted",
    },
    purposes={
        "TREAT": "Tratamiento",
        "HOPERAT": "Funcionamiento de la clínica",
        "HCOMPL": "Obligaciones legales",
        "PATRQT": "Usted lo pidió",
        "FAMRQT": "Su familia lo pidió",
        "public-health": "Salud pública",
        "abuse": "Abuso, negligencia o violencia doméstica",
        "oversight": "Supervisión sanitaria",
        "court": "Procedimiento judicial o administrativo",
        "law-enforcement": "Autoridades policiales",
        "decedents": "Médico forense o funeraria",
        "donation": "Donación de órganos o tejidos",
        "research": "Investigación",
        "threat": "Para evitar una amenaza grave",
        "government": "Funciones especiales del gobierno",
        "workers-compensation": "Compensación laboral",
        "required-by-law": "Exigido por la ley",
        "secretary": "Revisión del Departamento de Salud",
        "mistake": "Por error",
    },
    parts={
        "record": "todo el expediente", "person": "nombre y contacto", "medicines": "medicamentos",
        "allergies": "alergias", "problems": "problemas de salud", "immunizations": "vacunas",
        "results": "resultados", "visits": "visitas", "documents": "documentos", "messages": "mensajes",
        "appointments": "citas", "forms": "formularios", "consents": "consentimientos", "list": "nombre en una lista",
        "other": "otras partes",
    },
)  # fmt: skip

_WORDS: Final[Mapping[str, Words]] = {"en": _ENGLISH, "es": _SPANISH}


def document(request: Request) -> paper.Document:
    """The accounting as a document to print."""
    given = request.accounting
    language = paper.language_of(given.language)
    say = _WORDS[language]
    span = say.about.format(since=paper.day(given.since, language), until=paper.day(given.until, language))
    blocks: list[paper.Block] = [paper.Paragraph(span), paper.Heading(say.asked)]
    blocks += _table([one for one in given.lines if not one.ground], say, language)
    if others := [one for one in given.lines if one.ground]:
        blocks += [paper.Heading(say.more), *_table(others, say, language)]
    return paper.Document(
        title=say.title,
        letterhead=paper.Letterhead(given.organisation),
        blocks=tuple(blocks),
        about=given.patient,
        language=language,
        words=paper.WORDS[language],
        at=round(datetime.fromisoformat(given.until).timestamp() * 1000),
    )


def _table(lines: list[Line], say: Words, language: str) -> Iterable[paper.Block]:
    if not lines:
        return [paper.Paragraph(say.none)]
    rows = tuple((_when(one, say, language), _whom(one, say), _what(one, say), _why(one, say)) for one in lines)
    return [paper.Table(say.columns, rows, widths=(2, 3, 3, 2), caption=say.asked)]


def _when(one: Line, say: Words, language: str) -> str:
    first, last = paper.day(one.first, language), paper.day(one.last, language)
    return first if one.count == 1 else say.times.format(first=first, last=last, count=one.count)


def _whom(one: Line, say: Words) -> str:
    if one.kind in say.kinds:
        return say.kinds[one.kind]
    return "\n".join(part for part in (one.recipient, one.address) if part)


def _what(one: Line, say: Words) -> str:
    if one.kind == "entered":
        return one.description
    return ", ".join(say.parts.get(part, part) for part in one.description.split())


def _why(one: Line, say: Words) -> str:
    return "\n".join(part for part in (say.purposes.get(one.purpose, one.purpose), one.statement) if part)
