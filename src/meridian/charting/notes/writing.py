"""
A note from its first save to its last word: kept, signed, co-signed, added to, or said to be an error.

A note is a DocumentReference with its Markdown inside. Until it is signed it is its author's and withheld from the
patient. Signing makes it final, with the hash of its text, the signer, and a Provenance that says so; from then on
`access.locks` keeps it as it is. A note whose author must not sign alone makes a Task for whoever co-signs.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import (
    AUTHORS_SIGNATURE,
    CLINICAL_NOTE,
    VERIFICATION_SIGNATURE,
    Code,
    label,
)
from meridian.charting.notes.templates import KINDS
from meridian.charting.people import myself, named
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue, TooLarge
from meridian.fhir import ours

SAVE: Final = "DocumentReference/$save-note"
SIGN: Final = "DocumentReference/$sign"
COSIGN: Final = "DocumentReference/$cosign"
ADD: Final = "DocumentReference/$addendum"
RETRACT: Final = "DocumentReference/$retract-note"

LONGEST: Final = 200_000
"""Bytes of a note's text, house policy."""
MARKDOWN: Final = "text/markdown; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Note:
    """
    What its author gives.

    Args:
        encounter: Logical id of the visit.
        text: Markdown.
        kind: LOINC code, one of `templates.KINDS`.
        title: As lists show it.
        cosigner: Reference of who is to co-sign; empty for nobody.
        withheld: Whether the patient is not to see it even when it is signed.
    """

    encounter: str
    text: str
    kind: str = "11506-3"
    title: str = ""
    cosigner: str = ""
    withheld: bool = False


def saved(note: Note) -> Callable[[Work], Plan[Resource]]:
    """
    A new note, not signed yet.

    Raises (when driven):
        Invalid: If its text is empty or its kind is none of ours.
    """

    def plan(work: Work) -> Plan[Resource]:
        me = yield from myself(work)
        encounter = yield from work.read("Encounter", note.encounter)
        cosigner = (yield from named(work, note.cosigner)) if note.cosigner else None
        made = _document(note, encounter, me, work.now, cosigner)
        return (yield from work.create("DocumentReference", made))

    return plan


def rewritten(logical_id: str, text: str, *, base: int | None = None) -> Callable[[Work], Plan[Resource]]:
    """
    Another text for a note that is not signed; *base* is the version it was begun from.

    Raises (when driven):
        Conflict: If it is signed.
        Forbidden: If somebody else wrote it.
        VersionConflict: If it is not at *base*.
    """

    def plan(work: Work) -> Plan[Resource]:
        who = work.subject.who

        def changed(present: Resource) -> Resource:
            _only_author(present, who)
            present["content"] = [{"attachment": _attachment(text, present["content"][0]["attachment"], work.now)}]
            return present

        return (yield from work.change("DocumentReference", logical_id, changed, if_match=base))

    return plan


def signed(logical_id: str, *, base: int | None = None, withheld: bool = False) -> Callable[[Work], Plan[Resource]]:
    """
    The note, final; its drafts are forgotten, its patient may see it unless *withheld*.

    Raises (when driven):
        Conflict: If it is signed already.
        Forbidden: If somebody else wrote it.
        VersionConflict: If it is not at *base*.
    """

    def plan(work: Work) -> Plan[Resource]:
        me = yield from myself(work)

        def final(present: Resource) -> Resource:
            _only_author(present, me["reference"])
            present |= {"docStatus": "final", "authenticator": me}
            present["content"][0]["attachment"]["extension"] = [_digest(present)]
            hidden = withheld or ours.extended(present, "withhold") is not None
            return label(present, withheld=hidden)

        note = yield from work.change("DocumentReference", logical_id, final, if_match=base)
        yield from _seal(work, note, me, AUTHORS_SIGNATURE)
        cosigner = ours.extended(note, "cosigner")
        if cosigner is not None:
            yield from work.create("Task", _to_cosign(note, me, cosigner["valueReference"]["reference"], work.now))
        yield from _settle(work, note)
        return note

    return plan


