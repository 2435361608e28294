"""From FHIR to the bodies of `/api/forms` and back."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from meridian.charting.forms import evaluate, filing, filling, keeping
from meridian.fhir import ours
from meridian.fhir.codec import decode
from meridian.web.api.forms import models

Json = dict[str, Any]


def resource(body: Json) -> Json:
    """A resource from a request, its decimals as FHIR keeps them."""
    return decode(msgspec.json.encode(body))


def items(body: Sequence[Json]) -> list[Json]:
    """Answers from a request, likewise."""
    found: list[Json] = resource({"item": list(body)})["item"]
    return found


def plain(value: Any) -> Any:
    """JSON whose decimals are numbers that every client reads."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def form(found: Json) -> models.Form:
    """A form as a list shows it."""
    every = list(_items(found.get("item", ())))
    asked = [one for one in every if one.get("type") not in {"group", "display"}]
    return models.Form(
        id=found["id"],
        version=int(found["meta"]["versionId"]),
        title=str(found.get("title") or found.get("name") or ""),
        status=found["status"],
        kind="note-template" if keeping.is_template(found) else "form",
        questions=len(asked),
        scored=evaluate.score(found, []) is not None,
    )


def asked(one: filling.Asked) -> models.AskedForm:
    """A form that somebody is asked to fill in."""
    reason = one.task.get("reasonReference", {}).get("reference", "")
    return models.AskedForm(
        task=one.task["id"],
        patient=one.task["for"]["reference"].removeprefix("Patient/"),
        title=str(one.form.get("title", "")),
        due=filling.due(one.task) or None,
        appointment=reason.removeprefix("Appointment/") or None,
        status=one.task["status"],
        form=plain(one.form),
        response=response(one.response) if one.response else None,
    )


def response(found: Json) -> models.Response:
    """Answers as they are kept."""
    points = filling.score_of(found)
    return models.Response(
        id=found["id"],
        version=int(found["meta"]["versionId"]),
        status=found["status"],
        items=plain(found.get("item", [])),
        score=None if points is None else float(points),
        authored=found.get("authored", ""),
    )


def review(sheet: Json, found: Json) -> models.Review:
    """A response for somebody to look at."""
    return models.Review(
        response=response(found),
        patient=found.get("subject", {}).get("reference", "").removeprefix("Patient/"),
        title=str(sheet.get("title", "")),
        form=plain(sheet),
        candidates=[
            models.ReviewCandidate.model_validate(
                {"key": one.key, "kind": one.kind, "title": one.title, "value": one.value}
            )
            for one in filing.candidates(sheet, found)
        ],
        reviewed=ours.extended(found, "reviewed") is not None,
        band=evaluate.band(sheet, filling.score_of(found)),
    )


def _items(asked: Sequence[Json]) -> Iterator[Json]:
    for one in asked:
        yield one
        yield from _items(one.get("item", ()))
