"""
Routes of `/api/forms`: the clinic's forms, sending them, filling them in, and filing what they say.

A form that a patient is asked to fill in goes by the id of its Task. Forms and answers are FHIR (Questionnaire,
QuestionnaireResponse.item) as they are.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, status

from meridian.charting.forms import filing, filling, keeping
from meridian.fhir.codec import decode
from meridian.web.api.dependencies import Own
from meridian.web.api.forms import models, shapes

router = APIRouter(prefix="/api/forms", tags=["forms"])

Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.get("/questionnaires")
async def list_forms(chart: Own, every: Annotated[bool, Query(alias="all")] = False) -> models.Forms:  # noqa: FBT002  # a query
    """Forms in use, by title; with *all* drafts, retired ones and note templates too."""
    found = await chart.consult(keeping.LIST, keeping.listed(every=every))
    return models.Forms(forms=[shapes.form(one) for one in found])


@router.get("/questionnaires/{form}")
async def read_form(chart: Own, form: Identifier) -> models.WholeForm:
    """A form with all that it asks."""
    found = decode((await chart.read("Questionnaire", form)).body)
    return models.WholeForm(**shapes.form(found).model_dump(), resource=shapes.plain(found))


@router.post("/questionnaires", status_code=status.HTTP_201_CREATED)
async def make_form(chart: Own, body: models.FormKeeping) -> models.Form:
    """A new form; 422 names each place that asks more than we can."""
    return shapes.form(await chart.work(keeping.KEEP, keeping.kept(shapes.resource(body.resource))))


@router.put("/questionnaires/{form}")
async def change_form(chart: Own, form: Identifier, body: models.FormKeeping) -> models.Form:
    """Another version of a form; answers to the one before stay with it."""
    plan = keeping.kept(shapes.resource(body.resource), form, base=body.base)
    return shapes.form(await chart.work(keeping.KEEP, plan, what=f"Questionnaire/{form}"))


@router.post("/send", status_code=status.HTTP_201_CREATED)
async def send_form(chart: Own, body: models.FormSending) -> models.FormSent:
    """Ask a patient to fill in a form; once for a visit, however often it is sent."""
    plan = keeping.sent(body.patient, body.questionnaire, appointment=body.appointment or "", due=body.due or "")
    task = await chart.work(keeping.SEND, plan, what=f"Patient/{body.patient}")
    return models.FormSent(task=task["id"], due=filling.due(task) or None)


@router.get("/mine")
async def my_forms(chart: Own) -> models.AskedForms:
    """The forms that one is asked to fill in, for oneself or an entrusted patient; soonest first."""
    found = await chart.consult(filling.MINE, filling.mine())
    return models.AskedForms(forms=[shapes.asked(one) for one in found])


@router.get("/mine/{task}")
async def asked_form(chart: Own, task: Identifier) -> models.AskedForm:
    """One of them, with what is filled in so far."""
    return shapes.asked(await chart.consult(filling.MINE, filling.asked(task), what=f"Task/{task}"))


@router.put("/responses/{task}")
async def save_answers(chart: Own, task: Identifier, body: models.Answers) -> models.Response:
    """Keep the answers so far; they may lack what is required."""
    plan = filling.saved(task, shapes.items(body.items), base=body.base)
    return shapes.response(await chart.work(filling.SAVE, plan, what=f"Task/{task}"))


@router.post("/responses/{task}/submit")
async def submit_answers(chart: Own, task: Identifier, body: models.Answers) -> models.Response:
    """Hand the answers in; 422 names each question that stops it. They cannot be changed any more."""
    plan = filling.submitted(task, shapes.items(body.items), base=body.base)
    return shapes.response(await chart.work(filling.SUBMIT, plan, what=f"Task/{task}"))


@router.post("/taken", status_code=status.HTTP_201_CREATED)
async def take_down_answers(chart: Own, body: models.TakenDown) -> models.Response:
    """Fill a form in with the patient, handed in at once."""
    plan = filling.taken_down(body.patient, body.questionnaire, shapes.items(body.items), body.encounter or "")
    return shapes.response(await chart.work(filling.TAKE_DOWN, plan, what=f"Patient/{body.patient}"))


@router.get("/reviews/{response}")
async def read_answers(chart: Own, response: Identifier) -> models.Review:
    """A response with the form as it was when it was answered, and what it proposes for the chart."""
    found = decode((await chart.read("QuestionnaireResponse", response)).body)
    return shapes.review(await _form(chart, found), found)


@router.post("/reviews/{response}")
async def review_answers(chart: Own, response: Identifier, body: models.ReviewDone) -> models.Filed:
    """File what is accepted into the chart; the review is done."""
    found = decode((await chart.read("QuestionnaireResponse", response)).body)
    plan = filing.reviewed(response, await _form(chart, found), frozenset(body.accept), body.note)
    made = await chart.work(filing.REVIEW, plan, what=f"QuestionnaireResponse/{response}")
    return models.Filed(filed=[f"{one['resourceType']}/{one['id']}" for one in made])


async def _form(chart: Own, response: dict[str, Any]) -> dict[str, Any]:
    """The form as it was answered; an empty one for a response that came from elsewhere."""
    form, version = filling.form_of(response)
    if not form:
        return {"resourceType": "Questionnaire", "id": "", "status": "unknown", "item": []}
    return decode((await chart.vread("Questionnaire", form, version)).body)