def saved_and_signed(note: Note) -> Callable[[Work], Plan[Resource]]:
    """A new note, signed as it is made; raises what `saved` and `signed` raise."""

    def plan(work: Work) -> Plan[Resource]:
        made = yield from saved(note)(work)
        return (yield from signed(made["id"], withheld=note.withheld)(work))

    return plan


def cosigned(logical_id: str) -> Callable[[Work], Plan[Resource]]:
    """
    The note with the co-signer's signature; the Task is done.

    Raises (when driven):
        Conflict: If it is not signed by its author yet, or co-signed already.
        Forbidden: If somebody else is to co-sign it.
    """

    def plan(work: Work) -> Plan[Resource]:
        me = yield from myself(work)

        def changed(present: Resource) -> Resource:
            wanted = ours.extended(present, "cosigner")
            if wanted is None or present.get("docStatus") not in {"final", "amended"}:
                raise Conflict("This note does not wait for a co-signature")
            if wanted["valueReference"]["reference"] != me["reference"]:
                raise Forbidden("Somebody else is asked to co-sign this note")
            if ours.extended(present, "cosigned") is not None:
                raise Conflict("This note has been co-signed already")
            present["extension"].append(ours.extension("cosigned", valueInstant=instant(work.now)))
            return present | {"authenticator": me}

        note = yield from work.change("DocumentReference", logical_id, changed)
        yield from _seal(work, note, me, VERIFICATION_SIGNATURE)
        yield from _complete(work, logical_id, "cosign")
        return note

    return plan


def added(logical_id: str, text: str) -> Callable[[Work], Plan[Resource]]:
    """
    An addendum, signed as it is made; what it adds to becomes `amended`.

    Raises (when driven):
        Conflict: If what it adds to is not signed, or is itself an addendum.
    """

    def plan(work: Work) -> Plan[Resource]:
        me = yield from myself(work)

        def amended(present: Resource) -> Resource:
            if present.get("docStatus") not in {"final", "amended"} or present["status"] != "current":
                raise Conflict("Only a signed note can be added to; change this one instead")
            if present.get("relatesTo"):
                raise Conflict("An addendum cannot be added to; add to the note itself")
            return present | {"docStatus": "amended"}

        note = yield from work.change("DocumentReference", logical_id, amended)
        made: Resource = {
            name: note[name] for name in ("resourceType", "status", "type", "category", "subject", "context", "meta")
            if name in note
        }  # fmt: skip
        made["meta"] = {"security": note["meta"]["security"]} if note["meta"].get("security") else {}
        made |= {
            "docStatus": "final",
            "date": instant(work.now),
            "author": [me],
            "authenticator": me,
            "description": f"Addendum: {note.get('description', 'note')}",
            "relatesTo": [{"code": "appends", "target": {"reference": f"DocumentReference/{logical_id}"}}],
            "content": [{"attachment": _attachment(text, {"title": "Addendum"}, work.now)}],
        }
        made["content"][0]["attachment"]["extension"] = [_digest(made)]
        if not made["meta"]:
            del made["meta"]
        addendum = yield from work.create("DocumentReference", made)
        yield from _seal(work, addendum, me, AUTHORS_SIGNATURE)
        yield from work.forget_draft(f"addendum:{logical_id}")
        return addendum

    return plan


def retracted(logical_id: str, reason: str) -> Callable[[Work], Plan[Resource]]:
    """The note, entered in error; only its author or co-signer may say so, and nobody can take it back."""

    def plan(work: Work) -> Plan[Resource]:
        who = work.subject.who

        def wrong(present: Resource) -> Resource:
            if present.get("docStatus") == "preliminary":
                _only_author(present, who)
            present["status"] = "entered-in-error"
            why = ours.extension("retraction-reason", valueString=reason)
            return present | {"extension": [*present.get("extension", ()), why]}

        note = yield from work.change("DocumentReference", logical_id, wrong)
        yield from _complete(work, logical_id, "cosign")
        yield from _complete(work, logical_id, "to-do")
        return note

    return plan


def text_of(note: Resource) -> str:
    """The text a note carries; empty where it carries none."""
    data = note["content"][0]["attachment"].get("data", "")
    return base64.b64decode(data).decode("utf-8", "replace")


