"""Notes: kept, signed, co-signed, added to, retracted, and read."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, status

from meridian.charting.notes import own_templates, reading, templates, writing
from meridian.web.api.charting import models
from meridian.web.api.dependencies import Own

router = APIRouter(prefix="/api/charting", tags=["charting"])

Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.get("/templates")
async def note_templates(chart: Own) -> models.NoteTemplates:
    """What a new note can begin with."""
    return shown_templates(await chart.consult(templates.LIST, templates.templates))


@router.get("/note-templates")
async def list_note_templates(chart: Own) -> models.ListedTemplates:
    """All templates for those who keep them: those out of use too, by title."""
    found = await chart.consult(templates.LIST, own_templates.listed)
    return models.ListedTemplates(templates=[_listed(one) for one in found])


@router.post("/note-templates", status_code=status.HTTP_201_CREATED)
async def add_note_template(chart: Own, body: models.NewTemplate) -> models.ListedTemplate:
    """One more template, or the organisation's own in the place of one of ours; for administrators and clinicians."""
    wanted = own_templates.Wanted(body.title, body.kind, body.text, body.cosign, body.active, body.replaces)
    return _listed(await chart.work(own_templates.KEEP, own_templates.added(wanted), what="Questionnaire"))


@router.put("/note-templates/{template}")
async def change_note_template(chart: Own, template: Identifier, body: models.TemplateChange) -> models.ListedTemplate:
    """A template as it is to be, in use or not; 412 when it is not at *base* any more."""
    wanted = own_templates.Wanted(body.title, body.kind, body.text, body.cosign, body.active)
    plan = own_templates.changed(template, wanted, body.base)
    return _listed(await chart.work(own_templates.KEEP, plan, what=f"Questionnaire/{template}"))


@router.get("/patients/{patient}/notes")
async def patient_notes(chart: Own, patient: Identifier) -> models.Notes:
    """A patient's notes, newest first, each with its addenda."""
    found = await chart.consult(reading.LIST, reading.of_patient(patient), what=f"Patient/{patient}")
    return models.Notes(notes=lines(found))


@router.post("/notes", status_code=status.HTTP_201_CREATED)
async def write_note(chart: Own, body: models.NewNote) -> models.NoteLine:
    """
    Keep a note; with *sign* it is signed in the same transaction.

    Until then it is its author's to change and withheld from the patient.
    """
    note = writing.Note(body.encounter, body.text, body.kind, body.title, body.cosigner or "", body.withheld)
    plan = writing.saved_and_signed(note) if body.sign else writing.saved(note)
    action = writing.SIGN if body.sign else writing.SAVE
    return _line(await chart.work(action, plan, what=f"Encounter/{body.encounter}"))


@router.put("/notes/{note}")
async def rewrite_note(chart: Own, note: Identifier, body: models.NoteText) -> models.NoteLine:
    """Another text for one's unsigned note; 412 when it is not at *base* any more."""
    plan = writing.rewritten(note, body.text, base=body.base)
    return _line(await chart.work(writing.SAVE, plan, what=f"DocumentReference/{note}"))


@router.post("/notes/{note}/sign")
async def sign_note(chart: Own, note: Identifier, body: models.NoteSigning) -> models.NoteLine:
    """Sign one's note: it is locked, and its patient may read it unless it is withheld."""
    plan = writing.signed(note, base=body.base, withheld=body.withheld)
    return _line(await chart.work(writing.SIGN, plan, what=f"DocumentReference/{note}"))


@router.post("/notes/{note}/cosign")
async def cosign_note(chart: Own, note: Identifier) -> models.NoteLine:
    """Co-sign somebody's note that waits for it."""
    return _line(await chart.work(writing.COSIGN, writing.cosigned(note), what=f"DocumentReference/{note}"))


@router.post("/notes/{note}/addenda", status_code=status.HTTP_201_CREATED)
async def add_to_note(chart: Own, note: Identifier, body: models.Addendum) -> models.NoteLine:
    """Add to a signed note; what is added is signed as it is made."""
    return _line(await chart.work(writing.ADD, writing.added(note, body.text), what=f"DocumentReference/{note}"))


@router.post("/notes/{note}/retract")
async def retract_note(chart: Own, note: Identifier, body: models.NoteRetraction) -> models.NoteLine:
    """Say that one's note is an error; its text is shown no more and stays in its history."""
    plan = writing.retracted(note, body.reason)
    return _line(await chart.work(writing.RETRACT, plan, what=f"DocumentReference/{note}"))


def shown_templates(known: Iterable[templates.Template]) -> models.NoteTemplates:
    """Templates as a screen lists them."""
    found = [
        models.NoteTemplate(id=one.id, title=one.title, kind=one.kind.code, text=one.text, cosign=one.cosign)
        for one in known
    ]
    return models.NoteTemplates(templates=found)


def _listed(one: own_templates.Listed) -> models.ListedTemplate:
    said = one.template
    return models.ListedTemplate(
        name=said.id,
        form=one.form,
        version=one.version,
        active=one.active,
        title=said.title,
        kind=said.kind.code,
        text=said.text,
        cosign=said.cosign,
    )


def lines(found: Iterable[Mapping[str, Any]]) -> list[models.NoteLine]:
    """Notes as a screen lists them."""
    return [models.NoteLine.model_validate(one) for one in found]


def _line(note: dict[str, Any]) -> models.NoteLine:
    return models.NoteLine.model_validate(reading.line(note))
