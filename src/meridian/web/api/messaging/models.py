"""Bodies of `/api/inbox`, `/api/messages` and `/api/notifications`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Id

View = Literal["mine", "team", "all"]
Kind = Literal[
    "appointment-request",
    "refill-request",
    "medication-recheck",
    "result-review",
    "unmatched-result",
    "unmatched-document",
    "document-review",
    "form-review",
    "message",
    "cosign",
    "amendment-review",
    "to-do",
]
Team = Literal["clinician", "nurse", "front-desk", "lab", "pharmacist", "administrator"]
Practitioner = Annotated[str, StringConstraints(pattern=r"^Practitioner/[A-Za-z0-9.-]{1,64}$")]
Instant = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$")
]
Words = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{16,64}$")]
About = Literal["health", "visit", "other", "privacy"]
Entry = Annotated[str, StringConstraints(pattern=r"^\d{1,10}-\d{1,18}$")]


class Who(Body):
    """Somebody, by reference."""

    reference: str
    name: str = Field(description="Empty where the reader may not look")
    born: str = Field("", description="A patient's birth date, which tells two of one name apart; else empty")


class TaskLine(Body):
    """One thing that waits for a person."""

    id: str
    version: int
    kind: str
    title: str = Field(description="What a to-do says; of other kinds the note for whoever does it; may be empty")
    state: str = Field(description="Task.status")
    priority: str
    patient: Who | None
    focus: str = Field(description="Reference of what it is about, as `DiagnosticReport/17`; may be empty")
    owner: Who | None
    team: str = Field(description="The role that may take it; may be empty")
    requester: Who | None
    authored: str = Field(description="Instant")
    due: str = Field(description="Instant; empty when it is not said")
    note: str = Field(description="The last note, as of a hand-over; may be empty")
    closable: bool = Field(description="Whether `complete` and `reject` are for it; else it closes by its own act")


class Inbox(Body):
    """A list with its counts, both of the same search."""

    view: View
    counts: dict[str, int] = Field(description="Open tasks of the view by kind")
    tasks: list[TaskLine]
    more: bool = Field(description="Whether there are more than are listed")


class Counts(Body):
    """What waits, at a glance; cheap enough to ask every 30 s."""

    mine: int
    team: int
    messages: int = Field(description="Threads with something unread")


class Assignment(Body):
    """To whom it is given: a person or a role."""

    owner: Practitioner | None = None
    team: Team | None = None
    note: Words = ""


class Done(Body):
    """A word about what was done."""

    note: Words = ""


class Reason(Body):
    """Why it will not be done."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class Due(Body):
    """By when."""

    due: Instant | None


class NewToDo(Body):
    """Something to do."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
    patient: Id | None = None
    owner: Practitioner | None = None
    team: Team | None = None
    due: Instant | None = None
    urgent: bool = False


class TaskVersion(Body):
    """One step of a task's history."""

    version: int
    at: str
    by: Who | None
    state: str
    owner: Who | None
    team: str
    note: str


class TaskHistory(Body):
    """How a task came to be as it is, newest first."""

    versions: list[TaskVersion]


class ThreadLine(Body):
    """One thread as a list shows it."""

    id: str
    subject: str
    about: About
    patient: Who
    last: int = Field(description="When something was last said, ms since the epoch")
    last_by: Who
    noted: int = Field(description="When staff last noted something; 0 when never, and for patients")
    team: str
    waiting: bool = Field(description="Whether the patient waits for an answer")
    unread: bool
    follows: bool = Field(description="Whether one takes part")


class Threads(Body):
    """Threads with the newest first; `unread` counts the same ones."""

    threads: list[ThreadLine]
    unread: int


class Attachment(Body):
    """A document a message brings."""

    id: str = Field(description="Logical id of the DocumentReference")
    title: str = Field(description="Empty when the reader may not see it, or it is no more")


class Message(Body):
    """One message, or a note among staff."""

    id: str
    at: str = Field(description="Instant")
    sender: Who
    own: bool = Field(description="Whether the reader wrote it")
    staff: bool = Field(description="Whether somebody of the clinic wrote it")
    note: bool = Field(description="A note among staff, which the patient does not see")
    text: str = Field(description="Plain text")
    attachments: list[Attachment]
    key: str = Field(description="Under which it was sent, for its writer; empty for others")


class Thread(Body):
    """A thread with all that was said in it, oldest first."""

    id: str
    subject: str
    about: About
    entry: str | None = Field(None, description="Logical id of the AuditEvent that it asks about")
    patient: Who
    team: str
    waiting: bool
    seen: int = Field(description="How far the reader has read it, ms since the epoch; 0 is not at all")
    read_by: list[Who] = Field(description="Others who have read everything that was said")
    messages: list[Message]


class NewMessage(Body):
    """Something to say."""

    key: Key = Field(description="Chosen by the client, another for each message: sent twice, it is kept once")
    text: Annotated[str, StringConstraints(max_length=6000)] = ""
    attachments: list[Id] = Field([], max_length=10, description="Documents about the same patient, uploaded before")


class NewThread(NewMessage):
    """A thread to begin."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    patient: Id | None = Field(None, description="May be left out by who has just one")
    about: About = "other"
    to: list[Practitioner] = Field([], max_length=10)
    entry: Entry | None = Field(None, description="Logical id of the AuditEvent that a thread about privacy asks about")


class SentMessage(Body):
    """What was written."""

    thread: str
    message: str


class Seen(Body):
    """How far somebody has read."""

    at: int = Field(ge=0, description="ms since the epoch")


class Settled(Body):
    """Why no answer is needed; for staff to read."""

    reason: Words = ""


class Unread(Body):
    """Threads with something unread."""

    unread: int


class Notification(Body):
    """One kind of thing, and the ways in which one is told of it."""

    kind: str
    mail: bool
    sms: bool


class Notifications(Body):
    """What one is told about."""

    kinds: list[Notification]
