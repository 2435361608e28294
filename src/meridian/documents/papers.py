"""
An uploaded document as FHIR has it: a DocumentReference that says what it is, and a Binary that stands for its bytes.

The bytes themselves lie beside the records (`access.files`); the Binary has no data, and is as protected as the patient
it names. Both bear the same labels.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from meridian.documents import categories, labels
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

ERROR = "entered-in-error"
SCANNED_BY, SCANNED_AT, REFUSED, RETRACTED, RETRACTED_BY = (
    "scanned-by",
    "scanned-at",
    "refused-because",
    "retracted-because",
    "retracted-by",
)
"""Extensions of a DocumentReference."""


class Facts(NamedTuple):
    """
    What its bytes say of a file.

    Args:
        media: Media type, found out.
        size: Bytes.
        sha1: As `Attachment.hash` wants it.
        sha256: For whoever wants to be sure.
    """

    media: str
    size: int
    sha1: bytes
    sha256: bytes


def binary(media: str, patient: str, marks: Sequence[Mapping[str, Any]]) -> Resource:
    """The Binary of a file."""
    made: Resource = {"resourceType": "Binary", "contentType": media}
    if patient:
        made["securityContext"] = {"reference": f"Patient/{patient}"}
    for mark in marks:
        made = labels.with_label(made, dict(mark))
    return made


def document(
    facts: Facts,
    said: Mapping[str, Any],
    *,
    binary_id: str,
    author: str,
    custodian: str,
    now: str,
    marks: Sequence[Mapping[str, Any]],
) -> Resource:
    """The DocumentReference of a file of which somebody *said* what it is."""
    category = categories.concept(said["category"])
    made: Resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "preliminary",
        "type": category,
        "category": [category],
        "date": now,
        "description": said["title"],
        "content": [
            {
                "attachment": {
                    "contentType": facts.media,
                    "url": f"Binary/{binary_id}",
                    "size": facts.size,
                    "hash": base64.b64encode(facts.sha1).decode(),
                    "title": said["name"],
                    "creation": now,
                }
            }
        ],
        "extension": [ours.extension("sha-256", valueBase64Binary=base64.b64encode(facts.sha256).decode())],
    }
    if author:
        made["author"] = [{"reference": author}]
    if custodian:
        made["custodian"] = {"reference": f"Organization/{custodian}"}
    if said.get("patient"):
        made["subject"] = {"reference": f"Patient/{said['patient']}"}
    if said.get("encounter"):
        made["context"] = {"encounter": [{"reference": f"Encounter/{said['encounter']}"}]}
    if said.get("replaces"):
        target = {"reference": f"DocumentReference/{said['replaces']}"}
        made["relatesTo"] = [{"code": "replaces", "target": target}]
    for mark in marks:
        made = labels.with_label(made, dict(mark))
    return made


def attachment(resource: Resource) -> Resource:
    """Its attachment; empty when it has none."""
    found: Resource = next((one["attachment"] for one in resource.get("content", ())), {})
    return found


def binary_of(resource: Resource) -> str:
    """
    Logical id of the Binary that has its bytes; empty when they are in the document itself, as a note's are.

    >>> binary_of({"content": [{"attachment": {"url": "Binary/17"}}]})
    '17'
    """
    kind, _, logical_id = str(attachment(resource).get("url", "")).partition("/")
    return logical_id if kind == "Binary" else ""


def patient_of(resource: Resource) -> str:
    """Logical id of the patient it is about; empty when nobody knows."""
    kind, _, logical_id = str(resource.get("subject", {}).get("reference", "")).partition("/")
    return logical_id if kind == "Patient" else ""


def replaced_by_it(resource: Resource) -> str:
    """Logical id of the document it is a new version of; empty when it is a first one."""
    for one in resource.get("relatesTo", ()):
        if one.get("code") == "replaces":
            return str(one["target"].get("reference", "")).removeprefix("DocumentReference/")
    return ""


def said_of(resource: Resource, name: str) -> str:
    """The text of one of our extensions; empty when it is not there."""
    found = ours.extended(resource, name) or {}
    return str(found.get("valueString") or found.get("valueInstant") or "")


def with_extension(resource: Resource, name: str, **value: str) -> Resource:
    """*resource* with one of our extensions, in place of the one it may have."""
    url = f"{ours.EXTENSIONS}/{name}"
    others = [one for one in resource.get("extension", ()) if one.get("url") != url]
    return {**resource, "extension": [*others, ours.extension(name, **value)]}
