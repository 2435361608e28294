"""What the service gives, as the bodies of `/api/medications` have it."""

from collections.abc import Iterable

from meridian.clock import instant
from meridian.medications import formulary, issues
from meridian.medications.dosage import words
from meridian.medications.dosage.forms import SHAPES, units
from meridian.medications.findings import Override
from meridian.medications.formulary import Medicine, own
from meridian.medications.issues import Kept
from meridian.medications.listing import Event, Line, Listed
from meridian.medications.prescribing import Prescribed, Said
from meridian.medications.refills import Asked
from meridian.web.api.medications import models


def formulary_line(medicine: Medicine) -> models.FormularyLine:
    """A line of the formulary."""
    code = None
    if medicine.rxnorm:
        code = models.Code(system=formulary.RXNORM, code=medicine.rxnorm, display=medicine.display)
    return models.FormularyLine(
        id=medicine.id,
        name=medicine.name,
        tall_man=formulary.tall_man(medicine.name),
        form=medicine.form.value,
        strength=medicine.strength,
        route=medicine.way,
        ingredients=list(medicine.ingredients),
        code=code,
        units=units(medicine.form, medicine.strength),
        dispense_unit=SHAPES[medicine.form].given,
        pack=medicine.pack,
        added=medicine.added,
        medication=medicine.concept,
    )


def kept_line(line: own.Line) -> models.KeptLine:
    """A line as those who keep the list see it."""
    return models.KeptLine(**dict(formulary_line(line.medicine)), hidden=line.hidden)


def check(kept: Kept) -> models.CheckResult:
    """A check."""
    done = {one.key: one for one in kept.overrides}
    return models.CheckResult(
        id=kept.id,
        outcome=kept.result.outcome.value,
        sources=[
            models.CheckSource(
                id=one.id,  # type: ignore[arg-type]  # only these three are ever kept; pydantic checks it
                name=one.name,
                state=one.state.value,
                version=one.version,
                at=instant(one.at) if one.at else "",
                why=one.why.value if one.why else "",
            )
            for one in kept.result.sources
        ],
        alerts=[
            models.CheckAlert(
                key=one.key,
                kind=one.kind.value,
                severity=one.severity.value,
                interruptive=one.severity.interrupts,
                title=one.title,
                text=one.text,
                **{"with": list(one.concerns)},  # a word of Python's own
                source=one.source,
                override=models.Said(code=done[one.key].code, text=done[one.key].text) if one.key in done else None,
            )
            for one in kept.result.alerts
        ],
        gaps=[models.CheckGap(kind=one.kind.value, text=one.text) for one in kept.result.gaps],
        at=instant(kept.at),
        expires=instant(kept.at + issues.USABLE),
    )


def overrides(given: Iterable[models.Override]) -> tuple[Override, ...]:
    """Overrides, as the service takes them."""
    return tuple(Override(one.key, one.code, one.text) for one in given)


def said(given: models.Said | None) -> Said | None:
    """A reason, as the service takes it."""
    return None if given is None else Said(given.code, given.text)


def prescribed(done: Prescribed) -> models.Prescribed:
    """What was ordered."""
    return models.Prescribed(id=done.request["id"], dose_line=done.dose_line, recheck=done.recheck)


def medicine_list(found: Listed) -> models.MedicineList:
    """A patient's medicines."""
    return models.MedicineList(
        medicines=[_line(one) for one in found.lines],
        allergies_asked=found.allergies_asked,
        reconciled=found.reconciled,
    )


def _line(line: Line) -> models.MedicineLine:
    resource = line.resource
    reasons = [str(one["text"]) for one in resource.get("reasonCode", []) if one.get("text")]
    reasons += [str(one["display"]) for one in resource.get("reasonReference", []) if one.get("display")]
    return models.MedicineLine(
        reference=line.reference,
        name=line.name,
        tall_man=formulary.tall_man(line.name),
        dose_line=line.dose_line,
        status=line.status,
        since=str(resource.get("authoredOn") or resource.get("dateAsserted") or ""),
        prescriber=line.prescriber,
        reason=", ".join(reasons),
        status_reason=_words(resource.get("statusReason")),
        refills_left=line.supply.refills_left,
        days_supply=line.supply.days,
        runs_out=line.supply.runs_out,
        last_fill=line.supply.last_fill,
        refill_pending=line.refill_pending,
        checkable=line.checkable,
        safety=None if line.safety is None else _safety(line),
    )


def _words(reason: object) -> str:
    """The text of a `statusReason`: one concept in a request, several in a statement."""
    concepts = reason if isinstance(reason, list) else [reason] if isinstance(reason, dict) else []
    return ", ".join(str(one["text"]) for one in concepts if one.get("text"))


def _safety(line: Line) -> models.ListSafety:
    assert line.safety is not None  # noqa: S101  # the caller has looked
    kept = line.safety.check
    return models.ListSafety(
        check=kept.id,
        outcome=kept.result.outcome.value,
        at=instant(kept.at),
        interruptive=len(kept.result.interruptive),
        overrides=line.safety.overrides,
        rechecking=line.safety.rechecking,
    )


def refill(asked: Asked) -> models.RefillLine:
    """A line of the queue."""
    task, request = asked.task, asked.request
    notes = task.get("note", [])
    return models.RefillLine(
        task=task["id"],
        patient=asked.patient["id"],
        patient_name=_name(asked.patient),
        prescription=request["id"],
        name=asked.name,
        tall_man=formulary.tall_man(asked.name),
        dose_line=words.lines(request),
        note=task.get("description", ""),
        asked=task.get("authoredOn", ""),
        status=task["status"],
        refills_left=asked.supply.refills_left,
        last_fill=asked.supply.last_fill,
        runs_out=asked.supply.runs_out,
        preparation=notes[-1].get("text", "") if notes else "",
        check=check(asked.check) if asked.check else None,
    )


def _name(patient: dict[str, object]) -> str:
    """FAMILY, Given."""
    names = patient.get("name")
    first = names[0] if isinstance(names, list) and names else {}
    parts = (first.get("family", "").upper(), " ".join(first.get("given", [])))
    return ", ".join(part for part in parts if part) or str(first.get("text", ""))


def history(events: Iterable[Event]) -> models.History:
    """A prescription's events."""
    return models.History(
        events=[
            models.HistoryEvent.model_validate(
                {"at": one.at, "kind": one.kind, "text": one.text, "quantity": one.quantity}
            )
            for one in events
        ]
    )
