"""Bodies of `/api/documents`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Id

Category = Literal["lab-result", "imaging", "prescription", "form", "letter", "insurance", "photo", "other"]
State = Literal["scanning", "clean", "refused", "retracted"]
Kind = Literal["pdf", "image", "text", "other"]

FileName = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]
MediaType = Annotated[str, StringConstraints(max_length=120)]


class NewUpload(Body):
    """A file that is about to be sent."""

    name: FileName = Field(description="Its name, with the ending that says what it is")
    size: int = Field(ge=1, description="Bytes; at most 200 MB")
    type: MediaType = Field("", description="What the browser takes it for; the bytes decide")
    category: Category = "other"
    title: Title | None = Field(None, description="As people are to read it; the file's name when left out")
    patient: Id | None = Field(None, description="Whose it is; left out, somebody is asked to find that out")
    encounter: Id | None = None
    replaces: Id | None = Field(None, description="The document of which this is a new version")
    for_patient: bool = Field(default=True, description="Whether the patient is to see it once it has been checked")


class Upload(Body):
    """How far a file has come."""

    id: str
    size: int
    offset: int = Field(description="Bytes that are kept for good; go on from here")
    chunk: int = Field(description="Bytes of one PATCH at most; any but the last is a multiple of `step`")
    step: int
    expires: int = Field(description="When an unfinished one is thrown away, ms since the epoch")
    document: str | None = Field(None, description="The document it became, once all of it is here")


class UnfinishedUpload(Body):
    """A file of one's own that has not come whole: choose it again and go on at its offset."""

    id: str
    name: str
    patient: str
    size: int
    offset: int
    expires: int


class DocumentLine(Body):
    """One document as a list shows it."""

    id: str
    version: int = Field(description="Of the record, for `If-Match`")
    title: str
    category: str
    category_name: str
    date: str = Field(description="When it came, an instant")
    type: str = Field(description="Media type of its bytes")
    kind: Kind = Field(description="What could show it")
    size: int
    author: str = Field(description="Reference of who sent it; empty when nobody says")
    author_name: str = ""
    patient: str | None = Field(None, description="Logical id; none while nobody has found out whose it is")
    encounter: str | None = None
    state: State
    scanned_by: str | None = Field(None, description="Which scanner looked at it; none when none has")
    scanned_at: str | None = None
    why: str = Field("", description="Why it was refused or retracted")
    for_patient: bool = Field(description="Whether its patient may see it")
    edition: int = Field(1, description="Which version of the document this is, from 1")
    versions: int = Field(1, description="How many there are")
    replaced: bool = Field(default=False, description="Whether a newer one took its place")


class Documents(Body):
    """Documents, newest first."""

    documents: list[DocumentLine]


class DocumentCategory(Body):
    """What documents are filed under."""

    code: Category
    name: str


class DocumentCategories(Body):
    """All there are."""

    categories: list[DocumentCategory]


class DocumentChange(Body):
    """What is to be otherwise; what is left out stays."""

    title: Title | None = None
    category: Category | None = None
    patient: Id | None = Field(None, description="Whose it is after all")
    for_patient: bool | None = None
    version: int | None = Field(None, description="The record's version it was seen at; another is refused")


class Retraction(Body):
    """Why a document is taken back."""

    reason: Reason


class ContentLink(Body):
    """Where the bytes are for the next minute, for this session alone."""

    url: str
    expires: int = Field(description="ms since the epoch")
    type: str
    kind: Kind
    size: int
    name: str
