"""Video visits for whoever is signed in; what happens within one goes by the socket (docs/live.md)."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from meridian.documents import uploads
from meridian.telehealth import bringing, carrying, chat, guests, listing, missed, trying, visits
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.documents.models import Upload
from meridian.web.api.models import Id
from meridian.web.api.telehealth import models, shapes

router = APIRouter(prefix="/api/video-visits", tags=["telehealth"])


@router.get("")
async def list_video_visits(
    chart: Own, *, every: Annotated[bool, Query(description="Colleagues' too")] = False
) -> list[models.ListedVisit]:
    """Today's on the clinic's clock for staff; for a patient those to come."""
    return [shapes.listed(one) for one in await listing.listed(chart, every=every)]


@router.get("/{visit}")
async def read_video_visit(parts: Parts, chart: Own, visit: Id) -> models.VideoVisit:
    """The visit as the caller may see it."""
    return shapes.visit(await visits.look(parts.telehealth, chart, visit))


@router.post("/{visit}/consent")
async def agree_to_video(parts: Parts, chart: Own, visit: Id) -> models.VideoVisit:
    """The patient, or somebody who acts for them, agrees to be seen by video."""
    return shapes.visit(await visits.agree(parts.telehealth, chart, visit))


@router.get("/{visit}/guests")
async def list_visit_guests(chart: Own, visit: Id) -> list[models.VisitGuest]:
    """The visit's links, oldest first."""
    return [shapes.guest(one) for one in await guests.listed(chart, visit)]


@router.post("/{visit}/guests", status_code=status.HTTP_201_CREATED)
async def invite_to_visit(chart: Own, visit: Id, body: models.GuestInvited) -> models.VisitGuest:
    """A link for somebody without an account; it works once, for 15 minutes."""
    return shapes.invited(await guests.invite(chart, visit, guests.Inviting(body.part, body.way, body.to)))


@router.delete("/{visit}/guests/{guest}", status_code=status.HTTP_204_NO_CONTENT)
async def cancel_visit_guest(parts: Parts, chart: Own, visit: Id, guest: Id) -> None:
    """Take a link back, with whatever it was exchanged for; whoever is there by it is put out."""
    done = await guests.cancel(parts.telehealth, chart, visit, guest)
    await carrying.carry(parts.telehealth, chart.subject.org, done)


@router.get("/{visit}/ice-test")
async def read_relays_to_try(parts: Parts, chart: Own, visit: Id) -> models.IceServers:
    """Relays for the device test, for a minute."""
    return shapes.ice(await trying.ice(parts.telehealth, chart, visit))


@router.post("/{visit}/recordings", status_code=status.HTTP_201_CREATED)
async def bring_recording(parts: Parts, chart: Own, visit: Id, body: models.RecordingPart) -> Upload:
    """
    A part of the recording that this browser made is coming: a WebM file, sent on as `/api/documents/uploads` says.

    Only a host who was inside brings one, within a day; of a part that is kept already the answer names the document.
    """
    tape = await bringing.tape(chart, visit, body.take, body.part)
    coming = await uploads.begin_recording(chart, parts.files, tape, body.size)
    return Upload.model_validate(coming._asdict())


@router.get("/{visit}/transcript")
async def read_visit_transcript(chart: Own, visit: Id) -> list[models.ChatLine]:
    """What was written in the visit, oldest first."""
    return [shapes.line(one) for one in await chat.transcript(chart, visit)]


@router.post("/{visit}/reminder", status_code=status.HTTP_204_NO_CONTENT)
async def remind_of_visit(chart: Own, visit: Id) -> None:
    """Tell the patient by mail and text message that they are awaited."""
    await missed.remind(chart, visit)


@router.post("/{visit}/no-show")
async def say_nobody_came(parts: Parts, chart: Own, visit: Id) -> models.VideoVisit:
    """The patient did not come: the appointment says so too, and nothing is charged."""
    return shapes.visit((await missed.missed(parts.telehealth, chart, visit)).whole)