# --- parts


def _document(note: Note, encounter: Resource, me: Resource, now: int, cosigner: Resource | None) -> Resource:
    kind: Code | None = KINDS.get(note.kind)
    if kind is None:
        raise _wrong("is none of the kinds of note", "kind")
    title = note.title or kind.display
    made: Resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "preliminary",
        "type": kind.concept(title),
        "category": [CLINICAL_NOTE.concept()],
        "subject": encounter["subject"],
        "date": instant(now),
        "author": [me],
        "description": title,
        "content": [{"attachment": _attachment(note.text, {"title": title}, now)}],
        "context": {"encounter": [{"reference": f"Encounter/{encounter['id']}"}]},
    }
    extensions = []
    if cosigner is not None:
        extensions.append(ours.extension("cosigner", valueReference=cosigner))
    if note.withheld:
        extensions.append(ours.extension("withhold", valueBoolean=True))
    return label(made | ({"extension": extensions} if extensions else {}), withheld=True)


def _attachment(text: str, before: Resource, now: int) -> dict[str, Any]:
    body = text.encode()
    if not text.strip():
        raise _wrong("is empty", "text")
    if len(body) > LONGEST:
        raise TooLarge(f"A note has at most {LONGEST:,} bytes")
    return {
        "contentType": MARKDOWN,
        "data": base64.b64encode(body).decode(),
        "size": len(body),
        "hash": base64.b64encode(hashlib.sha1(body).digest()).decode(),  # noqa: S324  # FHIR R4 says SHA-1
        "title": before.get("title", "Note"),
        "creation": instant(now),
    }


def _digest(note: Resource) -> dict[str, Any]:
    """SHA-256 of the text that was signed: FHIR's own `hash` is SHA-1, which is proof of nothing any more."""
    body = base64.b64decode(note["content"][0]["attachment"]["data"])
    return ours.extension("sha256", valueBase64Binary=base64.b64encode(hashlib.sha256(body).digest()).decode())


def _seal(work: Work, note: Resource, me: Resource, kind: Code) -> Plan[None]:
    """The Provenance that says who signed which version, and when."""
    at = instant(work.now)
    version = f"DocumentReference/{note['id']}/_history/{note['meta']['versionId']}"
    yield from work.create(
        "Provenance",
        {
            "resourceType": "Provenance",
            "target": [{"reference": version}, note["subject"]],
            "recorded": at,
            "agent": [{"who": me}],
            "signature": [{"type": [kind.coding()], "when": at, "who": me}],
        },
    )


def _to_cosign(note: Resource, me: Resource, cosigner: str, now: int) -> Resource:
    return ours.task(
        "cosign",
        patient=note["subject"]["reference"],
        focus=f"DocumentReference/{note['id']}",
        owner=cosigner,
        requester=me["reference"],
        now=instant(now),
    )


def _settle(work: Work, note: Resource) -> Plan[None]:
    """What waited for the signature does so no more."""
    yield from _complete(work, note["id"], "to-do")
    yield from work.forget_draft(f"note:DocumentReference/{note['id']}")
    for encounter in note.get("context", {}).get("encounter", ()):
        yield from work.forget_draft(f"note:{encounter['reference']}")


def _complete(work: Work, note: str, code: str) -> Plan[None]:
    focus, now = f"DocumentReference/{note}", instant(work.now)
    tasks = yield from work.search("Task", [("focus", focus), ("code", f"{ours.TASK}|{code}")])
    for task in tasks:
        if task["status"] in ours.OPEN_TASKS:
            done = {"status": "completed", "lastModified": now}
            yield from work.change("Task", task["id"], lambda one, done=done: one | done)  # type: ignore[misc]  # binds


def _only_author(note: Resource, who: str) -> None:
    if note.get("docStatus") != "preliminary" or note["status"] != "current":
        raise Conflict("This note is signed; add to it instead")
    if who not in {one.get("reference") for one in note.get("author", ())}:
        raise Forbidden("Only its author can change or sign an unfinished note")


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(f"The note's {place} {text}", issues=(Issue("value", text, place),))
